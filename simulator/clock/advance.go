package clock

import (
	"container/heap"
	"context"
	"fmt"
	"time"
)

// Advance moves a virtual clock on by d and runs everything that falls due on the way, each piece at its own time. It
// returns when all of that is done, and what it caused up to the new time, or when ctx ends; the error is then ctx's,
// and the clock stands at the last piece that ran. It returns [ErrNotVirtual] or [ErrAdvancing] where time cannot be
// moved.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	_, err := c.AdvanceUntil(ctx, d, func() bool { return false })
	return err
}

// AdvanceUntil is [Clock.Advance], but stops as soon as done reports true: it asks before the first piece of work and
// after each. It reports whether done stopped it.
func (c *Clock) AdvanceUntil(ctx context.Context, d time.Duration, done func() bool) (bool, error) {
	if d < 0 {
		return false, fmt.Errorf("cannot advance by %s: time does not run backwards", d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.startLocked(); err != nil {
		return false, err
	}
	defer c.stopLocked()
	target := c.base.Add(d)
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

// Run advances a virtual clock from due time to due time until nothing is scheduled any more, and returns how far it
// moved. It returns [ErrEndless] where the work never ends.
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

func (c *Clock) stopLocked() { c.advancing = false }

// askLocked asks done without the lock, because done reads the clock.
func (c *Clock) askLocked(done func() bool) bool {
	c.mu.Unlock()
	defer c.mu.Lock()
	return done()
}

// stepLocked runs the first due piece of work at its time. It gives up the lock while the work runs, because the work
// reads the clock and schedules more.
func (c *Clock) stepLocked() {
	e := heap.Pop(&c.due).(*Event)
	if e.at.After(c.base) {
		c.base = e.at
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	e.run()
}
