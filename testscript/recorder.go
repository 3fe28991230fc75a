package testscript

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

var errStopped = errors.New("the script stopped")

// recorder is the test that the engine sees. It collects the script's log.
type recorder struct {
	watch
	mu              sync.Mutex
	log             strings.Builder
	failed, skipped bool
	reason          string // of a skip
	note            string // the cause of the failure, if it is outside of the script
	ended           error  // the error after the last line
}

// do runs f and stops at the first failure or skip. The panic is what runtime.Goexit is in a real
// test.
func (t *recorder) do(f func()) {
	defer func() {
		if e := recover(); e != nil && e != any(errStopped) {
			panic(e)
		}
	}()
	f()
}

// end checks the world of a script that has ended. traced asks for a trace even if the script
// passed.
func (t *recorder) end(w *world, o Options, name string, traced bool) {
	switch {
	case t.failed:
		if err := cmp.Or(w.outerCause(), w.leaveJournal(o, name)); err != nil {
			t.note = err.Error()
		}
	case !t.skipped:
		t.ended = w.finish(o, name)
	}
	t.watch.end(w, traced || t.failed || t.ended != nil)
}

// Run runs the script as the test itself.
func (t *recorder) Run(_ string, f func(testscript.T)) { f(t) }

// Parallel does nothing: the runner decides what runs at once.
func (t *recorder) Parallel() {}

// Verbose makes the engine keep the log of what passed.
func (t *recorder) Verbose() bool { return true }

// Log collects the script's log.
func (t *recorder) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprint(&t.log, args...)
}

// Skip ends the script as skipped.
func (t *recorder) Skip(args ...any) {
	t.skipped, t.reason = true, fmt.Sprint(args...)
	panic(errStopped)
}

// Fatal ends the script as failed.
func (t *recorder) Fatal(args ...any) {
	t.Log(args...)
	t.FailNow()
}

// FailNow ends the script as failed.
func (t *recorder) FailNow() {
	t.failed = true
	panic(errStopped)
}

// failures adds to the steps of a script what the engine does not know: why it failed although no
// command did, and what outside of the script made a command fail. The last step that failed gets
// the cause: with Continue, those before it failed for other reasons.
func (t *recorder) failures(steps []step) []step {
	if !t.failed && t.ended == nil {
		return steps
	}
	if len(steps) == 0 {
		steps = []step{{}}
	}
	last := &steps[len(steps)-1]
	if t.ended != nil {
		return append(steps, step{line: last.line, failed: true, failure: t.ended.Error()})
	}
	for i := range slices.Backward(steps) {
		if steps[i].failed {
			if t.note != "" {
				steps[i].failure = t.note + "\n" + steps[i].failure
			}
			return steps
		}
	}
	// The engine failed between two commands.
	why := cmp.Or(strings.TrimSpace(last.log()), "the scenario failed")
	*last = step{line: last.line, failed: true, failure: why}
	return steps
}
