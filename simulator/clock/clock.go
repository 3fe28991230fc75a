// Package clock is the time of one account: real, fast, or virtual.
//
// A [Clock] holds what is due and runs it. Under a real or a fast clock, what is due runs by itself, each piece on a
// goroutine of its own. Under a virtual clock nothing moves until somebody calls [Clock.Advance] or [Clock.Run]: then
// every due piece of work runs on the caller's goroutine, in order of its due time, then of its scheduling, and the call
// returns only when all of it is done, what it caused included. One type has all three paces because they differ in a
// single number, and because a person freezes a running clock and lets it go again.
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
	// ErrAdvancing says that another call is moving the time right now; it happens when an app moves the clock
	// from inside a webhook that the moving clock is waiting for.
	ErrAdvancing = errors.New("the clock is being advanced already")
	// ErrEndless says that [Clock.Run] gave up because the work kept causing more work.
	ErrEndless = errors.New("work keeps causing more work")
)

// endless is how many pieces of work [Clock.Run] takes for a loop: an app that answers each text with a text.
const endless = 100_000

// Wall returns the machine's time.
func Wall() time.Time { return time.Now() }

// Clock is the time of one account and the work that is due on it. It is safe for concurrent use.
type Clock struct {
	mu        sync.Mutex
	idle      *sync.Cond // running or advancing changed
	base      time.Time  // the clock's time at anchor
	anchor    time.Time  // the machine's time when base was set
	rate      float64    // seconds on the clock in one second of the machine; 0 for a virtual clock
	due       queue
	scheduled int64 // pieces scheduled so far: the second key of the order
	running   int   // pieces of work under way, those of [Clock.Begin] included
	advancing bool
	closed    bool
	timer     *time.Timer
}

// Real returns a clock that shows the machine's time.
func Real() *Clock { return newClock(Wall(), 1) }

// Fast returns a clock that starts at the machine's time and runs factor times as fast, so that delays are divided by
// factor. It panics unless factor is positive.
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

// Rate returns the seconds that pass on the clock in one second of the machine: 1 for a real clock, 0 for a virtual one.
func (c *Clock) Rate() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rate
}

// SetRate changes the pace from now on. 0 freezes the clock: it becomes virtual. It panics on a negative rate.
func (c *Clock) SetRate(rate float64) {
	if rate < 0 {
		panic("clock: time does not run backwards")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.anchor, c.rate = c.nowLocked(), Wall(), rate
	c.armLocked()
}

// At schedules f for the time t. What is due already runs as soon as the clock's pace allows: at once under a real
// clock, at the next advance under a virtual one. After [Clock.Close] it schedules nothing.
func (c *Clock) At(t time.Time, f func()) *Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &Event{clock: c, at: t, order: c.scheduled, run: f, index: -1}
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

// Begin says that work outside the schedule is under way, such as a request to the API: an advance waits for it before
// it moves the time on. The caller must call done when the work has ended.
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

// Pending returns how many pieces of work are scheduled, and when the first is due.
func (c *Clock) Pending() (n int, next time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.due) > 0 {
		next = c.due[0].at.UTC()
	}
	return len(c.due), next
}

// AwaitIdle blocks until no work is under way, or ctx ends. Work that is scheduled for later does not count.
func (c *Clock) AwaitIdle(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awaitIdleLocked(ctx)
}

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

// Close drops what is scheduled and blocks until the work under way has ended.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.dropLocked()
	_ = c.awaitIdleLocked(context.Background())
}

// Drop forgets everything that is scheduled and returns how much that was.
func (c *Clock) Drop() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dropLocked()
}

func (c *Clock) dropLocked() int {
	n := len(c.due)
	for _, e := range c.due {
		e.index = -1
	}
	c.due = nil
	c.armLocked()
	return n
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

// fire starts what is due under a clock that runs by itself.
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
