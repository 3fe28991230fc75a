package testscript

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
)

// follower knows which line of a scenario the engine is running, and prints phases and commands as
// they happen. The engine itself prints its log only at the end. ran and world are what leave
// needs, from another goroutine, when the engine's hangs.
type follower struct {
	script  *script
	name    string
	seed    uint64
	verbose int
	out     io.Writer

	mu    sync.Mutex
	ran   []int  // the lines of the commands that were run; the last is the current one
	world *world // nil until it is made

	// Only the engine's goroutine uses the fields below.
	ts    *testscript.TestScript
	phase int // how many phases were printed
	// the last event that was printed
	told    int64
	started time.Time // of the current command
}

// begin is called before the first line.
func (f *follower) begin(ts *testscript.TestScript) {
	w := of(ts)
	f.mu.Lock()
	f.world = w
	f.mu.Unlock()
	f.ts = ts
	f.printf("=== RUN   %s   account %s   seed %d   clock virtual\n", f.name, w.account.SID, f.seed)
	if f.verbose < 2 {
		return
	}
	for _, v := range w.environment {
		f.printf("    %s\n", v)
	}
}

// at is called before each command that is run.
func (f *follower) at(line int) {
	f.outcome()
	c := f.script.command(line)
	for f.phase < len(f.script.phases) && f.script.phases[f.phase].line <= line {
		if p := f.script.phases[f.phase]; p.title != "" {
			f.printf("    %-64s  %s:%d\n", "# "+p.title, f.script.file, p.line)
		}
		f.phase++
	}
	f.mu.Lock()
	f.ran = append(f.ran, line)
	f.mu.Unlock()
	f.started = clock.Wall()
	f.printf("    > %s\n", strings.TrimSpace(c.text))
}

// end is called when the script has ended, at its end or before.
func (f *follower) end() {
	if f.ts != nil {
		f.events()
	}
}

// command returns the command of a line.
func (s *script) command(line int) command {
	for _, p := range s.phases {
		for _, c := range p.commands {
			if c.line == line {
				return c
			}
		}
	}
	return command{line: line}
}

// outcome prints what the current command printed and caused. It is called at the next command, as
// the engine says nothing about the end of one.
func (f *follower) outcome() {
	if len(f.ran) == 0 || f.verbose == 0 {
		return
	}
	c := f.script.command(f.ran[len(f.ran)-1])
	switch c.words[0] {
	case "http", "api":
		f.printf(
			"      %s   %d B\n",
			strings.TrimSpace(f.ts.ReadFile("stderr")),
			len(f.ts.ReadFile("stdout")),
		)
	case "app":
		f.printf(
			"      %s after %dms\n",
			strings.TrimSpace(f.ts.ReadFile("stdout")),
			clock.Wall().Sub(f.started).Milliseconds(),
		)
	case "exec", "wait", "timeline", "bin", "key", "expect", "send", "sms":
		if c.prints() {
			f.lines(f.ts.ReadFile("stdout"))
			f.lines(f.ts.ReadFile("stderr"))
		}
	}
	if c.words[0] == "sms" {
		f.told = f.world.account.Journal.Last() // its output has them all
	}
	f.events()
}

// prints reports whether the command, if it succeeds, prints anything. If it does not, stdout still
// holds the output of an earlier command.
func (c command) prints() bool {
	return c.words[0] != "expect" || !c.neg && !slices.Contains(c.words, "count=0")
}

// shown is how many lines of a command's output are printed.
const shown = 20

// lines prints the output of a command.
func (f *follower) lines(output string) {
	if output == "" {
		return
	}
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	for _, line := range lines[:min(len(lines), shown)] {
		f.printf("      %s\n", line)
	}
	if more := len(lines) - shown; more > 0 {
		f.printf("      (%d lines more)\n", more)
	}
}

// events prints what has happened since its last call.
func (f *follower) events() {
	if f.verbose == 0 {
		return
	}
	w := f.world
	events, _ := w.account.Journal.Events(f.told)
	for _, e := range events {
		f.told = e.ID
		if line := w.storyLine(e); line != "" {
			f.printf(
				"      v+%-8s %s  %s\n",
				span(e.At.Sub(start)),
				cmp.Or(w.names[e.SID], e.SID),
				line,
			)
		}
	}
}

// printf prints, with secrets masked and control characters escaped.
func (f *follower) printf(format string, args ...any) {
	if f.verbose == 0 {
		return
	}
	text := fmt.Sprintf(format, args...)
	if f.world != nil {
		text = f.world.mask(text)
	}
	_, _ = io.WriteString(f.out, forReport(text)) // the caller notices a closed output at the end
}

// leave stops the world of a scenario that does not end, and waits a moment for its app, which may
// not end either. It returns the lines that were run, the last of which is still running.
func (f *follower) leave() []step {
	f.mu.Lock()
	lines, w := slices.Clone(f.ran), f.world
	f.mu.Unlock()
	if w != nil {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			w.close()
		}()
		await(closed, 2*stopTimeout) // it may hang as the scenario does
	}
	var steps []step
	for _, line := range lines {
		steps = append(
			steps,
			step{line: line, text: strings.TrimSpace(f.script.command(line).text)},
		)
	}
	return steps
}
