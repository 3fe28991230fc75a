package testscript

import (
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
	"twilsim/simulator/mask"
	"twilsim/simulator/trace"
)

// watch notes the state of a scenario where its phases begin. The engine's goroutine uses it, and
// the runner's after the scenario has ended.
type watch struct {
	world  *world              // nil before the scenario begins and after its end
	marks  []mark              // at the first line of each phase that was reached, and at the end
	output string              // all that the app printed
	mask   func(string) string // hides secrets; nil before there are any
	trace  *trace.Trace        // nil for none
	lines  []lineMark          // of the commands that were run
}

// mark is the state of a scenario at one moment.
type mark struct {
	phase   int           // the index of the phase that begins
	at      time.Time     // real
	virtual time.Duration // on the scenario's clock
	printed int           // length of the app's log
}

// follow gives the watch the world of the script that p runs.
func (t *watch) follow(p *testscript.Params) {
	inner := p.Setup
	p.Setup = func(env *testscript.Env) error {
		if err := inner(env); err != nil {
			return err
		}
		t.world = env.Values[worldKey{}].(*world)
		return nil
	}
}

// reach notes the state where a phase begins. It is called at each line of it.
func (t *watch) reach(phase int) {
	if t.world == nil || len(t.marks) > 0 && t.marks[len(t.marks)-1].phase == phase {
		return
	}
	m := mark{phase: phase, at: clock.Wall(), virtual: t.world.elapsed()}
	if t.world.log != nil {
		text, _ := t.world.log.read()
		m.printed = len(text)
	}
	t.marks = append(t.marks, m)
}

// end notes the last state, while the world is still there, and takes the trace if traced.
func (t *watch) end(w *world, traced bool) {
	t.reach(-1) // no phase: the end
	t.world = nil
	t.lines = append(w.progress.lines(), w.mark(0))
	t.mask = w.mask
	if w.log != nil {
		t.output, _ = w.log.read()
	}
	if traced {
		t.trace = w.trace(t.clean)
	}
}

// span returns the marks between which a phase ran.
func (t *watch) span(phase int) (from, to mark, ok bool) {
	for i, m := range t.marks {
		if m.phase == phase && i+1 < len(t.marks) {
			return m, t.marks[i+1], true
		}
	}
	return mark{}, mark{}, false
}

// clean masks secrets and shows control characters.
func (t *watch) clean(s string) string {
	if t.mask != nil {
		s = t.mask(s)
	}
	return forReport(s)
}

// forReport makes a text fit for a report: it hides the passwords of URLs and shows control
// characters. Masking comes first, since escapes would hide a secret from it.
func forReport(s string) string { return plain(mask.Text(s)) }

func (t *watch) cleanAll(lines []string) []string {
	for i := range lines {
		lines[i] = t.clean(lines[i])
	}
	return lines
}

// printedLines is how many lines of the app's log a failure shows.
const printedLines = 10

// printed returns the last lines that the app printed between two marks, or, if there are none,
// before them.
func (t *watch) printed(from, to mark) (lines string, before bool) {
	text := t.output[:min(to.printed, len(t.output))]
	before = strings.TrimSpace(text[min(from.printed, len(text)):]) == ""
	if !before {
		text = text[from.printed:]
	}
	all := strings.Split(strings.TrimSpace(t.clean(text)), "\n")
	return strings.Join(all[max(0, len(all)-printedLines):], "\n"), before
}
