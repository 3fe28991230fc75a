package webhook

import (
	"encoding/base64"
	"strconv"
	"time"
)

// The codes of Twilio's debugger for failures between Event Streams and a sink (F-730, F-811).
const (
	CodeSink         = "91300" // anything else
	CodeSinkRejected = "91305"
	CodeSinkServer   = "91306"
	CodeSinkConnect  = "91307"
	CodeSinkTimeout  = "91308"
)

// sinkTimeout is how long a sink has to answer (F-728).
const sinkTimeout = 5 * time.Second

// asSink applies what is different for a sink of Event Streams: a time limit of its own, no retries
// by the connection, no overrides in the fragment (F-726), and the credentials of the URL with the
// first request (F-727).
func (d *delivery) asSink(r *Request) *Request {
	d.limits.total = min(d.limits.total, sinkTimeout)
	d.limits.read, d.limits.connect = d.limits.total, min(d.limits.connect, d.limits.total)
	d.retries, d.policy = 0, 0
	user := userinfo(r.URL)
	if user == nil {
		return r
	}
	password, _ := user.Password()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
	authorized := *r
	authorized.authorization = &basic
	return &authorized
}

// readSink decides about the status of a sink's answer: only 2xx is success (F-728).
func readSink(status int) *Failure {
	if status >= 200 && status < 300 {
		return nil
	}
	return &Failure{Text: "the sink answered " + strconv.Itoa(status)}
}

// sinkCode returns the code for a failed delivery to a sink (F-811). cause is why the request's
// context ended, nil if it did not.
func sinkCode(f *Failure, status int, cause error) string {
	switch {
	case f.Code == CodeOutside:
		return f.Code
	case status >= 400 && status < 500:
		return CodeSinkRejected
	case status >= 500:
		return CodeSinkServer
	case f.Connect:
		return CodeSinkConnect
	case cause == errReadTimeout, cause == errTotalTimeout, cause == errPatience:
		return CodeSinkTimeout
	}
	return CodeSink
}
