package testscript

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"twilsim/simulator/clock"
)

// WriteLine writes the result's line: outcome, name, times and phases.
func (r Result) WriteLine(out io.Writer) {
	if r.Outcome == Skipped {
		fmt.Fprintf(out, "%-5s %-34s %s\n", r.Outcome, r.Name, r.Reason)
		return
	}
	phases := fmt.Sprintf("%d phases", len(r.Phases))
	if len(r.Phases) == 1 {
		phases = "1 phase"
	}
	for i, p := range r.Phases {
		if p.Outcome == Failed {
			phases = fmt.Sprintf("phase %d of %d", i+1, len(r.Phases))
		}
	}
	fmt.Fprintf(out, "%-5s %-34s %4dms   v %-9s %s\n", r.Outcome, r.Name, r.Time.Milliseconds(), short(r.Virtual), phases)
}

// WriteLog writes what happened in a scenario that failed, and how to see it again; of one that passed, its log.
func (r Result) WriteLog(out io.Writer) {
	if r.Outcome != Failed {
		fmt.Fprintf(out, "=== %s   account %s   seed %d   clock virtual\n%s\n", r.Name, r.Account, r.Seed, indent(r.Log))
		return
	}
	fmt.Fprintf(out, "\n--- FAIL: %s\n    %s:%d\n%s\n", r.Name, r.File, r.Line, indent(r.Log))
	if r.Saw != "" {
		fmt.Fprintf(out, "    what the app saw        %s\n", r.Saw)
	}
	fmt.Fprintf(out, "    again   twilsim run -run '^%s$' -seed %d -v %s\n\n", r.Name, r.Seed, r.File)
}

func indent(s string) string {
	s = strings.TrimRight(s, "\n")
	return "    " + strings.ReplaceAll(s, "\n", "\n    ")
}

// WriteJUnit writes the results as JUnit XML: a test suite for each scenario, a test case for each phase.
func WriteJUnit(out io.Writer, results []Result, summary Summary) error {
	suites := junit.Testsuites{Name: "twilsim", Time: seconds(summary.Time)}
	for i, r := range results {
		suite := junit.Testsuite{Name: r.Name, ID: i, File: r.File, Time: seconds(r.Time)}
		suite.AddProperty("seed", fmt.Sprint(r.Seed))
		suite.AddProperty("virtual_time", short(r.Virtual))
		for _, p := range r.Phases {
			suite.AddTestcase(r.testcase(p))
		}
		suite.SystemOut = &junit.Output{Data: printable(r.Log)}
		suites.AddSuite(suite)
	}
	if _, err := io.WriteString(out, xmlHeader); err != nil {
		return err
	}
	return suites.WriteXML(out)
}

const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func (r Result) testcase(p Phase) junit.Testcase {
	c := junit.Testcase{Name: p.Title, Classname: r.Name, Time: seconds(p.Time)}
	if c.Name == "" {
		c.Name = "line " + fmt.Sprint(p.Line)
	}
	switch p.Outcome {
	case Failed:
		first, _, _ := strings.Cut(r.Failure, "\n")
		c.Failure = &junit.Result{Message: printable(first), Type: "scenario", Data: printable(fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Failure))}
	case Skipped:
		c.Skipped = &junit.Result{Message: printable(or(r.Reason, "an earlier phase failed"))}
	}
	return c
}

// printable replaces what XML cannot hold: a message's body may be anything.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// WriteEvents writes the result as go test -json would, so that tools for Go's tests read it.
func (r Result) WriteEvents(out io.Writer) error {
	type event struct {
		Time    time.Time
		Action  string
		Package string
		Test    string
		Elapsed float64 `json:",omitempty"`
		Output  string  `json:",omitempty"`
	}
	action := map[Outcome]string{Passed: "pass", Failed: "fail", Skipped: "skip"}[r.Outcome]
	now := clock.Wall().UTC()
	encoder := json.NewEncoder(out)
	for _, e := range []event{
		{Action: "run"},
		{Action: "output", Output: r.Log + r.Reason},
		{Action: action, Elapsed: r.Time.Seconds()},
	} {
		e.Time, e.Package, e.Test = now, "scenarios", r.Name
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// WriteAnnotation writes a failure as a GitHub workflow command, which marks the line in the scenario's file.
func (r Result) WriteAnnotation(out io.Writer) {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(r.Failure)
	fmt.Fprintf(out, "::error file=%s,line=%d::%s: %s\n", r.File, r.Line, r.Name, text)
}

// WriteSummary writes the results as a Markdown table, for GitHub's step summary.
func WriteSummary(out io.Writer, results []Result, summary Summary) {
	fmt.Fprintf(out, "| scenario | outcome | time | virtual |\n| --- | --- | --- | --- |\n")
	for _, r := range results {
		fmt.Fprintf(out, "| %s | %s | %s s | %s |\n", r.Name, r.Outcome, seconds(r.Time), short(r.Virtual))
	}
	fmt.Fprintf(out, "\n%s\n", summary)
}
