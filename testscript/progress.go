package testscript

import (
	"slices"
	"sync"
	"time"
)

// progress notes where a scenario is. It is safe for concurrent use.
type progress struct {
	mu    sync.Mutex
	marks []lineMark
}

// lineMark is the state of a scenario when a command begins.
type lineMark struct {
	line    int           // from 1
	event   int64         // the newest one before it
	virtual time.Duration // on the scenario's clock
}

func (p *progress) add(m lineMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marks = append(p.marks, m)
}

// lines returns the marks of the commands that were begun. The last one may be running.
func (p *progress) lines() []lineMark {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.marks)
}

// mark is the present state, at a line.
func (w *world) mark(line int) lineMark {
	return lineMark{line, w.account.Journal.Last(), w.elapsed()}
}

// stamp says where the scenario is when the app prints something.
func (w *world) stamp() logStamp {
	line := 0
	w.progress.mu.Lock()
	if n := len(w.progress.marks); n > 0 {
		line = w.progress.marks[n-1].line
	}
	w.progress.mu.Unlock()
	return logStamp{event: w.account.Journal.Last(), virtual: w.elapsed(), line: line}
}

// lineOf returns the line during which an event happened, 0 before the first.
func lineOf(marks []lineMark, event int64) int {
	line := 0
	for _, m := range marks {
		if m.event >= event {
			break
		}
		line = m.line
	}
	return line
}
