package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/storage"
	"twilsim/simulator/suggest"
	"twilsim/simulator/terminal"
)

// The exit codes, the same for every command.
const (
	exitNo          = 1 // the answer is no
	exitUsage       = 2 // unknown flag or name, invalid rule or reference
	exitUnreachable = 3 // no simulator answers
	exitCannotStart = 4 // port, permission
	exitDeadline    = 5 // the deadline passed while waiting

	exitInterrupted = 130 // as shells report SIGINT
)

// failure is an error as it is printed, and its exit code.
type failure struct {
	code int
	what string
	rows []row
	err  error
}

// row is a line below the error. A row without a label continues the one before.
type row struct{ label, text string }

func (f *failure) Error() string { return f.what }
func (f *failure) Unwrap() error { return f.err }

// cause adds lines that say why.
func (f *failure) cause(lines ...string) *failure { return f.add("cause", lines) }

// try adds lines that say what to do.
func (f *failure) try(lines ...string) *failure { return f.add("try", lines) }

func (f *failure) add(label string, lines []string) *failure {
	for _, line := range lines {
		if n := len(f.rows); n > 0 && f.lastLabel() == label {
			f.rows = append(f.rows, row{"", line})
			continue
		}
		f.rows = append(f.rows, row{label, line})
	}
	return f
}

func (f *failure) lastLabel() string {
	for i := len(f.rows) - 1; i >= 0; i-- {
		if f.rows[i].label != "" {
			return f.rows[i].label
		}
	}
	return ""
}

// fail returns a failure with an exit code.
func fail(code int, format string, args ...any) *failure {
	return &failure{code: code, what: fmt.Sprintf(format, args...)}
}

// misuse returns the failure for wrong usage of a command.
func misuse(format string, args ...any) *failure { return fail(exitUsage, format, args...) }

// unreadable is the failure for a file that cannot be read and that an argument names.
func unreadable(what, path string, err error) *failure {
	return misuse("cannot read %s %s", what, path).cause(reason.Of(err)).try("ls -l " + shell.Word(path))
}

// printFailure prints err in the form of all errors, and returns the exit code.
func printFailure(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var f *failure
	if !errors.As(err, &f) {
		f = asFailure(err)
	}
	if f.what == "" { // the answer is no, and the command has printed it
		return f.code
	}
	fmt.Fprintf(w, "twilsim: %s\n", terminal.CleanLines(f.what))
	width := len("cause")
	for _, r := range f.rows {
		width = max(width, len(r.label))
	}
	for _, r := range f.rows {
		fmt.Fprintf(w, "  %-*s   %s\n", width, r.label, terminal.Clean(r.text))
	}
	return f.code
}

// explain makes a failure of the error that a command returned.
func (c *cli) explain(err error) error {
	var f *failure
	var usage *config.Error
	var data *storage.Error
	switch {
	case err == nil, errors.As(err, &f):
		return err
	case errors.As(err, &usage), errors.As(err, &data):
		return asFailure(err)
	case errors.Is(err, context.Canceled):
		return &failure{code: exitInterrupted, err: err} // the user pressed Ctrl-C
	case errors.Is(err, context.DeadlineExceeded):
		f := &failure{code: exitDeadline, what: "no answer within " + c.timeout.String(), err: err}
		return f.cause("the simulator took longer, or the app that it waits for").try("--timeout 2m")
	}
	return &failure{code: exitNo, what: err.Error(), err: err}
}

// flagFailure is the failure for a wrong flag, with a suggestion.
func flagFailure(cmd *cobra.Command, err error) error {
	f := &failure{code: exitUsage, what: err.Error(), err: err}
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		flag := invalid.GetFlag()
		wrong := asFailure(config.OptionError(flag, invalid.GetValue(), invalid.Unwrap()))
		if len(wrong.rows) > 0 {
			return wrong
		}
		f.what = wrong.what
	}
	if !errors.As(err, &unknown) {
		return f.try("twilsim help" + strings.TrimPrefix(cmd.CommandPath(), "twilsim"))
	}
	f.what = fmt.Sprintf("unknown flag %q for %q",
		dashes(unknown.GetSpecifiedName()), cmd.CommandPath())
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if near := suggest.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return f.try(cmd.CommandPath() + " --" + near)
	}
	return f.try("twilsim help" + strings.TrimPrefix(cmd.CommandPath(), "twilsim"))
}

// asFailure makes a failure of an error. An error about a value or a file is wrong usage.
func asFailure(err error) *failure {
	var wrong *config.Error
	var data *storage.Error
	switch {
	case errors.As(err, &data):
		f := fail(exitCannotStart, "%s %s", data.Path, data.What)
		if data.Err != nil {
			f.cause(data.Err.Error())
		}
		return f.try(data.Try)
	case !errors.As(err, &wrong):
		return &failure{code: exitNo, what: err.Error(), err: err}
	}
	f := &failure{code: exitUsage, what: wrong.What, err: err}
	if wrong.Cause != "" {
		f.cause(wrong.Cause)
	}
	return f.try(wrong.Try...)
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// wantArgs accepts from least to most arguments, most < 0 for any number.
func wantArgs(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		what := "too many arguments"
		if len(args) < least {
			what = "too few arguments"
		}
		return misuse("%s for %q: got %d", what, cmd.CommandPath(), len(args)).try(cmd.UseLine())
	}
}
