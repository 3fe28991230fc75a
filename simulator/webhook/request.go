package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
	"twilsim/simulator/uri"
)

// Request is one call to the app. Whoever needs another one makes a copy: requests of one message
// share their Params.
type Request struct {
	Purpose     journal.Purpose
	SID         string // the message that it is about
	Method      string // GET or POST
	URL         string // as configured: with its query, userinfo and fragment
	Params      Params
	Body        string // of a POST, instead of Params, if it is not a form (F-066)
	ContentType string // of a POST
	Token       string // the account's auth token: the key of the signature (F-062)
	Idempotency string // the same for every attempt (F-036)
	At          time.Time
	ReplayOf    string
	Unmarked    bool            // a replay without the header X-Twilsim-Replay
	Spoil       fault.Signature // how the signature is wrong; "" for a valid one
	Stolen      string          // the signature that a replayed one repeats
	Faults      fault.List      // what goes wrong on the way; [Client.Do] applies them

	// ErrorStatusCode takes the place of the client's; "" leaves it (F-488).
	ErrorStatusCode string
	MaxRedirects    int  // how many redirects are followed; 0 means 10 (F-489)
	KeepMethod      bool // a redirect keeps the method, not only one with 307 (F-489)
	RetryOn5xx      bool // an answer of 500 and above is tried again, as with rp=5xx (F-490)
	KeepParams      bool // the GET after a redirect has the parameters in its query (F-056)
	Wire            Wire // how the URL is sent
	// Patience is the real time after which a request counts as not answered, if that is less than the
	// time limits: for virtual clocks, on which the limits pass without waiting. 0 is no such time.
	Patience time.Duration
	// Sink is a request of Event Streams: it has five seconds, and is tried once; its URL's fragment
	// has no meaning; its credentials go along at once; and only 2xx is success (F-726 to F-728).
	Sink bool

	authorization *string // the header that answers a challenge; nil for none
}

// PreviousToken returns the token that an account had before this one. The simulator has no token
// rotation (F-062: a webhook is signed with the primary token), so the previous token is derived
// from the present one and has the same form.
func PreviousToken(token string) string {
	sum := sha256.Sum256([]byte("before " + token))
	return hex.EncodeToString(sum[:16])
}

// anew returns the request without the answer to a challenge.
func (r *Request) anew() *Request {
	again := *r
	again.authorization = nil
	return &again
}

// Content types of a webhook (F-033).
const (
	InboundType = "application/x-www-form-urlencoded"
	StatusType  = "application/x-www-form-urlencoded; charset=utf-8"
)

// hasQuery reports whether the parameters are in the URL, as those of a GET are.
func (r *Request) hasQuery() bool {
	return r.Method == http.MethodGet && r.Body == "" && len(r.Params) > 0
}

// SignedURL returns the URL that the request's signature covers. What the app sees is the same,
// unless characters must be encoded on the way or [Request.Wire] says so. A GET has its parameters
// behind the query of the configured URL (F-037, F-065); a body that is not a form has its hash
// there (F-066).
func (r *Request) SignedURL() string {
	signed := signature.SignedURL(r.URL)
	if r.Body != "" {
		_, signed = signature.SignBody("", signed, []byte(r.Body))
		return signed
	}
	if !r.hasQuery() {
		return signed
	}
	return uri.Split(signed).JoinQuery(r.signedParams()).String()
}

// Signature returns the value of X-Twilio-Signature, wrong if the request asks for that; "" means
// no header.
func (r *Request) Signature() string { return r.signatureOver(r.SignedURL()) }

// signatureOver is Signature for a caller that has the signed URL already.
func (r *Request) signatureOver(url string) string {
	switch r.Spoil {
	case fault.SignatureBad:
		return r.sign("not"+r.Token, url)
	case fault.SignatureMissing:
		return ""
	case fault.SignatureReplayed:
		return r.Stolen
	case fault.SignatureStale:
		return r.sign(PreviousToken(r.Token), url)
	case fault.SignatureWrongURL:
		return r.sign(r.Token, url+"/elsewhere")
	}
	return r.sign(r.Token, url)
}

// sign signs the URL and the form. The URL contains the parameters of a GET (F-065) and the hash of
// a body that is not a form (F-066).
func (r *Request) sign(token, url string) string {
	n := len(r.Params)
	if r.Method == http.MethodGet || r.Body != "" {
		n = 0
	}
	return signature.SignParams(token, url, n,
		func(i int) (name, value string) { return r.Params[i].Name, r.Params[i].Value })
}

// verdict returns what the journal records about the signature.
func (r *Request) verdict() string {
	if r.Spoil == "" {
		return "valid"
	}
	return string(r.Spoil)
}

// body returns the body of a POST, and nothing for a GET.
func (r *Request) body() string {
	switch {
	case r.Method == http.MethodGet:
		return ""
	case r.Body != "":
		return r.Body
	}
	return r.Params.Encode()
}

// exchange returns the record of an attempt for the journal, still without the answer.
func (r *Request) exchange(h *head, to target, body string, attempt int) *journal.Exchange {
	x := &journal.Exchange{
		Purpose: r.Purpose, SID: r.SID, ReplayOf: r.ReplayOf, Attempt: attempt, At: r.At,
		Method: r.Method, URL: to.signed, Header: h.record(), Signature: r.verdict(), Body: body,
		Faults: r.Faults,
	}
	if r.Method == http.MethodGet && len(r.Params) > 0 {
		x.QueryAt = int32(len(signature.SignedURL(r.URL)))
	}
	if to.dialed != x.URL {
		x.Dialed = to.dialed
	}
	return x
}
