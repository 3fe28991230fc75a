package testscript

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/testscript/explore"
)

// findingText returns the scenario of a finding: the one that was explored, with the schedule
// before its first acting line, without the lines that the schedule and not the app breaks, and
// with the check that fails last.
func (e *explorer) findingText(f *explore.Finding) string {
	script := e.steps.script
	lines := strings.Split(strings.TrimRight(string(script.archive.Comment), "\n"), "\n")
	failing := 0
	if failure := f.Failure(); failure != nil {
		failing = failure.Line
	}
	first, last := 0, len(lines)
	drop := slices.Clone(f.Run.Aside)
	for i, s := range e.steps.list {
		switch {
		case s.role == acts && first == 0:
			first = s.line
		case i == e.steps.lastAct+1:
			last = s.line - 1
		}
		if s.line != failing && slices.Contains(f.Run.Failed, s.line) {
			drop = append(drop, s.line)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n", f.ID, strings.ReplaceAll(f.Sentence, "\n", " "))
	end := ""
	for i, line := range lines {
		n := i + 1
		if n == first {
			fmt.Fprintf(&b, "schedule %s\n%s", f.Schedule, e.quietLine(f))
		}
		switch {
		case slices.Contains(drop, n):
		case n == failing:
			end = line
		default:
			fmt.Fprintln(&b, line)
		}
		if n == last {
			fmt.Fprintln(&b, "clock run")
		}
	}
	if last == len(lines) && e.steps.lastAct < 0 {
		fmt.Fprintln(&b, "clock run")
	}
	for _, line := range []string{end, e.checkLine(f)} {
		if line != "" {
			fmt.Fprintln(&b, line)
		}
	}
	return string(txtar.Format(&txtar.Archive{Comment: []byte(b.String()),
		Files: script.archive.Files}))
}

// quietLine returns the line that has a run wait for an app that acts by itself.
func (e *explorer) quietLine(f *explore.Finding) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.steps.hints.quiet > 0 || !e.alone[""] && !e.alone[f.Schedule] {
		return ""
	}
	return fmt.Sprintf("explore quiet %s\n", mostQuiet)
}

// checkLine returns the line that fails in a run for a failure that no line of the scenario shows
// and that a run does not find by itself.
func (e *explorer) checkLine(f *explore.Finding) string {
	failure := f.Failure()
	if failure == nil || failure.Check != "K4" {
		return ""
	}
	return fmt.Sprintf("expect message to=%s body='%s' count=%d", failure.Handset,
		strings.ReplaceAll(failure.Body, "'", "''"), failure.Usual)
}
