package clock

import (
	"container/heap"
	"time"
)

// Schedule is the work of one owner on a clock that several owners share.
type Schedule struct{ clock *Clock }

// Schedule returns a new, empty schedule on the clock.
func (c *Clock) Schedule() *Schedule { return &Schedule{c} }

// At schedules f for the time t; see [Clock.At].
func (s *Schedule) At(t time.Time, f func()) *Event { return s.clock.schedule(s, t, f) }

// Drop removes the scheduled work of this owner and returns how many pieces that were. Work that
// runs already goes on, and may schedule more.
func (s *Schedule) Drop() int {
	c := s.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	var kept queue
	for _, e := range c.due {
		if e.owner != s {
			kept = append(kept, e)
		}
	}
	n := len(c.due) - len(kept)
	for _, e := range c.due {
		e.index = -1
	}
	for i, e := range kept {
		e.index = i
	}
	c.due = kept
	heap.Init(&c.due)
	c.armLocked()
	return n
}
