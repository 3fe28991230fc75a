package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"twilsim/simulator/clock"
	simscript "twilsim/testscript"
)

// progress is a line on a terminal that says how far a long run is. It rewrites itself, makes room for whatever else is
// printed, and is gone at the end. A nil progress shows nothing.
type progress struct {
	out   io.Writer
	width int // of the terminal

	mu     sync.Mutex
	text   string // what to show
	shown  bool
	begun  time.Time
	ticker *time.Ticker
	done   chan struct{}
}

const (
	progressAfter = time.Second // a shorter run needs no progress
	progressEvery = 200 * time.Millisecond
)

// newProgress returns nil where nobody would see the line, or where it would be in the way.
func (r *runner) newProgress() *progress {
	f, ok := r.ui.err.(*os.File)
	if !ok || r.ui.quiet || r.Verbose > 0 || r.getenv("CI") != "" || r.getenv("TERM") == "dumb" {
		return nil
	}
	width, terminal := terminalWidth(f)
	if !terminal {
		return nil
	}
	p := &progress{out: f, width: width, begun: clock.Wall(), ticker: time.NewTicker(progressEvery), done: make(chan struct{})}
	go p.run()
	return p
}

func (p *progress) run() {
	for {
		select {
		case <-p.ticker.C:
			p.draw(clock.Wall())
		case <-p.done:
			return
		}
	}
}

// starting is told which scenario starts now.
func (p *progress) starting(s simscript.Scenario, n, all int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = fmt.Sprintf("%d of %d   %s", n, all, clean(s.Name))
}

// draw writes the line again, once the run has taken long enough.
func (p *progress) draw(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	took := now.Sub(p.begun)
	if took < progressAfter || p.text == "" {
		return
	}
	line := fmt.Sprintf("%ds   %s", int(took.Seconds()), p.text)
	for p.width > 0 && utf8.RuneCountInString(line) >= p.width {
		_, size := utf8.DecodeLastRuneInString(line)
		line = line[:len(line)-size]
	}
	p.eraseLocked()
	_, _ = io.WriteString(p.out, line) // a terminal that has gone is nobody's loss
	p.shown = true
}

// eraseLocked takes the line away.
func (p *progress) eraseLocked() {
	if p.shown {
		_, _ = io.WriteString(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// pause takes the line away until the returned function is called, so that something else can be printed.
func (p *progress) pause() (resume func()) {
	if p == nil {
		return func() {}
	}
	p.mu.Lock()
	p.eraseLocked()
	return p.mu.Unlock
}

// stop takes the line away for good.
func (p *progress) stop() {
	if p == nil {
		return
	}
	p.ticker.Stop()
	close(p.done)
	p.pause()()
}
