package audit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// The customer's number and the app's.
const (
	handset = "+12025550142"
	own     = simulator.DefaultPhoneNumber
)

// probe sends webhooks to the target. Its client does not retry, so that each webhook is one
// request, and may call any host, because the user has named the app.
type probe struct {
	ctx    context.Context
	target Target
	client *webhook.Client
	ids    *sid.Source
	source *source

	mu    sync.Mutex
	valid string // the signature of the last good webhook
}

// timeout is how long an answer may take; slow is what is worth a warning.
const (
	timeout = 15 * time.Second // F-042, F-043
	slow    = 5 * time.Second
)

// newProbe returns a probe, which the caller must close. The seed is fixed, so two audits send the
// same SIDs.
func newProbe(ctx context.Context, t Target) (*probe, error) {
	p := &probe{ctx: ctx, target: t, ids: sid.New(16)}
	p.client = &webhook.Client{Routes: route{t}, TotalTimeout: timeout, ReadTimeout: timeout,
		Retries: -1, Allow: func(string) bool { return true }}
	var err error
	p.source, err = newSource(t)
	return p, err
}

func (p *probe) close() {
	p.client.Close()
	p.source.server.Close()
}

// route finds where the target really listens.
type route struct{ target Target }

// Local returns the URL to call for a public one.
func (r route) Local(public string) (string, bool) {
	local := r.target.dialled(public)
	return local, local != public
}

// reach returns an error if nothing listens at the target. An answer of any kind will do. The
// request is also the first webhook with a good signature.
func (p *probe) reach() error {
	a := p.send(p.inbound())
	if a.Failure != nil && a.Failure.Connect {
		return fmt.Errorf("cannot reach %s: %s", p.target.dialled(p.target.Inbound), a.Failure.Text)
	}
	return nil
}

// inbound returns an ordinary inbound webhook with a SID of its own. A parameter of set takes the
// place of one of its name, or is added at the end.
func (p *probe) inbound(set ...webhook.Param) *webhook.Request {
	r := p.fresh(p.source.inbound)
	for _, param := range set {
		r.Params = r.Params.Set(param.Name, param.Value)
	}
	return r
}

// status returns a status callback of a new message. The app has not sent that message and does not
// know its SID.
func (p *probe) status(status string, set ...webhook.Param) *webhook.Request {
	r := p.fresh(p.source.status)
	r.Params = r.Params.Set("MessageStatus", status).Set("SmsStatus", status)
	for _, param := range set {
		r.Params = r.Params.Set(param.Name, param.Value)
	}
	return r
}

// fresh returns a copy of a webhook about a new message, with a token of its own. Without a new SID
// an app that ignores copies would ignore all but the first; a new idempotency token does the same
// for one that goes by that.
func (p *probe) fresh(r webhook.Request) *webhook.Request {
	r.Params = slices.Clone(r.Params)
	id := p.ids.Next("SM")
	for _, name := range []string{"MessageSid", "SmsSid", "SmsMessageSid"} {
		if r.Params.Get(name) != "" {
			r.Params = r.Params.Set(name, id)
		}
	}
	r.Idempotency, r.Token, r.Faults = p.ids.UUID(), p.target.Token, nil
	return &r
}

// send sends a webhook, signed unless it says otherwise.
func (p *probe) send(r *webhook.Request) *webhook.Answer {
	a := p.client.Do(p.ctx, r, func(*journal.Exchange, bool) {})
	if r.Spoil == "" {
		p.mu.Lock()
		p.valid = a.Exchange.Header.Get("X-Twilio-Signature")
		p.mu.Unlock()
	}
	return a
}

// raw is a request that Twilio would not make in this way.
type raw struct {
	method, url, body, contentType string
	header                         map[string]string
	signature                      string // "" sends none
}

// sendRaw sends a request as it is. It follows no redirect. Where the app listens elsewhere than
// its public URL says, the request has the headers of a proxy, as the simulator's webhooks do;
// those of r come after and win.
func (p *probe) sendRaw(r raw) (status int, err error) {
	ctx, cancel := context.WithTimeout(p.ctx, timeout)
	defer cancel()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, p.target.dialled(r.url), body)
	if err != nil {
		return 0, err
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.signature != "" {
		req.Header.Set("X-Twilio-Signature", r.signature)
	}
	public, _ := base(r.url)
	if p.target.Local != "" {
		scheme, host, _ := strings.Cut(public, "://")
		req.Host = host
		req.Header.Set("X-Forwarded-Proto", scheme)
		req.Header.Set("X-Forwarded-Host", host)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	defer client.CloseIdleConnections()
	response, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, err
}

// signed returns the signature of a form for a URL.
func signed(token, url string, params webhook.Params) string {
	return signature.SignParams(token, signature.SignedURL(url), len(params),
		func(i int) (name, value string) { return params[i].Name, params[i].Value })
}

// seen is what can be seen of the app at one moment. A Target that shows nothing makes all of them
// equal, so compare only if canSee.
type seen struct {
	calls int
	state string
	err   error
}

func (p *probe) look() seen {
	var s seen
	if p.target.Calls != nil {
		s.calls, _ = p.target.Calls()
	}
	if p.target.State != nil {
		s.state, s.err = p.target.State(p.ctx)
	}
	return s
}

// canSee reports whether effects of a webhook can be seen.
func (p *probe) canSee() bool { return p.target.Calls != nil || p.target.State != nil }

// since returns what the app has done since a moment, "" for nothing. Requests count before the
// state, because they say more. It looks at once: what the app does later, in the background, is
// missed.
func (p *probe) since(before seen) string {
	now := p.look()
	switch {
	case now.err != nil:
		return "its state cannot be read: " + now.err.Error()
	case now.calls > before.calls:
		return fmt.Sprintf("the app made %d more requests to the API", now.calls-before.calls)
	case now.state != before.state:
		return "the app's state changed"
	}
	return ""
}

// wantOK is ok if the answer is a success.
func wantOK(what string, a *webhook.Answer) finding {
	if a.Failure == nil {
		return finding{}
	}
	return wrong(what + ": " + a.Failure.Text)
}

// wantRefused is ok if the request was refused and nothing happened. A 5xx is wrong as well: the
// app did not look at the signature, but fell over something.
func (p *probe) wantRefused(what string, before seen, status int) finding {
	effect := p.since(before)
	switch {
	case status < 400 && status > 0:
		return wrong(fmt.Sprintf("%s: the app answered %d, and should refuse it with 403", what, status))
	case status >= 500 || status == 0:
		return wrong(fmt.Sprintf("%s: the app failed with %d, and should refuse it with 403", what,
			status))
	case effect != "":
		return wrong(what + ": the app refused it, but " + effect)
	}
	return finding{}
}

// first returns the first finding that is something. What is wrong comes before what could not be
// seen, whatever their order.
func first(found ...finding) finding {
	for _, f := range found {
		if f.wrong != "" {
			return f
		}
	}
	for _, f := range found {
		if f.unseen != "" {
			return f
		}
	}
	return finding{}
}

// source is a simulator whose webhooks go nowhere: they are the models of those of the audit.
type source struct {
	server          *simulator.Server
	inbound, status webhook.Request

	mu   sync.Mutex
	last webhook.Request
}

// newSource starts a simulator and has it make the models. The clock is virtual, so the status
// callback of the reply, which is due later, can be had by an advance.
func newSource(t Target) (*source, error) {
	s := &source{}
	s.server = &simulator.Server{
		AccountSID: t.AccountSID, AuthToken: t.Token, Seed: 16,
		Clock:    clock.Virtual(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)),
		Webhooks: &webhook.Client{Wrap: func(http.RoundTripper) http.RoundTripper { return s }},
	}
	if err := s.server.Start(); err != nil {
		return nil, err
	}
	const anywhere = "http://127.0.0.1:1/sms" // nothing is sent
	if _, err := s.server.Account().SetNumber(own, anywhere, t.method()); err != nil {
		return nil, err
	}
	var err error
	if s.inbound, err = s.text(messaging.Text{From: handset, To: own, Body: "Hello"}); err != nil {
		return nil, err
	}
	s.inbound.URL, s.inbound.Method = t.Inbound, t.method()
	if err := s.server.Account().Clock.Advance(context.Background(), time.Minute); err != nil {
		return nil, err
	}
	s.status = s.last
	s.status.URL = t.Status
	return s, nil
}

// text returns the webhook of a text. Receive returns when the webhook was answered, so it is the
// last one by then.
func (s *source) text(text messaging.Text) (webhook.Request, error) {
	if _, err := s.server.Account().Receive(context.Background(), text); err != nil {
		return webhook.Request{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, nil
}

// RoundTrip keeps a webhook, and answers with a reply that has callbacks. The action of the reply
// is what makes status callbacks: they go to /status, and so come here, too.
func (s *source) RoundTrip(req *http.Request) (*http.Response, error) {
	if r := webhook.RequestOf(req); r != nil { // nil for a picture
		s.mu.Lock()
		s.last = *r
		s.mu.Unlock()
	}
	body := "<Response><Message action='/status'>ok</Message></Response>"
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body)))}, nil
}
