package har

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
)

// Kind returns whether an entry is a webhook or a request to Twilio's API; false if neither. Our
// own entries say this in _sim. In other archives, Twilio's hosts and the paths of its API identify
// a request; Twilio's signature or the SID of a message in the parameters identifies a webhook.
func (e *Entry) Kind() (journal.Kind, bool) {
	if e.Sim != nil {
		if e.Sim.Purpose == journal.API {
			return journal.Requests, true
		}
		return journal.Webhooks, true
	}
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return "", false
	}
	params := e.params(u)
	switch {
	case strings.HasSuffix(u.Hostname(), ".twilio.com"), strings.HasPrefix(u.Path, "/2010-04-01/"):
		return journal.Requests, true
	case e.header("X-Twilio-Signature") != "", params.Get("MessageSid") != "",
		params.Get("SmsSid") != "":
		return journal.Webhooks, true
	}
	return "", false
}

// Exchange returns the exchange of a webhook or request; its Name is empty if another program wrote
// the entry. The credentials of a request to the API are masked, because an archive of a real app
// has real ones. The error says what the entry lacks.
func (e *Entry) Exchange() (*journal.Exchange, error) {
	u, err := url.Parse(e.Request.URL)
	// our own entries have what the journal had, even a URL that nobody can call
	if e.Sim == nil && (err != nil || e.Request.Method == "" || u.Host == "") {
		return nil, fmt.Errorf("its request has no method or no absolute URL")
	}
	x := &journal.Exchange{
		At: e.StartedDateTime.UTC(), Real: e.StartedDateTime.UTC(), Attempt: 1,
		Duration: time.Duration(math.Round(max(e.Time, 0) * float64(time.Millisecond))),
		Method:   e.Request.Method, URL: e.Request.URL, Header: header(e.Request.Headers),
		Status: e.Response.Status, ResponseHeader: header(e.Response.Headers), Error: e.Response.Error,
	}
	if x.Body, err = e.Request.body(); err != nil {
		return nil, err
	}
	if x.ResponseBody, err = decode(e.Response.Content.Text, e.Response.Content.Encoding); err != nil {
		return nil, err
	}
	if p := e.Request.PostData; p != nil && p.MimeType != "" && x.Header.Get("Content-Type") == "" {
		x.Header = header(append(slices.Clone(e.Request.Headers), Pair{"Content-Type", p.MimeType}))
	}
	if e.Sim != nil {
		return e.Sim.complete(x)
	}
	e.guess(x, u)
	return x, nil
}

// complete returns the exchange of _sim, with the fields that x has from the entry. The entry's own
// fields win where both have one, because a person may have edited them.
func (s *Sim) complete(x *journal.Exchange) (*journal.Exchange, error) {
	if known := fault.Purposes(); s.Purpose != journal.API &&
		!slices.Contains(known, string(s.Purpose)) {
		return nil, fmt.Errorf("its _sim has the purpose %q: want %s or %s", s.Purpose,
			strings.Join(known, ", "), journal.API)
	}
	known := s.Exchange
	known.Real, known.Method, known.Status = x.Real, x.Method, x.Status
	known.Header, known.Body, known.ResponseHeader, known.ResponseBody = x.Header, x.Body,
		x.ResponseHeader, x.ResponseBody
	return &known, nil
}

// messageSID returns the SID of the message that a request to the API made or is about.
var messageSID = lazy.Regexp(`\b(?:SM|MM)[0-9a-f]{32}\b`)

// guess sets the fields of _sim for an exchange of another program, as far as they can be inferred.
func (e *Entry) guess(x *journal.Exchange, u *url.URL) {
	if kind, _ := e.Kind(); kind == journal.Requests {
		x.Purpose, x.Signature = journal.API, "none"
		x.SID = messageSID().FindString(u.Path)
		if x.SID == "" && x.Method == http.MethodPost {
			x.SID = messageSID().FindString(x.ResponseBody)
		}
		x.Header = x.Header.Masked()
		return
	}
	params := e.params(u)
	// the account's token is unknown, so the signature cannot be checked
	x.Purpose, x.Signature = journal.Status, "unchecked"
	if params.Has("Body") || params.Get("SmsStatus") == "received" {
		x.Purpose = journal.Inbound
	}
	if e.header("X-Twilio-Signature") == "" {
		x.Signature = "missing"
	}
	if x.SID = params.Get("MessageSid"); x.SID == "" {
		x.SID = params.Get("SmsSid")
	}
}

// params returns the parameters of the query and of a form.
func (e *Entry) params(u *url.URL) url.Values {
	params := u.Query()
	body, err := e.Request.body()
	if err != nil || e.Request.PostData == nil ||
		!strings.HasPrefix(e.Request.PostData.MimeType, "application/x-www-form-urlencoded") {
		return params
	}
	form, _ := url.ParseQuery(body)
	for name, values := range form {
		params[name] = append(params[name], values...)
	}
	return params
}

// body returns the request's body. Some programs only write the parameters of a form.
func (r *Request) body() (string, error) {
	switch {
	case r.PostData == nil:
		return "", nil
	case r.PostData.Text == "" && len(r.PostData.Params) > 0:
		parts := make([]string, len(r.PostData.Params))
		for i, p := range r.PostData.Params {
			parts[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
		}
		return strings.Join(parts, "&"), nil
	}
	return decode(r.PostData.Text, r.PostData.Encoding)
}

func decode(text, encoding string) (string, error) {
	if encoding != "base64" {
		return text, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("its body is not in base64, as it says: %w", err)
	}
	return string(data), nil
}

// header makes a header from pairs. The pseudo-fields of HTTP/2, which begin with a colon, are left
// out, except that :authority becomes Host.
func header(list []Pair) journal.Header {
	h := http.Header{}
	for _, p := range list {
		switch {
		case p.Name == ":authority":
			h.Add("Host", p.Value)
		case p.Name != "" && p.Name[0] != ':':
			h.Add(p.Name, strings.NewReplacer("\r", " ", "\n", " ").Replace(p.Value))
		}
	}
	return journal.MakeHeader(h)
}

func (e *Entry) header(name string) string { return header(e.Request.Headers).Get(name) }
