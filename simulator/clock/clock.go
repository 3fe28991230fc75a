// Package clock is the time of a server's accounts: real, fast, or virtual.
//
// A [Clock] has a schedule of work and runs it. With a real or a fast clock, due work runs by
// itself, each piece on its own goroutine. With a virtual clock nothing happens until
// [Clock.Advance] or [Clock.Run] is called: then all due work runs on the caller's goroutine, in
// the order of its due time and then of its scheduling, and the call returns only when the work and
// everything that it caused is done. One type has all three paces, because they differ in a single
// number, and because users freeze a running clock and let it run again. Accounts share a clock;
// each has a [Schedule] on it, so that it can drop its own work only.
//
// It is the only package of the simulator that reads the machine's clock.
package clock

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"
)

var (
	// ErrNotVirtual says that time cannot be advanced, because it passes by itself.
	ErrNotVirtual = errors.New("the clock is not virtual: time passes by itself")
	// ErrAdvancing says that another call is moving the time at the moment. This happens if an app
	// moves the clock during a webhook for which the moving clock waits.
	ErrAdvancing = errors.New("the clock is being advanced already")
	// ErrEndless says that [Clock.Run] gave up because the work kept causing more work.
	ErrEndless = errors.New("work keeps causing more work")
)

// ErrEnd says that a virtual clock cannot be moved beyond [End].
var ErrEnd = errors.New("time ends at " + End.Format(time.DateOnly))

// End is the latest time of a virtual clock. Times are kept as nanoseconds since 1970 in 64 bits,
// which end in 2262.
var End = time.Date(2262, time.January, 1, 0, 0, 0, 0, time.UTC)

// endless is the number of pieces of work after which [Clock.Run] assumes a loop, such as an app
// that answers each text with a text.
const endless = 100_000

// Wall returns the machine's time.
func Wall() time.Time { return time.Now() }

// Clock is a time and the work that is due on it. It is safe for concurrent use. Work is called
// without the lock, and may use the clock.
type Clock struct {
	// guards all below
	mu        sync.Mutex
	idle      *sync.Cond // running or advancing changed
	base      time.Time  // the clock's time at anchor
	anchor    time.Time  // the machine's time when base was set
	rate      float64    // seconds on the clock per second of the machine; 0 for a virtual clock
	due       queue
	scheduled int64 // pieces scheduled so far: the second key of the order
	running   int   // pieces of work in progress, including those of [Clock.Begin]
	advancing bool
	closed    bool
	// for the first of due; nil while the clock is virtual or nothing is due
	timer *time.Timer
}

// Real returns a clock that shows the machine's time.
func Real() *Clock { return newClock(Wall(), 1) }

// Fast returns a clock that starts at the machine's time and runs factor times as fast, so that
// delays are divided by factor. It panics unless factor is positive.
func Fast(factor float64) *Clock {
	if factor <= 0 {
		panic("clock: a fast clock needs a positive factor")
	}
	return newClock(Wall(), factor)
}

// Virtual returns a clock that stands at start until it is advanced.
func Virtual(start time.Time) *Clock { return newClock(start, 0) }

func newClock(start time.Time, rate float64) *Clock {
	c := &Clock{base: start, anchor: Wall(), rate: rate}
	c.idle = sync.NewCond(&c.mu)
	return c
}

// Now returns the clock's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked().UTC()
}

func (c *Clock) nowLocked() time.Time {
	if c.rate == 0 {
		return c.base
	}
	return c.base.Add(time.Duration(float64(time.Since(c.anchor)) * c.rate))
}

// Rate returns how many seconds pass on the clock per second of the machine: 1 for a real clock, 0
// for a virtual one.
func (c *Clock) Rate() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rate
}

// SetRate changes the rate from now on. 0 freezes the clock: it becomes virtual. SetRate panics if
// the rate is negative. The present time stays as it is. What is due by then runs, if the clock
// runs by itself.
func (c *Clock) SetRate(rate float64) {
	if rate < 0 {
		panic("clock: time cannot move backwards")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.anchor, c.rate = c.nowLocked(), Wall(), rate
	c.armLocked()
}

// Resume has a clock that was not used yet go on at a time that was stored: a virtual clock exactly
// there, any other one there unless its own time is later, so that time never goes back.
func (c *Clock) Resume(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.nowLocked(); c.rate == 0 || at.After(now) {
		c.base, c.anchor = at, Wall()
	}
}

// At schedules f for the time t. If t is not in the future, f runs as soon as possible: at once
// with a real clock, at the next advance with a virtual one. After [Clock.Close] At does nothing.
func (c *Clock) At(t time.Time, f func()) *Event { return c.schedule(nil, t, f) }

func (c *Clock) schedule(owner *Schedule, t time.Time, f func()) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &Event{clock: c, owner: owner, at: t, order: c.scheduled, run: f, index: -1}
	if c.closed {
		return e
	}
	c.scheduled++
	heap.Push(&c.due, e)
	if e.index == 0 {
		c.armLocked()
	}
	return e
}

// After schedules f for d from now; see [Clock.At].
func (c *Clock) After(d time.Duration, f func()) *Event { return c.At(c.Now().Add(d), f) }

// Begin announces work outside the schedule, such as a request to the API. An advance waits for it
// before it moves the time. The caller must call done when the work has ended. Without it an
// advance could pass a request that is about to schedule something for the present time. done must
// be called once. A goroutine that advances the clock must not have begun anything itself: it would
// wait for itself.
func (c *Clock) Begin() (done func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running++
	return c.end
}

func (c *Clock) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	if c.running == 0 {
		c.idle.Broadcast()
	}
}

// Pending returns how many pieces of work are scheduled, and when the first is due. next is the
// zero time if there are none.
func (c *Clock) Pending() (n int, next time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.due) > 0 {
		next = c.due[0].at.UTC()
	}
	return len(c.due), next
}

// AwaitIdle blocks until no work is in progress, or ctx ends. Work that is scheduled for later does
// not count.
func (c *Clock) AwaitIdle(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awaitIdleLocked(ctx)
}

// awaitIdleLocked releases the lock while it waits. The error is ctx's.
func (c *Clock) awaitIdleLocked(ctx context.Context) error {
	if c.running == 0 {
		return nil
	}
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.idle.Broadcast()
	})
	defer stop()
	for c.running > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.idle.Wait()
	}
	return nil
}

// Close removes all scheduled work and blocks until the work in progress has ended, and a call that
// advances the clock with it. Work must not call it.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.dropLocked()
	for c.running > 0 || c.advancing {
		c.idle.Wait()
	}
}

func (c *Clock) dropLocked() {
	for _, e := range c.due {
		e.index = -1
	}
	c.due = nil
	c.armLocked()
}

// armLocked sets the timer of a running clock to the first due piece of work.
func (c *Clock) armLocked() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if c.rate == 0 || len(c.due) == 0 {
		return
	}
	wait := time.Duration(float64(c.due[0].at.Sub(c.nowLocked())) / c.rate)
	c.timer = time.AfterFunc(max(wait, 0), c.fire)
}

// fire starts the due work of a clock that runs by itself. Work that is due at the same moment
// starts in its order, but may end in any.
func (c *Clock) fire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.nowLocked()
	for c.rate > 0 && len(c.due) > 0 && !c.due[0].at.After(now) {
		e := heap.Pop(&c.due).(*Event)
		c.running++
		go func() {
			defer c.end()
			e.run()
		}()
	}
	c.armLocked()
}
