package testscript

import (
	"bytes"
	"io"
	"sync"
)

// stage orders the output of scenarios that run at the same time: it holds back what a scenario
// writes before its turn. It is safe for concurrent use, since a scenario that was left behind may
// write at any time.
type stage struct {
	mu   sync.Mutex
	held bytes.Buffer
	out  io.Writer // nil before its turn
	over bool
}

// Write writes p, now or when the turn begins.
func (s *stage) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.over:
		return len(p), nil
	case s.out != nil:
		return s.out.Write(p)
	}
	return s.held.Write(p)
}

// open begins the turn. If out is nil, output is discarded.
func (s *stage) open(out io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out == nil {
		out = io.Discard
	}
	s.out = out
	_, _ = s.held.WriteTo(out) // the caller notices a closed output at the end
}

// close ends the turn: output after it is discarded.
func (s *stage) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}
