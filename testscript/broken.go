package testscript

import (
	"errors"
	"fmt"

	"twilsim/simulator/clock"
)

// ScriptError says what is wrong in a line of a scenario that was not run because of it.
type ScriptError struct {
	File string
	Line int // from 1
	Err  error
}

// Error returns the place and the error.
func (e *ScriptError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *ScriptError) Unwrap() error { return e.Err }

// Malformed returns the results of the scenarios that err says cannot be run: none where it is about something else. They
// are for reports, which would otherwise say nothing of them.
func Malformed(err error) []Result {
	var results []Result
	var broken *ScriptError
	switch e := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			results = append(results, Malformed(one)...)
		}
		return results
	}
	if broken, _ = err.(*ScriptError); broken == nil {
		return Malformed(errors.Unwrap(err))
	}
	failure := Failure{Line: broken.Line, Text: plain(broken.Err.Error())}
	return []Result{{
		Scenario: Scenario{Name: scenarioName(broken.File), File: broken.File}, Outcome: Broken, Started: clock.Wall(),
		Line: failure.Line, Failure: failure.Text,
		Phases: []Phase{{Line: failure.Line, Outcome: Broken, Failures: []Failure{failure}}},
	}}
}
