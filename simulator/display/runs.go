package display

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
	"twilsim/simulator/trace"
)

// Runs prints a list of runs of scenarios.
func Runs(u *terminal.UI, runs []control.Run) error {
	type row = control.Run
	err := terminal.List(u, runs, []terminal.Column[row]{
		{Head: "ID", Value: func(r row) string { return r.ID }},
		{Head: "STATE", Value: func(r row) string { return string(r.State) }},
		{Head: "SCENARIO", Value: func(r row) string { return r.Scenario }},
		{Head: "LINE", Value: func(r row) string {
			if r.Line == 0 {
				return "-"
			}
			return strconv.Itoa(r.Line)
		}},
		{Head: "MS", Value: func(r row) string { return strconv.FormatInt(r.Milliseconds, 10) }},
		{Head: "VIRTUAL", Value: func(r row) string { return r.Virtual }},
		{Head: "WHY", Value: func(r row) string { return cmp.Or(r.Reason, "-") }},
	})
	u.Countf(len(runs), "run", "")
	return err
}

// Run prints one run of a scenario.
func Run(u *terminal.UI, r *control.Run) error {
	if u.JSON {
		return u.Encode(r)
	}
	at := ""
	if r.Line > 0 && r.State != control.RunPassed {
		at = ":" + strconv.Itoa(r.Line)
	}
	u.Printf("%-5s %s   %s%s   %d ms   v %s   %s\n", r.State, r.ID, r.File, at,
		r.Milliseconds, r.Virtual, r.App)
	if r.Reason != "" {
		u.Printf("      %s\n", r.Reason)
	}
	return nil
}

// Scenarios prints the scenarios that can be run.
func Scenarios(u *terminal.UI, s *control.Scenarios) error {
	type row = control.ScenarioFile
	err := terminal.List(u, s.Scenarios, []terminal.Column[row]{
		{Head: "NAME", Value: func(f row) string { return f.Name }},
		{Head: "ABOUT", Value: func(f row) string { return cmp.Or(f.Title, "-") }},
	})
	u.Countf(len(s.Scenarios), "scenario", "")
	return err
}

// Trace prints what happened in a run, below each line of its script.
func Trace(u *terminal.UI, t *trace.Trace) error {
	if u.JSON {
		return u.Encode(t)
	}
	u.Printf("%s   %s   %d ms   v %s\n", t.Outcome, t.Name, t.Milliseconds, t.Virtual)
	events := map[int][]trace.Event{}
	for _, e := range t.Events {
		events[e.Line] = append(events[e.Line], e)
	}
	failures := map[int][]string{}
	for _, f := range t.Failures {
		failures[f.Line] = append(failures[f.Line], f.Text)
	}
	printEvents(u, events[0])
	for _, l := range t.Lines {
		if strings.TrimSpace(l.Text) == "" {
			continue
		}
		u.Printf("%4d %-7s %s\n", l.Number, kindOf(l), l.Text)
		printEvents(u, events[l.Number])
		for _, text := range failures[l.Number] {
			for line := range strings.Lines(text) {
				u.Printf("             %s\n", strings.TrimRight(line, "\n"))
			}
		}
	}
	return nil
}

func kindOf(l trace.Line) string {
	if l.Kind == "phase" {
		return ""
	}
	return l.Kind
}

func printEvents(u *terminal.UI, events []trace.Event) {
	for _, e := range events {
		u.Printf("             %-9s %-8s %s\n", e.At, e.Who,
			strings.TrimSpace(fmt.Sprintf("%s %s", e.Message, e.Text)))
	}
}
