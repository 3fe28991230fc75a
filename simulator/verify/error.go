package verify

import "twilsim/simulator/apierr"

// Codes with which Verify refuses a request (F-676).
const (
	InvalidParameter = 60200
)

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
