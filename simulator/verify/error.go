package verify

import "twilsim/simulator/apierr"

// Codes with which Verify refuses a request (F-676).
const (
	invalidParameter = 60200
	tooManyChecks    = 60202
	tooManySends     = 60203
	toLandline       = 60205
	amountMissing    = 60206
	noMailer         = 60217
)

// tooMany returns the error about a limit of requests, in Verify's wording (F-650).
func tooMany() *apierr.Error {
	e := apierr.New(apierr.RateLimited)
	e.Message = "Too many requests"
	return e
}

// Invalid returns the error about a parameter (F-644). value is what the request has, "" for
// nothing.
func Invalid(parameter, value string) *apierr.Error {
	e := apierr.New(invalidParameter)
	e.Message += " `" + parameter + "`"
	if value != "" {
		e.Message += ": " + value
	}
	return e
}
