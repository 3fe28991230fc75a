// Package failure has the errors of the command line: what is wrong, why, and what to try, with the
// exit code of the program. All commands print their errors in this form:
//
//	twilsim: cannot listen on 127.0.0.1:2010
//	  cause   address already in use
//	  try     twilsim serve --port 0
package failure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"twilsim/simulator/config"
	"twilsim/simulator/mask"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/storage"
	"twilsim/simulator/terminal"
)

// The exit codes, the same for every command.
const (
	No          = 1 // the answer is no
	Usage       = 2 // unknown flag or name, invalid rule or reference
	Unreachable = 3 // no simulator answers
	CannotStart = 4 // port, permission, a file that cannot be written
	Deadline    = 5 // the deadline passed while waiting

	Interrupted = 130 // as shells report SIGINT
)

// Error is an error as it is printed, and its exit code.
type Error struct {
	Code int
	What string // "" if the answer is no and the command has printed it
	Rows []Row
	Err  error
}

// Row is a line below the error. A row without a label continues the one before.
type Row struct{ Label, Text string }

// New returns an error with an exit code.
func New(code int, format string, args ...any) *Error {
	return &Error{Code: code, What: fmt.Sprintf(format, args...)}
}

// Misuse returns the error for wrong usage of a command.
func Misuse(format string, args ...any) *Error { return New(Usage, format, args...) }

// Unreadable returns the error for a file that cannot be read and that an argument names.
func Unreadable(what, path string, err error) *Error {
	return Misuse("cannot read %s %s", what, path).Cause(reason.Of(err)).
		Try("ls -l " + shell.Word(path))
}

// Unwritable returns the error for a file that cannot be written. A full disk is no reason that
// something cannot start: what was to be written has happened.
func Unwritable(path string, err error) *Error {
	code := CannotStart
	if errors.Is(err, syscall.ENOSPC) {
		code = No
	}
	return New(code, "cannot write %s: %v", path, reason.Of(err))
}

func (f *Error) Error() string { return f.What }
func (f *Error) Unwrap() error { return f.Err }

// Cause adds lines that say why.
func (f *Error) Cause(lines ...string) *Error { return f.Add("cause", lines...) }

// Try adds lines that say what to do.
func (f *Error) Try(lines ...string) *Error { return f.Add("try", lines...) }

// Add adds lines with a label, which the first of them has.
func (f *Error) Add(label string, lines ...string) *Error {
	for _, line := range lines {
		if n := len(f.Rows); n > 0 && f.lastLabel() == label {
			f.Rows = append(f.Rows, Row{"", line})
			continue
		}
		f.Rows = append(f.Rows, Row{label, line})
	}
	return f
}

func (f *Error) lastLabel() string {
	for i := len(f.Rows) - 1; i >= 0; i-- {
		if f.Rows[i].Label != "" {
			return f.Rows[i].Label
		}
	}
	return ""
}

// Of returns err as it is printed. An error about a value or a file is wrong usage, and a data file
// that cannot be opened keeps a simulator from starting.
func Of(err error) *Error {
	var f *Error
	var wrong *config.Error
	var data *storage.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &data):
		f := New(CannotStart, "%s %s", data.Path, data.What)
		if data.Err != nil {
			f.Cause(data.Err.Error())
		}
		return f.Try(data.Try)
	case errors.As(err, &wrong):
		f := &Error{Code: Usage, What: wrong.What, Err: err}
		if wrong.Cause != "" {
			f.Cause(wrong.Cause)
		}
		return f.Try(wrong.Try...)
	}
	return &Error{Code: No, What: err.Error(), Err: err}
}

// Explain returns what a command returned as it is printed: an interrupt says nothing, and a
// deadline names the flag that extends it.
func Explain(err error, timeout time.Duration) error {
	var f *Error
	switch {
	case err == nil, errors.As(err, &f):
		return err
	case errors.Is(err, context.Canceled):
		return &Error{Code: Interrupted, Err: err} // the user pressed Ctrl-C
	case errors.Is(err, context.DeadlineExceeded):
		f := &Error{Code: Deadline, What: "no answer within " + timeout.String(), Err: err}
		return f.Cause("the simulator took longer, or the app that it waits for").Try("--timeout 2m")
	}
	return Of(err)
}

// Print prints err in the form of all errors, the passwords of URLs hidden, and returns the exit
// code. It prints nothing for nil and for an error without a text.
func Print(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	f := Of(err)
	if f.What == "" {
		return f.Code
	}
	fmt.Fprintf(w, "twilsim: %s\n", terminal.CleanLines(mask.Text(f.What)))
	width := len("cause")
	for _, r := range f.Rows {
		width = max(width, len(r.Label))
	}
	for _, r := range f.Rows {
		fmt.Fprintf(w, "  %-*s   %s\n", width, r.Label, terminal.Clean(mask.Text(r.Text)))
	}
	return f.Code
}
