package testscript

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// applog collects what the app prints: the beginning, the end, and how much was dropped between
// them. It is safe for concurrent use. Offsets in stamps are those of text, and shortenLocked moves
// them.
type applog struct {
	mu      sync.Mutex
	text    strings.Builder // whose texts are no copies
	dropped int             // bytes, behind the head
	head    int
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

// Write appends the app's output and wakes all that wait for it. It never fails. stamp is asked
// before the lock is taken, as it takes locks of its own.
func (l *applog) Write(p []byte) (int, error) {
	var stamp logStamp
	if l.stamp != nil {
		stamp = l.stamp()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	stamp.at = l.text.Len()
	if n := len(l.stamps); n == 0 || l.stamps[n-1].event != stamp.event ||
		l.stamps[n-1].line != stamp.line {
		l.stamps = append(l.stamps, stamp)
	}
	l.text.Write(p)
	if l.text.Len() > logHead+2*logTail {
		l.shortenLocked()
	}
	close(l.changed)
	l.changed = make(chan struct{})
	return len(p), nil
}

// How much of the beginning and of the end of a long log is kept, in bytes.
const (
	logHead = 1 << 20
	logTail = 1 << 20
)

// shortenLocked drops the middle of the log, and says there how much that was. It runs when the log
// has grown by a tail since the last time, and not at each write, so that a long log costs little.
// The head stays the same.
func (l *applog) shortenLocked() {
	text := l.text.String()
	if l.dropped == 0 {
		l.head = strings.LastIndexByte(text[:logHead], '\n') + 1 // whole lines, if there are any
	}
	from := l.head
	to := len(text) - logTail
	if end := strings.IndexByte(text[to:], '\n'); end >= 0 {
		to += end + 1
	}
	if l.dropped > 0 {
		l.dropped -= len(droppedNote(l.dropped))
	}
	l.dropped += to - from
	note := droppedNote(l.dropped)
	l.text = strings.Builder{}
	l.text.Grow(logHead + 2*logTail)
	l.text.WriteString(text[:from] + note + text[to:])

	stamps := l.stamps[:0]
	for _, s := range l.stamps {
		switch {
		case s.at >= to:
			s.at += from + len(note) - to
		case s.at >= from: // the last one of them is where the rest begins
			s.at = from
			if n := len(stamps); n > 0 && stamps[n-1].at == from {
				stamps = stamps[:n-1]
			}
		}
		stamps = append(stamps, s)
	}
	l.stamps = stamps
}

func droppedNote(bytes int) string {
	return fmt.Sprintf("[twilsim keeps the beginning and the end: %d bytes are not shown]\n", bytes)
}

// read returns the log so far and a channel that is closed when there is more.
func (l *applog) read() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String(), l.changed
}

// stamped returns the log so far and where the scenario was at each of its parts.
func (l *applog) stamped() (string, []logStamp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String(), slices.Clone(l.stamps)
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

// settleLog blocks until the app has printed what it prints about what has happened, and returns
// its log. The built-in app prints only while it serves a request, so that its log is complete when
// it serves none; waiting for other apps is most of the time of a run that waits for nothing else.
func (w *world) settleLog() string {
	if w.app != nil && w.app.atRest != nil && w.app.atRest(w.ctx) {
		text, _ := w.log.read()
		return text
	}
	defer w.common.slots.lend()()
	return w.log.settle(w.ctx, quiet)
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
		work := ts.Getenv("WORK")
		rel, err := filepath.Rel(work, ts.MkAbs(args[1]))
		if err != nil || !filepath.IsLocal(rel) {
			ts.Fatalf("%s lies outside of $WORK: give it a name below it", args[1])
		}
		// a symbolic link, which a program of the scenario has made, may lead out as well
		root, err := os.OpenRoot(work)
		ts.Check(err)
		defer root.Close()
		if err := root.WriteFile(rel, []byte(w.settleLog()), 0o666); err != nil {
			ts.Fatalf("%s is not written, or lies outside of $WORK: %v", args[1], err)
		}
	case len(args) != 1:
		usage(ts, applogUsage)
	default:
		w.matchLog(ts, neg, args[0])
	}
}

// matchLog is applog PATTERN. With ! the log is looked at once, when the app is quiet; otherwise as
// soon as it matches. The wait is in real time, and ends with the app.
func (w *world) matchLog(ts host, neg bool, pattern string) {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	if neg {
		if text := w.settleLog(); re.MatchString(text) {
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
