package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"twilsim/simulator/clock"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// Progress is a line on a terminal that shows how far a long run is. It rewrites itself, disappears
// while something else is printed, and is removed at the end. A nil Progress shows nothing.
type Progress struct {
	out   io.Writer
	width int // of the terminal

	// guards text and shown, and is held while something is written to the terminal
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

// NewProgress returns nil if stderr is not a terminal, or if the line would disturb other output.
// The caller must call [Progress.Stop].
func NewProgress(ui *terminal.UI, getenv func(string) string) *Progress {
	f, ok := ui.Err.(*os.File)
	if !ok || ui.Quiet || getenv("CI") != "" || getenv("TERM") == "dumb" {
		return nil
	}
	width, terminal := terminal.Width(f)
	if !terminal {
		return nil
	}
	p := &Progress{
		out: f, width: width, begun: clock.Wall(), ticker: time.NewTicker(progressEvery),
		done: make(chan struct{}),
	}
	go p.run()
	return p
}

func (p *Progress) run() {
	for {
		select {
		case <-p.ticker.C:
			p.draw(clock.Wall())
		case <-p.done:
			return
		}
	}
}

// Starting is called when a scenario starts. It is safe for concurrent use, as scenarios start in
// parallel, and waits while the line is paused.
func (p *Progress) Starting(s simscript.Scenario, n, all int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = fmt.Sprintf("%d of %d   %s", n, all, terminal.Clean(s.Name))
}

// draw rewrites the line, if the run has taken long enough. A line as wide as the terminal would
// wrap, and \r would not come back to its beginning.
func (p *Progress) draw(now time.Time) {
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
	_, _ = io.WriteString(p.out, line) // a terminal that was closed needs no progress
	p.shown = true
}

// eraseLocked removes the line.
func (p *Progress) eraseLocked() {
	if p.shown {
		_, _ = io.WriteString(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// Pause removes the line until the returned function is called, so that something else can be
// printed. The lock is held meanwhile, so resume must be called, once and soon.
func (p *Progress) Pause() (resume func()) {
	if p == nil {
		return func() {}
	}
	p.mu.Lock()
	p.eraseLocked()
	return p.mu.Unlock
}

// Stop removes the line for good. Call it once, and not while the line is paused.
func (p *Progress) Stop() {
	if p == nil {
		return
	}
	p.ticker.Stop()
	close(p.done)
	p.Pause()()
}
