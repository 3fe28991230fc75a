package testscript

import (
	"context"
	"os"
	"regexp"
	"slices"
	"sync"
	"time"
)

// applog collects what the app prints. It is safe for concurrent use.
type applog struct {
	mu      sync.Mutex
	text    []byte
	changed chan struct{} // closed at the next write
	stamps  []logStamp    // where the scenario was at its parts

	stamp func() logStamp // says where the scenario is; nil for nowhere. Set before the first write.
}

// logStamp is where the scenario was when the app printed something.
type logStamp struct {
	at      int // of its first byte in the log
	event   int64
	virtual time.Duration
	line    int
}

func newApplog() *applog { return &applog{changed: make(chan struct{})} }

// Write appends the app's output and wakes all that wait for it.
func (l *applog) Write(p []byte) (int, error) {
	var stamp logStamp
	if l.stamp != nil {
		stamp = l.stamp()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	stamp.at = len(l.text)
	if n := len(l.stamps); n == 0 || l.stamps[n-1].event != stamp.event ||
		l.stamps[n-1].line != stamp.line {
		l.stamps = append(l.stamps, stamp)
	}
	l.text = append(l.text, p...)
	close(l.changed)
	l.changed = make(chan struct{})
	return len(p), nil
}

// read returns the log so far and a channel that is closed when there is more.
func (l *applog) read() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text), l.changed
}

// stamped returns the log so far and where the scenario was at each of its parts.
func (l *applog) stamped() (string, []logStamp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text), slices.Clone(l.stamps)
}

// await blocks until the log matches or ctx ends.
func (l *applog) await(ctx context.Context, re *regexp.Regexp) (text string, ok bool) {
	for {
		text, changed := l.read()
		if re.MatchString(text) {
			return text, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return text, false
		}
	}
}

// quiet is how long an app must print nothing to count as done: a process's output arrives a moment
// after its answer.
const quiet = 50 * time.Millisecond

// settle blocks until the log has been quiet for a moment, and returns it.
func (l *applog) settle(ctx context.Context, moment time.Duration) string {
	for {
		text, changed := l.read()
		timer := time.NewTimer(moment)
		select {
		case <-changed:
			timer.Stop()
		case <-timer.C:
			return text
		case <-ctx.Done():
			timer.Stop()
			return text
		}
	}
}

const applogUsage = "applog PATTERN, or applog > FILE"

// cmdApplog waits until the app's output matches a pattern, or writes it to a file.
//
//	applog PATTERN
//	! applog PATTERN
//	applog > FILE
func cmdApplog(ts host, neg bool, args []string) {
	w := of(ts)
	switch {
	case w.app == nil:
		ts.Fatalf("no app has been started; start it with app")
	case w.app.elsewhere:
		ts.Fatalf(
			"the output of an app that was started elsewhere is not visible: start it with --app",
		)
	}
	switch {
	case len(args) == 2 && args[0] == ">":
		refuseNeg(ts, neg, "applog > FILE")
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(w.log.settle(w.ctx, quiet)), 0o666))
	case len(args) != 1:
		usage(ts, applogUsage)
	default:
		w.matchLog(ts, neg, args[0])
	}
}

func (w *world) matchLog(ts host, neg bool, pattern string) {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	if neg {
		if text := w.log.settle(w.ctx, quiet); re.MatchString(text) {
			ts.Fatalf("the app's output matches %q:\n%s", pattern, text)
		}
		return
	}
	ctx, cancel := context.WithTimeout(w.alive, w.options.wait())
	defer cancel()
	if text, ok := w.log.await(ctx, re); !ok {
		ts.Fatalf("no match for %q in the app's output:\n%s", pattern, text)
	}
}
