package testscript

import (
	"sync"
	"time"
)

// slots are how many scenarios of a run may run at once. One that does nothing but wait in real
// time, as for an app that does not answer, lends its slot, so that another runs meanwhile. It is
// safe for concurrent use, and nil has no limit.
type slots struct {
	mu    sync.Mutex
	free  int // below 0 where lent ones are taken back while others run in them
	loans int // how many more may be lent at a time
	freed chan struct{}
}

// loansPerSlot bounds how many scenarios wait at once, and with them how many apps there are.
const loansPerSlot = 4

// newSlots returns n slots. One alone is not lent: who asks for one scenario at a time gets that.
func newSlots(n int) *slots {
	s := &slots{free: n, freed: make(chan struct{}, 1)}
	if n > 1 {
		s.loans = n * loansPerSlot
	}
	return s
}

// take blocks until a slot is free. Only one goroutine may call it.
func (s *slots) take() {
	for !s.taken() {
		<-s.freed
	}
}

func (s *slots) taken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.free <= 0 {
		return false
	}
	s.free--
	return true
}

// give gives a slot back.
func (s *slots) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveLocked()
}

func (s *slots) giveLocked() {
	s.free++
	select {
	case s.freed <- struct{}{}:
	default: // take has not looked yet
	}
}

// lend gives a slot away until back is called, which does not wait: what was waited for has
// happened, so for a moment more scenarios run than there are slots.
func (s *slots) lend() (back func()) {
	if s == nil {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loans == 0 {
		return func() {}
	}
	s.loans--
	s.giveLocked()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.loans++
		s.free--
	}
}

// lendAfter lends a slot when so much time has passed, unless done is called before. done ends the
// loan.
func (s *slots) lendAfter(pause time.Duration) (done func()) {
	if s == nil {
		return func() {}
	}
	var mu sync.Mutex
	back, over := func() {}, false
	timer := time.AfterFunc(pause, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			back = s.lend()
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
		back()
	}
}
