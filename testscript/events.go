package testscript

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"twilsim/simulator/clock"
	"twilsim/simulator/mask"
)

// Events writes results as go test -json would, so that tools for Go's tests read them: the folder
// of a scenario is a package below "scenarios", the scenario a test in it, and its phases are
// subtests. It is not safe for concurrent use, and keeps the first error of writing for all that
// follows.
type Events struct {
	encoder  *json.Encoder
	packages []*eventPackage // in the order of their first test
	err      error           // the first of writing
}

// eventPackage is a folder of scenarios.
type eventPackage struct {
	name   string
	began  time.Time
	tests  unique
	failed bool
}

// event is a TestEvent of cmd/test2json.
type event struct {
	Time    time.Time
	Action  string
	Package string
	Test    string   `json:",omitempty"`
	Elapsed *float64 `json:",omitempty"`
	Output  string   `json:",omitempty"`
}

// NewEvents begins a stream of events.
func NewEvents(out io.Writer) *Events {
	return &Events{encoder: json.NewEncoder(escaping{out})}
}

// escaping writes lines of JSON without characters that may control a terminal.
type escaping struct{ io.Writer }

// Write implements [io.Writer]. The length is that of what it was given, or the encoder would see
// an error.
func (w escaping) Write(line []byte) (int, error) {
	_, err := io.WriteString(w.Writer, mask.JSON(string(line)))
	return len(line), err
}

// Add writes the events of one result. The times are computed from the result, because events are
// written when it is over. Names are made unique, as go test does.
func (e *Events) Add(r Result) error {
	folder, name := path.Split(cmp.Or(r.whole, r.Name))
	p := e.packageOf(folder, r.Started)
	test := p.tests.of(cmp.Or(eventName(name), "#00"))
	p.failed = p.failed || r.Outcome == Failed || r.Outcome == Broken
	e.write(r.Started, p, event{Action: "run", Test: test})
	e.output(r.Started, p, test, "=== RUN   "+test+"\n")
	at, names := r.Started, unique{}
	for _, phase := range r.Phases {
		sub := names.of(test + "/" + eventName(phase.name()))
		e.write(at, p, event{Action: "run", Test: sub})
		e.output(at, p, sub, "=== RUN   "+sub+"\n")
		at = at.Add(phase.Time)
		e.output(at, p, sub, phase.testOutput(r.File))
		e.end(at, p, "    ", sub, phase.Outcome, phase.Time)
	}
	at = r.Started.Add(r.Time)
	if r.Outcome != Passed {
		e.output(at, p, test, eventText(cmp.Or(r.Reason, r.evidence()), "    "))
	}
	e.end(at, p, "", test, r.Outcome, r.Time)
	return e.err
}

// Close ends the packages. Without it no package has a result, which tools take for a crash.
func (e *Events) Close() error {
	now := clock.Wall()
	for _, p := range e.packages {
		took, action := now.Sub(p.began), "pass"
		lines := []string{"PASS\n", fmt.Sprintf("ok  \t%s\t%.3fs\n", p.name, took.Seconds())}
		if p.failed {
			action, lines = "fail", []string{
				"FAIL\n",
				fmt.Sprintf("FAIL\t%s\t%.3fs\n", p.name, took.Seconds()),
			}
		}
		e.output(now, p, "", strings.Join(lines, ""))
		e.write(now, p, event{Action: action, Elapsed: elapsed(took)})
	}
	return e.err
}

// packageOf returns the package of a folder, and begins it at its first scenario.
func (e *Events) packageOf(folder string, began time.Time) *eventPackage {
	name := path.Join("scenarios", folder)
	if i := slices.IndexFunc(e.packages,
		func(p *eventPackage) bool { return p.name == name }); i >= 0 {
		return e.packages[i]
	}
	p := &eventPackage{name: name, began: began, tests: unique{}}
	e.packages = append(e.packages, p)
	e.write(p.began, p, event{Action: "start"})
	return p
}

// end writes how a test ended, in words and as an event.
func (e *Events) end(
	at time.Time,
	p *eventPackage,
	indent, test string,
	outcome Outcome,
	took time.Duration,
) {
	action := map[Outcome]string{Passed: "pass", Skipped: "skip"}[outcome]
	action = cmp.Or(action, "fail")
	e.output(
		at,
		p,
		test,
		fmt.Sprintf(
			"%s--- %s: %s (%.2fs)\n",
			indent,
			strings.ToUpper(action),
			test,
			took.Seconds(),
		),
	)
	e.write(at, p, event{Action: action, Test: test, Elapsed: elapsed(took)})
}

// output writes an event for each line.
func (e *Events) output(at time.Time, p *eventPackage, test, text string) {
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line != "" {
			e.write(at, p, event{Action: "output", Test: test, Output: line})
		}
	}
}

func (e *Events) write(at time.Time, p *eventPackage, v event) {
	v.Time, v.Package = at, p.name
	if err := e.encoder.Encode(v); err != nil && e.err == nil {
		e.err = err
	}
}

func elapsed(d time.Duration) *float64 {
	s, _ := strconv.ParseFloat(seconds(d), 64) // digits
	return &s
}

// testOutput returns what the phase printed, as a test's output.
func (p Phase) testOutput(file string) string {
	var text strings.Builder
	text.WriteString(eventText(p.Log, "        "))
	for _, f := range p.Failures { // the log has them already, but without file and line
		first, _, _ := strings.Cut(f.Text, "\n")
		text.WriteString(eventText(fmt.Sprintf("%s:%d: %s", file, f.Line, first), "        "))
	}
	if p.Reason != "" {
		text.WriteString(eventText(p.Reason, "        "))
	}
	return text.String()
}

// eventText indents the lines, so that none looks like a line of go test's own.
func eventText(text, indent string) string {
	if text == "" {
		return ""
	}
	return indent + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+indent) + "\n"
}

// eventName makes a test's name as package testing does: white space becomes _, and unprintable
// characters are escaped.
func eventName(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), r == '/': // a slash would begin another level of subtests
			b.WriteByte('_')
		case !strconv.IsPrint(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
