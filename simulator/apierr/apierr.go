// Package apierr has the errors that Twilio's API answers: an HTTP status, Twilio's code and the
// text that Twilio was seen to send with it. Packages that decide what the API refuses return
// these errors; package rest writes them as JSON or XML.
package apierr

import (
	"fmt"
	"net/http"
	"strings"

	"twilsim/simulator/errcode"
)

// Error is a failure that the API reports, under Twilio's number.
type Error struct {
	Status  int    // of the HTTP answer
	Code    int    // Twilio's
	Message string // Twilio's live text where one was captured (E.1), else the code's title
	Detail  string // the field "detail" of the answer; "" for none (F-371)
}

// Error returns the code and the text.
func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Message) }

// Fact returns the number of the fact that names the code, as "F-192"; "" if none does. Package
// facts has its text.
func (e *Error) Fact() string {
	info, _ := errcode.Lookup(e.Code)
	return info.Fact
}

// New returns the error of a code whose text has no parameters.
func New(code int) *Error {
	return &Error{Status: statusOf(code), Code: code, Message: text(code, false)}
}

// About is what the text of an error can mention.
type About struct {
	To, From string // addresses as the request has them
	Via      string // SMS or MMS
	Value    string // the value that is refused
	Valued   bool   // the code is about a value, which may be ""
	Older    bool   // take the older wording where Twilio has one (F-495)
}

// NewAbout returns the error of a code about a message.
func NewAbout(code int, a About) *Error {
	fill := strings.NewReplacer("{to}", a.To, "{from}", a.From, "{via}", a.Via, "{value}", a.Value)
	message := text(code, a.Older)
	if !a.Valued && strings.Contains(message, "{value}") { // a rule's refusal is about no value
		message = errcode.Title(code)
	}
	return &Error{Status: statusOf(code), Code: code, Message: fill.Replace(message)}
}

// NotFound returns the error about a resource that does not exist. Twilio's text names the path
// (F-376), which only the HTTP layer knows: package rest puts it in.
func NotFound() *Error { return New(NotFoundCode) }

// Invalid returns the error about a parameter for which no code of its own is known.
func Invalid(format string, args ...any) *Error {
	e := New(InvalidParameter)
	e.Message += ": " + fmt.Sprintf(format, args...)
	return e
}

// BadDate returns the error about a date filter that is not a date (F-386).
func BadDate() *Error { return aboutList("Invalid date value.") }

// PageTokenMissing returns the error about a later page that is asked for without its token
// (F-387).
func PageTokenMissing() *Error { return aboutList("PageToken is required for paging.") }

func aboutList(message string) *Error {
	e := New(UnknownParameters)
	e.Message = message
	return e
}

// statusOf returns the HTTP status of a code, 400 where the dictionary has none.
func statusOf(code int) int {
	if info, ok := errcode.Lookup(code); ok && info.HTTP != 0 {
		return info.HTTP
	}
	return http.StatusBadRequest
}
