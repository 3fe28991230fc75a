package testscript

import (
	"fmt"
	"io"
	"strings"
	"time"
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
			break
		}
	}
	fmt.Fprintf(
		out,
		"%-5s %-34s %4dms   v %-9s %s\n",
		r.Outcome,
		r.Name,
		r.Time.Milliseconds(),
		short(r.Virtual),
		phases,
	)
}

// WriteNotes writes what of a scenario that passed had no effect, a line each. Which app was
// started is said once, in the summary.
func (r Result) WriteNotes(out io.Writer) {
	if r.Outcome != Passed {
		return
	}
	for _, note := range r.Notes {
		if note != builtInNote && note != notStartedNote {
			fmt.Fprintf(out, "      note    %s\n", note)
		}
	}
}

// WriteLog writes what happened in a scenario that failed, and how to run it again. For one that
// passed it writes the log.
func (r Result) WriteLog(out io.Writer) {
	if r.Outcome != Failed {
		fmt.Fprintf(
			out,
			"=== %s   account %s   seed %d   clock virtual\n%s\n",
			r.Name,
			r.Account,
			r.Seed,
			indent(r.Log),
		)
		return
	}
	fmt.Fprintf(out, "\n--- FAIL: %s\n    %s:%d\n%s\n\n", r.Name, r.File, r.Line, indent(r.Log))
	if evidence := r.evidence(); evidence != "" {
		fmt.Fprintf(out, "%s\n\n", indent(evidence))
	}
	if r.Trace != "" {
		fmt.Fprintf(out, "    trace   %s\n", r.Trace)
	}
	if r.Again != "" {
		fmt.Fprintf(out, "    again   %s\n", r.Again)
	}
	fmt.Fprintln(out)
}

// sawLines is how many of the calls to the app a failure shows.
const sawLines = 20

// hintLines is how many lines of hints a failure shows.
const hintLines = 10

// evidence is what a failure shows in addition to the log: the requests and the output of the app.
// It is "" where there is none.
func (r Result) evidence() string {
	var lines []string
	if len(r.Saw) > 0 {
		lines = append(lines, "what the app saw")
		if more := len(r.Saw) - sawLines; more > 0 {
			lines = append(lines, fmt.Sprintf("  ... %d before", more))
		}
		lines = appendIndented(lines, r.Saw[max(0, len(r.Saw)-sawLines):])
	}
	if len(r.Hints) > 0 {
		lines = append(lines, "hints")
		lines = appendIndented(lines, r.Hints[:min(len(r.Hints), hintLines)])
		if more := len(r.Hints) - hintLines; more > 0 {
			lines = append(lines, "  ... and more in the trace")
		}
	}
	if r.Printed != "" {
		when := "in this phase"
		if r.printedBefore {
			when = "before this phase"
		}
		lines = append(lines, "what the app printed ("+when+")")
		lines = appendIndented(lines, strings.Split(r.Printed, "\n"))
	}
	return strings.Join(lines, "\n")
}

func appendIndented(lines, more []string) []string {
	for _, line := range more {
		lines = append(lines, "  "+line)
	}
	return lines
}

func indent(s string) string {
	s = strings.TrimRight(s, "\n")
	return "    " + strings.ReplaceAll(s, "\n", "\n    ")
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
