package search

import (
	"errors"
	"fmt"

	simscript "twilsim/testscript"

	"twilsim/simulator/reason"
)

// The exit codes.
const (
	exitFound  = 1 // something was found
	exitUsage  = 2
	exitStart  = 4 // the app cannot be started, a file cannot be written
	exitBudget = 5 // a budget in time was over
)

// Exit is an error with the exit code of the command.
type Exit struct {
	Code int
	What string   // "" if all was printed
	Try  []string // what to do, "" for nothing to say
}

// Error returns what is wrong.
func (e *Exit) Error() string { return e.What }

// misuse returns the error of wrong usage.
func misuse(try string, format string, args ...any) *Exit {
	return exit(exitUsage, try, format, args...)
}

func exit(code int, try string, format string, args ...any) *Exit {
	e := &Exit{Code: code, What: fmt.Sprintf(format, args...)}
	if try != "" {
		e.Try = []string{try}
	}
	return e
}

// notWritten is the error of a file that cannot be written.
func notWritten(name string, err error) *Exit {
	return exit(exitStart, "", "cannot write %s: %v", name, reason.Of(err))
}

// asExit gives what keeps a scenario from being played its exit code.
func asExit(err error) error {
	var usage *simscript.UsageError
	var script *simscript.ScriptError
	var start *simscript.StartError
	switch {
	case errors.As(err, &usage):
		return misuse(usage.Suggestion("twilsim explore"), "%v", usage)
	case errors.As(err, &script):
		return misuse("", "%v", script)
	case errors.As(err, &start):
		return exit(exitStart, "", "%v", start)
	}
	return err
}
