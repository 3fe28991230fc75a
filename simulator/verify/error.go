package verify

import "twilsim/simulator/apierr"

// Codes with which Verify refuses a request (F-676).
const (
	InvalidParameter = 60200
	MaxChecks        = 60202
	MaxSends         = 60203
	Landline         = 60205
	AmountMissing    = 60206
	NoMailer         = 60217
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
	e := apierr.New(InvalidParameter)
	e.Message += " `" + parameter + "`"
	if value != "" {
		e.Message += ": " + value
	}
	return e
}
