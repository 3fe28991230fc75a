package rest

import (
	"errors"
	"net/http"

	"twilsim/simulator/errcode"
	"twilsim/simulator/messaging"
)

// Codes of errors that this package raises itself; the others are messaging's.
const (
	codeAuthenticate     = 20003 // F-371
	codeMethod           = 20004 // F-322
	codePageSize         = 20007 // F-387
	codeTestCredentials  = 20008 // F-464
	codeForbidden        = 20403
	codeNotFound         = 20404 // F-373, F-376
	codeTooLarge         = 20413
	codeTooManyRequests  = 20429 // F-378
	codeInternal         = 20500
	codePageToken        = 21481 // F-389
	codeInvalidParameter = 20422
)

// refuse is the error of that code, with the code's own HTTP status, and its title where message is "".
func refuse(code int, message string) *messaging.Error {
	info, _ := errcode.Lookup(code)
	if message == "" {
		message = info.Title
	}
	status := info.HTTP
	if status == 0 {
		status = http.StatusBadRequest
	}
	return &messaging.Error{Status: status, Code: code, Message: message}
}

// invalid is the error about a parameter that has no code of its own.
func invalid(text string) *messaging.Error {
	return refuse(codeInvalidParameter, "Invalid Parameter: "+text)
}

// notFound is what an unknown resource gets: its path, as it was asked for, is in the text (F-373, F-376).
func notFound(path string) *messaging.Error {
	return refuse(codeNotFound, "The requested resource "+path+" was not found")
}

// asError returns what the API says of err. An error that nobody gave a code is ours: the request was understood and the
// simulator broke.
func asError(err error) *messaging.Error {
	var e *messaging.Error
	if errors.As(err, &e) {
		return e
	}
	return refuse(codeInternal, err.Error())
}

// errorObject is an error in Twilio's shape (F-370). The detail stands between code and message where there is one (F-371,
// F-498). An error without a code of Twilio's is ours, and has none.
func errorObject(e *messaging.Error) object {
	o := make(object, 0, 5)
	o = append(o, aNumber("code", e.Code))
	if e.Detail != "" {
		o = append(o, aText("detail", e.Detail))
	}
	moreInfo := ""
	if e.Code != 0 {
		moreInfo = errcode.Docs(e.Code)
	}
	return append(o, aText("message", e.Message), aText("more_info", moreInfo), aNumber("status", e.Status))
}

// unmodelled is the answer to what Twilio can do and twilsim cannot: loud, and never HTML.
func unmodelled(what string) *messaging.Error {
	return &messaging.Error{
		Status:  http.StatusNotImplemented,
		Message: "twilsim does not simulate " + what + "; see \"What is not simulated\" in its README",
	}
}
