package clock

import (
	"container/heap"
	"context"
	"fmt"
	"time"
)

// Advance moves a virtual clock forward by d and runs all work that is due by then, each piece at
// its own time. It returns when that work is done, with everything that it caused up to the new
// time. If ctx ends first, Advance returns ctx's error, and the clock stands at the last piece that
// ran. It returns [ErrNotVirtual] or [ErrAdvancing] if the time cannot be moved. It also returns
// [ErrEnd] for a time beyond [End], and an error for a negative d.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	_, err := c.AdvanceUntil(ctx, d, func() bool { return false })
	return err
}

// AdvanceUntil is [Clock.Advance], but stops as soon as done returns true. It calls done before the
// first piece of work and after each one, and reports whether done stopped it. Where done stopped
// it, the clock stands at the last piece that ran, and the rest of d is not made up.
func (c *Clock) AdvanceUntil(ctx context.Context, d time.Duration, done func() bool) (bool, error) {
	if d < 0 {
		return false, fmt.Errorf("cannot advance by %s: time cannot move backwards", d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.startLocked(); err != nil {
		return false, err
	}
	defer c.stopLocked()
	target := c.base.Add(d)
	if target.After(End) {
		return false, fmt.Errorf("cannot advance by %s: %w", d, ErrEnd)
	}
	for {
		if err := c.awaitIdleLocked(ctx); err != nil {
			return false, err
		}
		if c.askLocked(done) {
			return true, nil
		}
		if len(c.due) == 0 || c.due[0].at.After(target) {
			break
		}
		c.stepLocked()
		if err := ctx.Err(); err != nil {
			return false, err
		}
	}
	c.base = target
	return false, nil
}

// Run advances a virtual clock until no work is scheduled any more, and returns how far it moved.
// It returns [ErrEndless] if the work does not end.
func (c *Clock) Run(ctx context.Context) (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.startLocked(); err != nil {
		return 0, err
	}
	defer c.stopLocked()
	start := c.base
	for range endless {
		if err := c.awaitIdleLocked(ctx); err != nil {
			return c.base.Sub(start), err
		}
		if len(c.due) == 0 {
			return c.base.Sub(start), nil
		}
		if c.due[0].at.After(End) {
			return c.base.Sub(start), fmt.Errorf("work is due later: %w", ErrEnd)
		}
		c.stepLocked()
		if err := ctx.Err(); err != nil {
			return c.base.Sub(start), err
		}
	}
	return c.base.Sub(start), fmt.Errorf("%w: gave up after %d steps", ErrEndless, endless)
}

func (c *Clock) startLocked() error {
	if c.rate != 0 {
		return ErrNotVirtual
	}
	if c.advancing {
		return ErrAdvancing
	}
	c.advancing = true
	return nil
}

func (c *Clock) stopLocked() {
	c.advancing = false
	c.idle.Broadcast()
}

// askLocked calls done without holding the lock, because done reads the clock.
func (c *Clock) askLocked(done func() bool) bool {
	c.mu.Unlock()
	defer c.mu.Lock()
	return done()
}

// stepLocked runs the first due piece of work at its time. It releases the lock while the work
// runs, because the work reads the clock and schedules more work. Work that was scheduled for the
// past runs at the present time: time never goes back.
func (c *Clock) stepLocked() {
	e := heap.Pop(&c.due).(*Event)
	if e.at.After(c.base) {
		c.base = e.at
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	e.run()
}
