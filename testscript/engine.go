package testscript

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// This file is the adapter to the engine, github.com/rogpeppe/go-internal/testscript. The runner
// needs to know which line runs, what it printed and how it failed; the engine (v1.16.0) has no
// interface for that. The following was tried and does not suffice:
//
//   - Wrapping each command in Params.Cmds. The engine looks up its own commands (exec, cmp, env
//     and 21 others) in an unexported map before it looks there, so they can be neither replaced
//     nor called. An alias for exec or wait cannot be written outside of the engine either: the
//     programs in the background, stdin and the terminal are unexported state of TestScript.
//   - Running the scenario phase by phase. Each run of the engine starts with a new directory, a
//     new environment and no background programs, and nothing exported runs a single line.
//   - A T that receives log lines. The engine calls Log once, at the end, with the whole log. A
//     counter in Verbose, which it calls at each # line, gives phases but no commands.
//
// What does work is a condition, the only hook that also precedes the engine's own commands. So the
// engine runs a copy of the scenario in which each line begins with the condition
// [twilsim-line:KEY:N], and each command is preceded by [twilsim-run:N]. The hooks report the line
// while it runs. The engine repeats each line in its log, so that KEY, which is random and known to
// no program of the scenario, divides the log exactly: no output can be mistaken for it, whether it
// ends its last line or not. The # lines are blank in the copy, because the engine measures them
// and rewrites its log there.

// engineRun is one run of a script by the engine. The functions are called on the engine's
// goroutine; all must be set. It depends on the form of the engine's log and errors, so look here
// when its version changes.
type engineRun struct {
	script *script // the scenario of the file
	key    string
	file   string // the copy that the engine runs
	lines  int    // how many the scenario has

	begin   func(*testscript.TestScript) // before the first line
	line    func(line int)               // at each line, even if its conditions do not hold
	command func(line int)               // before each command that is run
	end     func()                       // after the last line, if the script gets there
}

// step is what the engine did at one line of a script.
type step struct {
	line    int    // from 1; 0 is the setup before the first line
	text    string // the line as it stands in the scenario
	output  string // what it printed
	failed  bool
	failure string // why it failed
	diff    string // what cmp and cmpenv found; it is part of output, too
	after   string // what programs in the background printed after the failure
}

// The words that a copy has in addition to the scenario's.
const (
	beginCommand  = "twilsim-begin"
	endCommand    = "twilsim-end"
	lineCondition = "twilsim-line:"
	runCondition  = "twilsim-run:"
)

// newEngineRun writes the copy of a script. marked is the script with golden before its
// comparisons, or the script itself. The caller must call remove.
func newEngineRun(s, marked *script) (*engineRun, error) {
	e := &engineRun{script: s, key: rand.Text()}
	f, err := os.CreateTemp("", "*-"+filepath.Base(s.file))
	if err != nil {
		return nil, fmt.Errorf("cannot copy the scenario: %w", err)
	}
	e.file = f.Name()
	_, err = f.Write(txtar.Format(e.copy(marked.archive)))
	if err := errors.Join(err, f.Close()); err != nil {
		e.remove()
		return nil, fmt.Errorf("cannot copy the scenario: %w", err)
	}
	return e, nil
}

// remove removes the copy.
// A temporary file; the system clears the rest.
func (e *engineRun) remove() { _ = os.Remove(e.file) }

// copy returns the archive as the engine runs it. Its script has one line more at the top, so that
// line N of the scenario is line N+1 of the copy.
func (e *engineRun) copy(a *txtar.Archive) *txtar.Archive {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", e.mark(0), beginCommand)
	e.lines = 0
	for line := range strings.Lines(string(a.Comment)) {
		e.lines++
		b.WriteString(e.markLine(line, e.lines))
	}
	fmt.Fprintf(&b, "%s%s\n", e.mark(e.lines+1), endCommand)
	return &txtar.Archive{Comment: []byte(b.String()), Files: a.Files}
}

// markLine returns line n with its conditions. A line that the engine cannot read stays as it is,
// so that the engine reports it.
func (e *engineRun) markLine(line string, n int) string {
	if strings.HasPrefix(line, "#") {
		return "\n"
	}
	text := strings.TrimSuffix(line, "\n")
	words, err := splitWords(text)
	if err != nil || len(words) == 0 {
		return line
	}
	if _, ok, _ := parseCommand(text); ok { // its words are good
		at := conditionsEnd(line)
		line = fmt.Sprintf("%s[%s%d] %s", line[:at], runCondition, n, line[at:])
	}
	return e.mark(n) + line
}

// mark is what precedes line n.
func (e *engineRun) mark(n int) string { return fmt.Sprintf("[%s%s:%d] ", lineCondition, e.key, n) }

// conditionsEnd returns where a line's command begins, after its conditions.
func conditionsEnd(line string) int {
	at := 0
	for {
		word := strings.TrimLeft(line[at:], " \t\r")
		begin := len(line) - len(word)
		if end := strings.IndexAny(word, " \t\r"); end > 0 && word[0] == '[' && word[end-1] == ']' {
			at = begin + end
			continue
		}
		return begin
	}
}

// follow makes the engine call the functions of e.
func (e *engineRun) follow(p *testscript.Params) {
	p.Cmds[beginCommand] = func(ts *testscript.TestScript, _ bool, _ []string) { e.begin(ts) }
	p.Cmds[endCommand] = func(*testscript.TestScript, bool, []string) { e.end() }
	others := p.Condition
	p.Condition = func(name string) (bool, error) {
		if n, ok := e.number(name, lineCondition+e.key+":"); ok {
			if n > 0 && n <= e.lines {
				e.line(n)
			}
			return true, nil
		}
		if n, ok := e.number(name, runCondition); ok {
			e.command(n)
			return true, nil
		}
		return others(name)
	}
}

// number returns the line of a condition with a prefix.
func (e *engineRun) number(condition, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(condition, prefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// read divides the engine's log into the environment that it prints first, and the steps. passed
// says whether the script passed. A line that was not reached has no step. Line 0, the setup, has
// one only if it failed.
func (e *engineRun) read(log string, passed bool) (environment string, steps []step) {
	lines := strings.Split(string(e.script.archive.Comment), "\n")
	divider := "> [" + lineCondition + e.key + ":"
	environment, rest, more := strings.Cut(log, divider)
	if before, failure, failed := strings.Cut(environment, e.failureMark(0)); failed {
		environment, steps = before, append(steps, step{failed: true, failure: ownFailure(failure)})
	}
	for more {
		var echo, output string
		echo, rest, _ = strings.Cut(rest, "\n")
		output, rest, more = strings.Cut(rest, divider)
		digits, _, _ := strings.Cut(echo, "]")
		n, _ := strconv.Atoi(digits) // by mark
		if n == 0 {
			continue // beginCommand prints nothing
		}
		if n > e.lines { // programs in the background end after it
			if passed {
				output = strings.TrimSuffix(output, "PASS\n")
			}
			if len(steps) > 0 {
				steps[len(steps)-1].after += output
			}
			continue
		}
		steps = append(steps, e.step(n, lines[n-1], output))
	}
	return environment, steps
}

// step divides what the engine logged at a line.
func (e *engineRun) step(n int, text, output string) step {
	s := step{line: n, text: text}
	s.output, s.failure, s.failed = strings.Cut(output, e.failureMark(n))
	if s.failed {
		if at := strings.Index(s.failure, "\n[background] "); at >= 0 {
			s.failure, s.after = s.failure[:at], s.failure[at+1:]
		}
		s.failure = ownFailure(s.failure)
	}
	if c, ok, _ := parseCommand(text); ok &&
		slices.Contains([]string{"cmp", "cmpenv"}, c.words[0]) {
		s.turnDiff()
	}
	return s
}

// failureMark is what the engine writes before the reason why line n failed.
func (e *engineRun) failureMark(n int) string {
	line := n + 1
	if n == 0 {
		line = 0 // the setup
	}
	return fmt.Sprintf("FAIL: %s:%d: ", e.file, line)
}

// ownFailure removes what says only that the wait has ended: the report says why.
func ownFailure(text string) string {
	for _, err := range []string{"context canceled\n", "context deadline exceeded\n"} {
		text = strings.TrimPrefix(text, err)
	}
	return strings.TrimRight(text, "\n")
}

// turnDiff gives the diff of cmp and cmpenv the sides that all other failures have.
func (s *step) turnDiff() {
	lines, diff := turnDiff(strings.Split(s.output, "\n"))
	s.output, s.diff = strings.Join(lines, "\n"), diff
}

// reason is why the step failed, in full.
func (s step) reason() string {
	if s.diff == "" {
		return strings.TrimSpace(s.failure)
	}
	return strings.TrimSpace(s.failure + "\n" + s.diff)
}

// log returns the step as reports show it: the command, what it printed and why it failed.
func (s step) log() string {
	var b strings.Builder
	write := func(text string) {
		if b.WriteString(text); text != "" && !strings.HasSuffix(text, "\n") {
			b.WriteByte('\n') // a program need not end its last line
		}
	}
	if s.text != "" {
		write("> " + s.text)
	}
	write(s.output)
	write(s.failure)
	write(s.after)
	return b.String()
}
