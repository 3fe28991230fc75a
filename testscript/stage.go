package testscript

import (
	"bytes"
	"io"
	"sync"
)

// stage lets scenarios that run at the same time speak one after the other: what is written before its turn is held back.
type stage struct {
	mu   sync.Mutex
	held bytes.Buffer
	out  io.Writer // nil before its turn
	over bool
}

// Write says something, now or in turn.
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

// open begins the turn. Nobody listens where out is nil.
func (s *stage) open(out io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out == nil {
		out = io.Discard
	}
	s.out = out
	_, _ = s.held.WriteTo(out) // a reader that went away is noticed at the end
}

// close ends the turn: what is said from now on is dropped.
func (s *stage) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}
