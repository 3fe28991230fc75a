package rest

import (
	"errors"
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/errcode"
)

// invalid returns the error about a parameter for which no code of its own is known.
func invalid(text string) *apierr.Error {
	e := apierr.New(apierr.InvalidParameter)
	e.Message = "Invalid Parameter: " + text
	return e
}

// notFound returns the error about a resource that does not exist. Its text has the path of the
// request (F-373, F-376).
func notFound(path string) *apierr.Error {
	e := apierr.NotFound()
	e.Message = "The requested resource " + path + " was not found"
	return e
}

// asError returns the API's error for err. An error without a code is a bug of the simulator: the
// request was understood, and carrying it out failed. It answers 500, so that a test sees it.
func asError(err error) *apierr.Error {
	var e *apierr.Error
	if errors.As(err, &e) {
		return e
	}
	e = apierr.New(apierr.Internal)
	e.Message = err.Error()
	return e
}

// errorObject returns an error as Twilio writes it (F-370). A detail comes between code and message
// (F-371, F-498). An error with code 0 is our own: there is no page to link to.
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
	return append(o, aText("message", e.Message), aText("more_info", moreInfo),
		aNumber("status", e.Status))
}

// unmodelled returns the error about something that Twilio has and twilsim does not simulate. An
// SDK shows its text to the developer, because it has the form of Twilio's errors.
func unmodelled(what string) *apierr.Error {
	return &apierr.Error{
		Status: http.StatusNotImplemented,
		Message: "twilsim does not simulate " + what +
			`; see "twilsim help limits"`,
	}
}
