package rest

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
)

// fault returns what a rule about the API wants to happen to the request.
func (r *request) fault() (carrier.Rule, bool) {
	return r.account.Rules.Response(r.Method, r.URL.Path, r.handler.chance)
}

// wait lets a request wait that a rule wants to have no answer for a while, and reports whether the app is still there when
// the time is over. It is done then, and not before: a request is never done behind the app's back. The wait is real time,
// as the app's own patience is.
func (r *request) wait(rule carrier.Rule, started time.Time) bool {
	timer := time.NewTimer(rule.Respond.Timeout)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		r.note = faultNote(rule) + "; the app hung up"
		r.record(0, nil, "", started)
		return false
	}
}

// fail answers a request as a rule wants, or breaks its connection.
func (r *request) fail(w http.ResponseWriter, rule carrier.Rule, started time.Time) {
	r.note = faultNote(rule)
	if rule.Respond.Reset {
		r.record(0, nil, "", started)
		reset(w)
		return
	}
	r.write(w, nil, faultError(rule.Respond.Status), started)
}

func faultNote(rule carrier.Rule) string { return "rule " + rule.ID + ": " + rule.Respond.Describe() }

// faultCodes are Twilio's codes for a status, where the code has the status in it (F-377).
var faultCodes = map[int]int{http.StatusUnauthorized: apierr.Authenticate, http.StatusMethodNotAllowed: apierr.MethodNotAllowed}

// faultError is the error of an HTTP status. A status for which Twilio has no code of its own has none here either.
func faultError(status int) *apierr.Error {
	e := &apierr.Error{Status: status, Message: http.StatusText(status)}
	code, ok := faultCodes[status]
	if !ok {
		code = 20000 + status
	}
	if info, known := errcode.Lookup(code); known {
		e.Code, e.Message = code, info.Title
	}
	if status == http.StatusTooManyRequests {
		e.Message = "Too Many Requests" // F-378
	}
	if status == http.StatusUnauthorized {
		e.Message = "Authenticate" // F-371
	}
	return e
}

// reset breaks the connection without an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2, or no connection at all
	}
	plain := conn
	if t, ok := conn.(*tls.Conn); ok {
		plain = t.NetConn()
	}
	if t, ok := plain.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // RST instead of FIN
	}
	_ = conn.Close()
}
