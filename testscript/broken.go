package testscript

import (
	"errors"
	"fmt"

	"twilsim/simulator/clock"
)

// ScriptError is a mistake in a line of a scenario, which was therefore not run.
type ScriptError struct {
	File string
	Line int // from 1
	Err  error
}

// Error returns the place and the error.
func (e *ScriptError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *ScriptError) Unwrap() error { return e.Err }

// Malformed returns results for the scenarios that err says cannot be run, so that reports list
// them. It returns none if err is about something else.
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
		Scenario: Scenario{
			Name: scenarioName(broken.File),
			File: broken.File,
		}, Outcome: Broken, Started: clock.Wall(),
		Line: failure.Line, Failure: failure.Text,
		Phases: []Phase{{Line: failure.Line, Outcome: Broken, Failures: []Failure{failure}}},
	}}
}
