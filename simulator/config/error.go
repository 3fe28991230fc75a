package config

import (
	"errors"
	"fmt"

	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
)

// Error says what is wrong with a value or a file. What begins with FILE:LINE:COLUMN if the value
// comes from a file. It is printed as several lines: What, then Cause, then each line of Try. Error
// returns What only.
type Error struct {
	What  string
	Cause string   // why; may be ""
	Try   []string // lines that say what to do
	Err   error    // the underlying error; may be nil
}

func (e *Error) Error() string { return e.What }

// Unwrap returns the underlying error.
func (e *Error) Unwrap() error { return e.Err }

func errorf(format string, args ...any) *Error { return &Error{What: fmt.Sprintf(format, args...)} }

// try sets the lines that say what to do.
func (e *Error) try(lines ...string) *Error {
	e.Try = lines
	return e
}

// within appends an error to the place that e names, and returns e. If err is an [*Error], its
// cause and its suggestions are e's from then on.
func (e *Error) within(err error) *Error {
	e.Err = err
	var wrong *Error
	if errors.As(err, &wrong) {
		e.What += wrong.What
		e.Cause, e.Try = wrong.Cause, wrong.Try
		return e
	}
	e.What += err.Error()
	return e
}

// unreadable is the error about a file that cannot be read; what says what it should hold.
func unreadable(what, path string, err error) *Error {
	return &Error{
		What:  fmt.Sprintf("cannot read %s %s", what, path),
		Cause: reason.Of(err), Try: []string{"ls -l " + shell.Word(path)}, Err: err,
	}
}
