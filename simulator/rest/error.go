package rest

import (
	"errors"
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/errcode"
)

// invalid is the error about a parameter that has no code of its own.
func invalid(text string) *apierr.Error {
	e := apierr.New(apierr.InvalidParameter)
	e.Message = "Invalid Parameter: " + text
	return e
}

// notFound is what an unknown resource gets: its path, as it was asked for, is in the text (F-373, F-376).
func notFound(path string) *apierr.Error {
	e := apierr.NotFound()
	e.Message = "The requested resource " + path + " was not found"
	return e
}

// asError returns the API's error for err. An error without a code is a bug of the simulator: the
// request was understood, and carrying it out failed.
func asError(err error) *apierr.Error {
	var e *apierr.Error
	if errors.As(err, &e) {
		return e
	}
	e = apierr.New(apierr.Internal)
	e.Message = err.Error()
	return e
}

// errorObject is an error in Twilio's shape (F-370). The detail stands between code and message where there is one (F-371,
// F-498). An error without a code of Twilio's is ours, and has none.
func errorObject(e *apierr.Error) object {
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
func unmodelled(what string) *apierr.Error {
	return &apierr.Error{
		Status:  http.StatusNotImplemented,
		Message: "twilsim does not simulate " + what + "; see \"What is not simulated\" in its README",
	}
}
