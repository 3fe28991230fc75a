package clock

import (
	"container/heap"
	"time"
)

// Event is a piece of work on a clock's schedule. Its At does not change; the clock's lock guards
// the rest.
type Event struct {
	clock *Clock
	owner *Schedule // nil for work that nobody drops alone
	at    time.Time
	order int64
	run   func()
	index int // in the queue; -1 when it has left
}

// At returns the time at which the event is due.
func (e *Event) At() time.Time { return e.at }

// Stop removes the event from the schedule and reports whether it was still there. It does not wait
// for work that has begun.
func (e *Event) Stop() bool {
	e.clock.mu.Lock()
	defer e.clock.mu.Unlock()
	if e.index < 0 {
		return false
	}
	heap.Remove(&e.clock.due, e.index)
	return true
}

// queue is a heap of events: first due first, then first scheduled. The second key makes runs
// repeatable: events that are due at the same time, which are common under a virtual clock, always
// run in one order. Every event knows its index, so that Stop removes it without a search.
type queue []*Event

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].order < q[j].order
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	e := x.(*Event)
	e.index = len(*q)
	*q = append(*q, e)
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	e.index = -1
	return e
}
