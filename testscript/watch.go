package testscript

import (
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
)

// watch notes how a scenario stands where its phases begin. The engine tells of no phase, but it asks at each # line, and
// once before the first line, whether the log is to be verbose: [recorder.Verbose] calls phaseBegins then. TestPhases holds
// it to that.
type watch struct {
	world  *world              // nil before the scenario has one, and after its end
	marks  []mark              // before the first line, at each # line, at the end
	output string              // all that the app printed
	mask   func(string) string // hides secrets; nil before there are any
	trace  *trace              // nil for none
}

// mark is how a scenario stands at one moment.
type mark struct {
	at      time.Time     // real
	virtual time.Duration // on the scenario's clock
	printed int           // length of the app's log
}

// follow makes the watch see the scenario that p runs.
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

// phaseBegins notes the present state.
func (t *watch) phaseBegins() {
	if t.world == nil {
		return
	}
	m := mark{at: clock.Wall(), virtual: t.world.elapsed()}
	if t.world.log != nil {
		text, _ := t.world.log.read()
		m.printed = len(text)
	}
	t.marks = append(t.marks, m)
}

// end notes the last state, with the world still there, and takes the trace where that is wanted.
func (t *watch) end(w *world, traced bool) {
	t.phaseBegins()
	t.world = nil
	t.mask = w.mask
	if w.log != nil {
		t.output, _ = w.log.read()
	}
	if traced {
		t.trace = w.trace(t.clean)
	}
}

// span returns the marks between which the n-th part of the script ran: 0 is what stands before the first # line.
func (t *watch) span(n int) (from, to mark, ok bool) {
	if n+1 >= len(t.marks) {
		return mark{}, mark{}, false
	}
	return t.marks[n], t.marks[n+1], true
}

// clean masks secrets and shows control characters.
func (t *watch) clean(s string) string {
	if t.mask != nil {
		s = t.mask(s)
	}
	return plain(s)
}

func (t *watch) cleanAll(lines []string) []string {
	for i := range lines {
		lines[i] = t.clean(lines[i])
	}
	return lines
}

// printedLines is how many lines of the app's log a failure shows.
const printedLines = 10

// printed returns the last lines that the app printed between two marks, or before them where that is nothing.
func (t *watch) printed(from, to mark) (lines string, before bool) {
	text := t.output[:min(to.printed, len(t.output))]
	before = strings.TrimSpace(text[min(from.printed, len(text)):]) == ""
	if !before {
		text = text[from.printed:]
	}
	all := strings.Split(strings.TrimSpace(t.clean(text)), "\n")
	return strings.Join(all[max(0, len(all)-printedLines):], "\n"), before
}
