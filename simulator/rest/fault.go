package rest

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
	"twilsim/simulator/messaging"
)

// fault returns the rule about the API that matches the request, and whether there is one.
func (r *request) fault() (carrier.Rule, bool) {
	return r.account.Rules.Response(r.Method, r.URL.Path, r.handler.chance)
}

// plan asks the account's director what happens to the request.
func (r *request) plan() messaging.RequestPlan {
	return r.account.Plan(r.Method, r.URL.Path, r.body)
}

// respond returns what takes the place of the usual answer, from a director or a rule, and whether
// there is something. A director comes first: the bug search must be able to decide about each
// request, and its decision must not use up a rule. Its rule has the ID schedule, which the journal
// shows.
func (r *request) respond(plan messaging.RequestPlan) (carrier.Rule, bool) {
	if plan.Respond != nil {
		return carrier.Rule{ID: "schedule", Respond: *plan.Respond}, true
	}
	return r.fault()
}

// answering tells the account's director that the request was carried out.
func (r *request) answering(plan messaging.RequestPlan) {
	if plan.Answering != nil {
		plan.Answering(r.messageSID)
	}
}

// wait delays a request as a rule says, and reports whether the app is still connected
// afterwards. The request is carried out after the delay, so that an app that has hung up has not
// sent a message. The delay is in real time, because the timeout of the app is. A request that
// waits is not counted among those that are being served: the app may hang up and send the next one
// before this side sees it.
func (r *request) wait(rule carrier.Rule, started time.Time) bool {
	r.leave()
	timer := time.NewTimer(rule.Respond.Timeout)
	defer timer.Stop()
	select {
	case <-timer.C:
		r.enter()
		return true
	case <-r.Context().Done():
		r.note = faultNote(rule) + "; the app hung up"
		r.record(0, nil, "", started)
		return false
	}
}

// fail answers a request with the error that a rule names, or resets its connection. The request is
// not carried out.
func (r *request) fail(w http.ResponseWriter, rule carrier.Rule, started time.Time) {
	r.note = faultNote(rule)
	if rule.Respond.Reset {
		r.record(0, nil, "", started)
		r.reset(w)
		return
	}
	err := faultError(rule.Respond.Status)
	if code := rule.Respond.Code; code != 0 {
		err = r.refusal(code)
	}
	r.write(w, nil, err, started)
}

// refusal returns the error that a rule names by its code, about the message that is asked for.
func (r *request) refusal(code int) *apierr.Error {
	form, _ := url.ParseQuery(r.body) // what cannot be read stays out of the text
	via := "SMS"
	if form.Has("MediaUrl") {
		via = "MMS"
	}
	return apierr.NewAbout(code, apierr.About{
		To: form.Get("To"), From: form.Get("From"), Via: via,
	})
}

// lose ends a request that was carried out: it resets the connection in place of the answer, at
// once or after the rule's time. An app that sends again after that sends twice (F-810).
func (r *request) lose(w http.ResponseWriter, rule carrier.Rule, started time.Time) {
	r.note = faultNote(rule)
	if rule.Respond.Timeout > 0 && !r.wait(rule, started) {
		return
	}
	r.record(0, nil, "", started)
	r.reset(w)
}

// faultNote says which rule spoiled a request, and how.
func faultNote(rule carrier.Rule) string {
	return "rule " + rule.ID + ": " + rule.Respond.Describe()
}

// faultCodes are Twilio's codes for those HTTP statuses that have no code of the form 20NNN
// (F-377).
var faultCodes = map[int]int{
	http.StatusUnauthorized:     apierr.Authenticate,
	http.StatusMethodNotAllowed: apierr.MethodNotAllowed,
}

// faultError returns the error for an HTTP status: under the code of the form 20NNN where Twilio
// has it, else under the most general code for such statuses (F-377). Any status is possible,
// because a rule may ask for one that Twilio never gives.
func faultError(status int) *apierr.Error {
	code := 20000 + status
	if special, ok := faultCodes[status]; ok {
		code = special
	} else if _, known := errcode.Lookup(code); !known {
		code = apierr.UnknownParameters
		if status >= http.StatusInternalServerError {
			code = apierr.Internal
		}
	}
	e := apierr.New(code)
	e.Status = status
	return e
}

// reset closes the connection without an answer, so that the app's system reports a reset.
func (r *request) reset(w http.ResponseWriter) {
	r.leave()
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
