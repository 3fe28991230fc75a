package messaging

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/signature"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Custom is the purpose of a webhook made by hand.
const Custom journal.Purpose = "custom"

// Made is a webhook made by hand. The app's answer is recorded, and TwiML in it does not run.
type Made struct {
	Method string         // GET or POST, in any case; "" is POST
	URL    string         // as one would configure it, with its query, userinfo and fragment
	Params webhook.Params // of the form, or of the query of a GET
	// of a POST, in place of Params: JSON or whatever ContentType says (F-066)
	Body        string
	ContentType string          // "" is that of a form for Params, and application/json for a Body
	Spoil       fault.Signature // "" is a valid signature
	Idempotency string          // its idempotency token; "" is a new one (F-036)
}

// Make calls the app with a webhook made by hand, signed like any other. The error is about m; what
// the app did wrong is in the exchange.
func (a *Account) Make(ctx context.Context, m Made) (*journal.Exchange, error) {
	if m.Method = strings.ToUpper(m.Method); m.Method == "" {
		m.Method = http.MethodPost
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if m.ContentType == "" && m.Body != "" {
		m.ContentType = "application/json"
	} else if m.ContentType == "" {
		m.ContentType = webhook.InboundType
	}
	return a.byHand(ctx, &webhook.Request{
		Purpose: Custom, SID: m.Params.Get("MessageSid"), Method: m.Method, URL: m.URL,
		Params: m.Params, Body: m.Body,
		ContentType: m.ContentType, Spoil: m.Spoil, Idempotency: m.Idempotency,
	})
}

func (m Made) check() error {
	switch {
	case m.Method != http.MethodGet && m.Method != http.MethodPost:
		return fmt.Errorf("unknown method %q: a webhook is a GET or a POST", m.Method)
	case m.Body != "" && len(m.Params) > 0:
		return fmt.Errorf("a webhook has parameters or a body of another kind, not both")
	case m.Body != "" && m.Method == http.MethodGet:
		return fmt.Errorf("a GET has no body: send parameters, or a POST")
	case m.Body == "" && m.ContentType != "" && !isForm(m.ContentType):
		return fmt.Errorf("%s needs a body", m.ContentType)
	}
	return webhook.CheckURL(m.URL)
}

// Edit is how a replayed webhook differs from the recorded one. The zero Edit changes nothing.
type Edit struct {
	Set   webhook.Params  // replace or add parameters
	Unset []string        // names of parameters to remove
	URL   string          // where it goes; "" is where it went
	Spoil fault.Signature // "" is a valid signature
	// with its idempotency token, as a retry has (F-036); else it is a new request
	SameToken bool
	Unmarked  bool // without the header X-Twilsim-Replay
}

// Replay sends a recorded webhook again, with a new signature. It changes neither x nor a message.
// The error is about the edit, or a body that cannot be read.
func (a *Account) Replay(ctx context.Context, x *journal.Exchange, edit Edit) (*journal.Exchange,
	error) {
	r, err := requestOf(x)
	if err != nil {
		return nil, err
	}
	r.URL = a.configured(x, r.URL)
	if err := edit.apply(r); err != nil {
		return nil, err
	}
	if edit.SameToken {
		r.Idempotency = x.Header.Get("I-Twilio-Idempotency-Token")
	}
	return a.byHand(ctx, r)
}

// requestOf returns the request of a recorded webhook, with the URL that was signed.
func requestOf(x *journal.Exchange) (*webhook.Request, error) {
	r := &webhook.Request{
		Purpose: x.Purpose, SID: x.SID, Method: x.Method, URL: x.URL,
		ContentType: x.Header.Get("Content-Type"), ReplayOf: x.Name,
	}
	if r.ContentType == "" { // it was never sent, so it has no headers
		r.ContentType = webhook.InboundType
		if x.Purpose == journal.Status {
			r.ContentType = webhook.StatusType
		}
	}
	form := x.Body
	switch {
	case x.Method == http.MethodGet:
		r.URL, form = x.SplitQuery()
	case !isForm(r.ContentType):
		r.Body, r.URL = x.Body, bodyHash().ReplaceAllString(x.URL, "")
		return r, nil
	}
	var err error
	if r.Params, err = webhook.ParseParams(form); err != nil {
		return nil, fmt.Errorf("the body of %s is not a form: %w", x.Name, err)
	}
	return r, nil
}

// bodyHash is what a signature over a body adds to the URL (F-066).
var bodyHash = lazy.Regexp(`[?&]?bodySHA256=[0-9a-f]{64}$`)

// isForm reports whether a body of that type has parameters.
func isForm(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), webhook.InboundType)
}

// apply changes the request. Parameters are removed first, so a name in both is replaced at the end
// of the form.
func (e Edit) apply(r *webhook.Request) error {
	if r.Body != "" && len(e.Set)+len(e.Unset) > 0 {
		return fmt.Errorf("%s has no parameters: its body is %s", r.ReplayOf, r.ContentType)
	}
	for _, name := range e.Unset {
		if err := unset(r, name); err != nil {
			return err
		}
	}
	for _, param := range e.Set {
		r.Params = r.Params.Set(param.Name, param.Value)
	}
	r.Spoil, r.Unmarked = e.Spoil, e.Unmarked
	if e.URL == "" {
		return nil
	}
	r.URL = e.URL
	return webhook.CheckURL(e.URL)
}

func unset(r *webhook.Request, name string) error {
	var names []string
	for _, param := range r.Params {
		names = append(names, param.Name)
	}
	if !slices.Contains(names, name) {
		if near := suggest.Nearest(name, names); near != "" {
			return fmt.Errorf("%s has no parameter %q: did you mean %q?", r.ReplayOf, name, near)
		}
		return fmt.Errorf("%s has no parameter %q, only %s", r.ReplayOf, name,
			strings.Join(names, " "))
	}
	r.Params = slices.DeleteFunc(r.Params, func(p webhook.Param) bool { return p.Name == name })
	return nil
}

// configured returns the configured URL that gave a signed one. It has the userinfo and the
// overrides, which the journal does not keep. If it is not configured any more the result is the
// signed URL. The callback of the message itself comes first, as two configured URLs may have one
// signed form.
func (a *Account) configured(x *journal.Exchange, signed string) string {
	var urls []string
	if thing, ok := a.Journal.Thing(journal.Messages, x.SID); ok {
		urls = append(urls, thing.(*Message).Snapshot().Callback.URL)
	}
	for _, n := range a.Numbers() {
		urls = append(urls, n.SmsURL, n.SmsFallbackURL)
	}
	for _, url := range urls {
		if signature.SignedURL(url) == signed {
			return url
		}
	}
	return signed
}

// byHand sends a webhook that a person asked for.
func (a *Account) byHand(ctx context.Context, r *webhook.Request) (*journal.Exchange, error) {
	if r.Spoil != "" {
		a.mu.Lock()
		err := a.checkSpoilLocked(r.Spoil)
		a.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	defer a.Clock.Begin()()
	return a.call(ctx, r, nil).Exchange, nil
}
