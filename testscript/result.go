package testscript

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/mask"
	"twilsim/simulator/terminal"
	"twilsim/simulator/trace"
	"twilsim/testscript/coverage"
)

// Outcome is how a scenario, or a phase of one, ended.
type Outcome string

// The outcomes of a scenario.
const (
	Passed  Outcome = "ok"
	Failed  Outcome = "FAIL"
	Skipped Outcome = "skip"
	Broken  Outcome = "error" // it was not run: its file is not a scenario
)

// Result is one run of one scenario.
type Result struct {
	Scenario
	Outcome Outcome
	Reason  string // why it was skipped
	Started time.Time
	Time    time.Duration // real
	Virtual time.Duration // how far its clock advanced
	Account string
	Seed    uint64
	Phases  []Phase
	Log     string // of the phases that failed, or of all when verbose
	Line    int    // of the first failure, from 1; 0 when it passed
	Failure string // the first failure in words
	Work    string // the directory that was kept; "" for none

	Saw     []string // the calls that the app got, in order, a line each
	Printed string   // the last lines of the app's log, of the phase that failed if it has any
	Updated []Update // the golden files that were rewritten

	Hints []string // advice about its webhooks, requests and messages
	Notes []string // what of it had no effect; only of one that passed and ran to its end

	Covered coverage.Seen // what it exercised; nil unless that was asked for

	Trace string // where its trace was written; "" for nowhere
	Again string // the command that runs it again; "" if there is none

	whole         string // the scenario's name, if only a part of it was run
	printedBefore bool   // Printed is from before the phase that failed
	trace         *trace.Trace
}

// Phase is one part of a scenario: the commands below a # line.
type Phase struct {
	Title    string
	Line     int           // from 1
	Time     time.Duration // real
	Virtual  time.Duration // how far the clock advanced in it
	Outcome  Outcome       // Skipped when it was not reached
	Reason   string        // why it was skipped
	Log      string        // its commands and what they printed
	Failures []Failure     // more than one only with [Options.Continue]
}

// Failure is what was wrong in one line of a scenario.
type Failure struct {
	Line int // from 1
	Text string
}

// Summary adds up the results of a run.
type Summary struct {
	Passed, Failed, Skipped int
	NotRun                  int // because of an earlier failure or an interruption
	Time                    time.Duration
	Virtual                 time.Duration
	Seed                    uint64
	Parallel                int

	App        string // the app under test, as [Options.AppUnderTest] names it
	BuiltIn    int    // how many scenarios that passed started the built-in app
	NotStarted int    // how many of these did not start the app of the run
}

func (s *Summary) add(r Result) {
	switch r.Outcome {
	case Passed:
		s.Passed++
	case Skipped:
		s.Skipped++
	default:
		s.Failed++
	}
	s.Virtual += r.Virtual
	if slices.Contains(r.Notes, builtInNote) {
		s.BuiltIn++
	}
	if slices.Contains(r.Notes, notStartedNote) {
		s.NotStarted++
	}
}

// AppLine says which app the run has tested.
func (s Summary) AppLine() string {
	n := s.Passed + s.Failed
	of := func(count int) string {
		if count == n {
			return "all scenarios"
		}
		return fmt.Sprintf("%d of %d scenarios", count, n)
	}
	switch {
	case s.NotStarted > 0:
		return fmt.Sprintf("%s; never started in %s", s.App, of(s.NotStarted))
	case s.App == builtInApp && s.BuiltIn == 0 && s.Failed == 0 && s.Passed > 0:
		return "only what the scenarios name; none starts " + builtInApp
	case s.BuiltIn > 0:
		return fmt.Sprintf("%s, in %s; --app 'node server.js' tests yours", s.App, of(s.BuiltIn))
	}
	return s.App
}

// Word is the first word of the summary's line: ok, FAIL, or skip if all were skipped.
func (s Summary) Word() Outcome {
	switch {
	case s.Failed > 0:
		return Failed
	case s.Passed == 0 && s.Skipped > 0:
		return Skipped
	}
	return Passed
}

// String returns the summary's line without its first word.
func (s Summary) String() string {
	n := s.Passed + s.Failed + s.Skipped
	text := fmt.Sprintf("%d scenarios: %d passed, %d failed", n, s.Passed, s.Failed)
	if n == 1 {
		text = "1 scenario"
	}
	if s.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", s.Skipped)
	}
	if s.NotRun > 0 {
		text += fmt.Sprintf(", %d not run", s.NotRun)
	}
	return fmt.Sprintf(
		"%s   %.2fs   v %s   seed %d   parallel %d",
		text,
		s.Time.Seconds(),
		short(s.Virtual),
		s.Seed,
		s.Parallel,
	)
}

// short formats a virtual time: 4s, 1.5s, 1h0m0s, 30d00h00m.
func short(d time.Duration) string {
	if d < time.Hour {
		return strconv.FormatFloat(d.Seconds(), 'g', 4, 64) + "s"
	}
	return long(d)
}

// long formats a virtual time of an hour or more. From a day on it is as everywhere else.
func long(d time.Duration) string {
	if d < 24*time.Hour {
		return d.String()
	}
	return strings.TrimPrefix(terminal.VirtualTime(d), "v+")
}

// read makes the result of what the recorder has recorded and of the script's steps.
func (r *Result) read(j job, t *recorder, steps []step) {
	r.whole = j.of.Name
	switch {
	case t.skipped:
		r.Outcome, r.Reason = Skipped, t.clean(t.reason)
	case t.failed, t.ended != nil:
		r.Outcome = Failed
	default:
		r.Outcome = Passed
	}
	r.Phases = j.script.results(t.failures(steps), &t.watch, r)
	r.first()
	if r.trace = t.trace; r.trace != nil {
		r.trace.Lines = r.traceLines(string(j.script.archive.Comment), steps, t.lines, t.clean)
	}
}

// first finds the first failure.
func (r *Result) first() {
	for _, p := range r.Phases {
		if len(p.Failures) > 0 {
			r.Line, r.Failure = p.Failures[0].Line, p.Failures[0].Text
			return
		}
	}
}

// log has a line for each phase that was reached, and the log of those that failed, or of all.
func (r *Result) log(verbose int) string {
	var b strings.Builder
	for _, p := range r.Phases {
		if p.Outcome == Skipped && p.Log == "" {
			continue
		}
		if p.Title != "" {
			fmt.Fprintf(&b, "# %s   (%s)\n", p.Title, p.took())
		}
		if verbose > 0 || p.Outcome != Passed {
			b.WriteString(p.Log)
		}
	}
	return b.String()
}

// took is the phase's real time, and its virtual time if the clock advanced.
func (p Phase) took() string {
	text := fmt.Sprintf("%dms", p.Time.Milliseconds())
	if p.Virtual > 0 {
		text += ", v " + short(p.Virtual)
	}
	return text
}

// plain escapes characters that may control a terminal, as Go does: the output of an app and the
// body of a message must not.
func plain(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c == '\n' || c == '\t' || !mask.Harmful(c) {
			b.WriteRune(c)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(c)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
