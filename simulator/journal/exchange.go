package journal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/lazy"
	"twilsim/simulator/mask"
	"twilsim/simulator/uri"
)

// Purpose says why a request was made.
type Purpose string

// The purposes of a request.
const (
	Inbound  Purpose = fault.Inbound  // an inbound message, asking for TwiML
	Redirect Purpose = fault.Redirect // the document that a <Redirect> names
	Fallback Purpose = fault.Fallback // the document instead of one that failed (F-051)
	Status   Purpose = fault.Status   // a status callback
	Streamed Purpose = fault.Event    // an event of Event Streams to a sink
	Clicked  Purpose = fault.Click    // a click on a shortened link
	API      Purpose = "api"          // from the app to Twilio's API
)

// Exchange is one HTTP request, made or received, with its response. It does not change once it is
// in the journal.
type Exchange struct {
	Name     string        `json:"id"` // W31 for a webhook, R12 for a request to the API
	Purpose  Purpose       `json:"purpose"`
	SID      string        `json:"sid,omitempty"`       // the message it is about
	ReplayOf string        `json:"replay_of,omitempty"` // the exchange that it repeats
	Attempt  int           `json:"attempt"`             // from 1
	At       time.Time     `json:"at"`                  // when it left, in the account's time
	Real     time.Time     `json:"real"`
	Duration time.Duration `json:"duration"` // nanoseconds of real time

	Method string `json:"method"`
	URL    string `json:"url"`              // as signed: what the app believes its URL is
	Dialed string `json:"dialed,omitempty"` // the URL that was called, if it is another one
	// the location of Twilio's from which it left, if the URL names locations (F-047)
	Edge      string `json:"edge,omitempty"`
	Header    Header `json:"header"`
	Body      string `json:"body,omitempty"`
	Signature string `json:"signature"` // valid, or how it is wrong: bad, missing, wrong-url …

	Status         int    `json:"status,omitempty"` // 0 when there was no response
	ResponseHeader Header `json:"response_header,omitempty"`
	ResponseBody   string `json:"response_body,omitempty"`
	Truncated      bool   `json:"truncated,omitempty"` // the response was longer than what is kept
	// QueryAt is the offset in URL at which a GET has the webhook's own parameters; 0 if it has none.
	// It is an int32 in this place to use padding, because thousands of exchanges are kept.
	QueryAt int32 `json:"query_at,omitempty"`

	Code  string `json:"code,omitempty"`  // the code of the failure's alert; "" without a failure
	Error string `json:"error,omitempty"` // the failure in words
	// of a request that the API refused: the fact behind its code, as F-192
	Fact string `json:"fact,omitempty"`
	// Faults are what a rule did to it on purpose; usually none.
	Faults fault.List `json:"fault,omitempty"`
}

// NotSent is the error of an exchange that a rule prevented.
const NotSent = "not sent"

// Dropped reports whether a rule prevented the exchange.
func (x *Exchange) Dropped() bool { return x.Error == NotSent }

// Masked returns the exchange without credentials: those of its headers, and the passwords of URLs,
// also of those in the bodies, such as a StatusCallback. The original stays as it is.
func (x *Exchange) Masked() *Exchange {
	masked := *x
	masked.Header, masked.ResponseHeader = x.Header.Masked(), x.ResponseHeader.Masked()
	at := int(x.QueryAt)
	if at < 0 || at > len(x.URL) {
		at = 0
	}
	configured := mask.Text(x.URL[:at])
	masked.URL, masked.QueryAt = configured+mask.Text(x.URL[at:]), int32(len(configured))
	masked.Dialed, masked.Error = mask.Text(x.Dialed), mask.Text(x.Error)
	masked.Body, masked.ResponseBody = mask.Text(x.Body), mask.Text(x.ResponseBody)
	return &masked
}

// Masked returns the event without the passwords of URLs.
func (e Event) Masked() Event {
	e.Note = mask.Text(e.Note)
	return e
}

// ID returns the exchange's name.
func (x *Exchange) ID() string { return x.Name }

// formType is how the Content-Type of a form begins.
const formType = "application/x-www-form-urlencoded"

// Params returns the parameters of the request: those of a form body and those of the URL's query.
// It is parsed anew for each call; what cannot be read is left out.
func (x *Exchange) Params() url.Values {
	params := url.Values{}
	if u, err := url.Parse(x.URL); err == nil {
		params = u.Query()
	}
	form, err := url.ParseQuery(x.Body)
	if err != nil || !strings.HasPrefix(x.Header.Get("Content-Type"), formType) {
		return params
	}
	for name, values := range form {
		params[name] = append(params[name], values...)
	}
	return params
}

// Param returns the first value of a parameter, as Params does, "" if there is none. Of a webhook
// it reads no others: the log of the server needs one parameter of each callback.
func (x *Exchange) Param(name string) string {
	if x.Purpose == API { // the app has written the form, in its own way
		return x.Params().Get(name)
	}
	form := ""
	_, query, _ := strings.Cut(uri.WithoutFragment(x.URL), "?")
	if strings.HasPrefix(x.Header.Get("Content-Type"), formType) {
		form = x.Body
	}
	for _, pairs := range [...]string{query, form} {
		for pair := range strings.SplitSeq(pairs, "&") {
			key, value, _ := strings.Cut(pair, "=")
			if strings.ContainsAny(key, "%+;") {
				return x.Params().Get(name)
			}
			if key == name {
				text, err := url.QueryUnescape(value)
				if err != nil || strings.Contains(value, ";") {
					return x.Params().Get(name)
				}
				return text
			}
		}
	}
	return ""
}

// SplitQuery returns the configured URL of a GET, without the webhook's own parameters, and those
// parameters as a form.
func (x *Exchange) SplitQuery() (configured, form string) {
	at := int(x.QueryAt)
	if at <= 0 || at > len(x.URL) {
		return x.URL, ""
	}
	return x.URL[:at], strings.TrimLeft(x.URL[at:], "?&")
}

// ExchangeFields are the names that a query may use for a webhook or a request, beside those of its
// parameters.
func ExchangeFields() []string {
	return []string{"id", "purpose", "sid", "method", "url", "path", "http", "attempt", "code",
		"error", "signature", "replay_of",
		"edge", "body", "response", "rule", "fault", "fact"}
}

// Field returns a field of [ExchangeFields], the parameter of that name, or the request's header.
// They are looked up in this order, so a parameter hides a header of its name.
func (x *Exchange) Field(name string) (string, bool) {
	switch name {
	case "id":
		return x.Name, true
	case "purpose":
		return string(x.Purpose), true
	case "fact":
		return x.Fact, x.Fact != ""
	case "sid":
		return x.SID, true
	case "method":
		return x.Method, true
	case "url":
		return x.URL, true
	case "path":
		return x.Path(), true
	case "http":
		return strconv.Itoa(x.Status), true
	case "attempt":
		return strconv.Itoa(x.Attempt), true
	case "code":
		if x.Purpose == API {
			code := x.RefusalCode()
			return code, code != ""
		}
		return x.Code, true
	case "error":
		return x.Error, true
	case "signature":
		return x.Signature, true
	case "replay_of":
		return x.ReplayOf, true
	case "edge":
		return x.Edge, true
	case "body":
		return x.Body, true
	case "response":
		return x.ResponseBody, true
	case "rule":
		return x.Faults.Rule(), len(x.Faults) > 0
	case "fault":
		return x.Faults.String(), len(x.Faults) > 0
	}
	if values, ok := x.Params()[name]; ok {
		return strings.Join(values, ","), true
	}
	value := x.Header.Get(name)
	return value, value != ""
}

// codeInAnswer matches the code of an error of Twilio's API, in JSON or XML.
var codeInAnswer = lazy.Regexp(`"code": ?(\d+)|<Code>(\d+)</Code>`)

// RefusalCode returns Twilio's error code in the answer to a request; "" for none.
func (x *Exchange) RefusalCode() string {
	if x.Status < http.StatusBadRequest {
		return ""
	}
	if match := codeInAnswer().FindStringSubmatch(x.ResponseBody); match != nil {
		return match[1] + match[2]
	}
	return ""
}

// Kind returns the word for a call to the app: fallback, or webhook.
func (x *Exchange) Kind() string {
	if x.Purpose == Fallback {
		return string(x.Purpose)
	}
	return "webhook"
}

// Path returns the path of the URL.
func (x *Exchange) Path() string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return ""
	}
	return u.Path
}

// Summary returns the path, and the status that a callback reports.
func (x *Exchange) Summary() string {
	title := x.Method + " " + x.Path()
	if status := x.Param("MessageStatus"); status != "" {
		title += " " + status
	}
	return title
}
