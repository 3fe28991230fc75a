package testscript

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

var errStopped = errors.New("the script stopped")

// recorder is the engine's view of a test: it collects what the script logs.
type recorder struct {
	watch
	file            string // the scenario's
	copy            string // what the engine runs in its place
	mu              sync.Mutex
	log             strings.Builder
	failed, skipped bool
	reason          string // of a skip
	note            string // why the failure came about, where the script does not know
	ended           error  // what was wrong after the last line
}

// do runs f and stops at the first failure or skip.
func (t *recorder) do(f func()) {
	defer func() {
		if e := recover(); e != nil && e != any(errStopped) {
			panic(e)
		}
	}()
	f()
}

// end looks at the world in which the script has ended, while it is still there. traced wants a trace of what passes, too.
func (t *recorder) end(w *world, o Options, name string, traced bool) {
	switch {
	case t.failed:
		if err := w.outerCause(); err != nil {
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

// Verbose makes the log keep phases that passed.
func (t *recorder) Verbose() bool {
	t.phaseBegins()
	return true
}

// Log collects the script's log.
func (t *recorder) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.log, strings.TrimRight(t.own(fmt.Sprint(args...)), "\n"))
}

var (
	logMarks   = regexp.MustCompile(`> (?:` + beginCommand + `|` + endCommand + `)\n`)
	logAt      = regexp.MustCompile(`(> [^\n]*?)\[` + atCondition + `\d+\] `)
	logFailure = regexp.MustCompile(`FAIL: (.*?):(\d+): (?:context canceled\n|context deadline exceeded\n)?`)
)

// own makes the scenario's own log of that of its copy, and adds what the script did not know of its failure. What it looks
// for need not begin a line: a program may not have ended its last one.
func (t *recorder) own(log string) string {
	shift := 0
	if t.copy != t.file {
		log = logAt.ReplaceAllString(logMarks.ReplaceAllString(log, ""), "$1")
		shift = 1
	}
	last := len(logFailure.FindAllString(log, -1))
	return logFailure.ReplaceAllStringFunc(log, func(line string) string {
		last--
		m := logFailure.FindStringSubmatch(line)
		if m[1] != t.copy {
			return line
		}
		n, _ := strconv.Atoi(m[2]) // digits by the expression
		line = fmt.Sprintf("FAIL: %s:%d: ", t.file, n-shift)
		if last == 0 && t.note != "" {
			line += t.note + "\n"
		}
		return line
	})
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
