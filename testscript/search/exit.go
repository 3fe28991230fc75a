package search

import (
	"errors"

	"twilsim/simulator/failure"
	simscript "twilsim/testscript"
)

// misuse returns the error of wrong usage, with what to try; "" is nothing to try.
func misuse(try string, format string, args ...any) *failure.Error {
	return exit(failure.Usage, try, format, args...)
}

func exit(code int, try string, format string, args ...any) *failure.Error {
	e := failure.New(code, format, args...)
	if try != "" {
		e.Try(try)
	}
	return e
}

// asExit gives what keeps a scenario from being played its exit code.
func asExit(err error) error {
	var usage *simscript.UsageError
	var script *simscript.ScriptError
	var start *simscript.StartError
	var nothing *simscript.EmptyError
	switch {
	case errors.As(err, &usage):
		return misuse(usage.Suggestion("twilsim explore"), "%v", usage)
	case errors.As(err, &script):
		return misuse("", "%v", script)
	case errors.As(err, &nothing):
		return misuse("twilsim help scenarios explore", "%v", nothing)
	case errors.As(err, &start):
		return exit(failure.CannotStart, "", "%v", start)
	}
	return err
}
