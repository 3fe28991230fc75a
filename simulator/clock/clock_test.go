package clock

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// logger returns a function that makes pieces of work, and the log that they write, each line with
// its virtual time.
func logger(c *Clock) (func(string) func(), *[]string) {
	var log []string
	return func(name string) func() {
		return func() { log = append(log, fmt.Sprintf("%s %s", c.Now().Sub(start), name)) }
	}, &log
}

// pass lets d go by in a synctest bubble, where no real time passes.
func pass(d time.Duration) { <-time.After(d) }

func TestAdvanceOrder(t *testing.T) {
	c := Virtual(start)
	say, log := logger(c)
	c.After(2*time.Second, say("b"))
	c.After(time.Second, func() {
		say("a")()
		c.After(time.Second, say("caused by a")) // due with b, but scheduled later
		c.After(0, say("at once"))
	})
	c.After(2*time.Second, say("c"))
	c.After(4*time.Second, say("too late"))
	if err := c.Advance(t.Context(), 3*time.Second); err != nil {
		t.Fatal(err)
	}
	want := []string{"1s a", "1s at once", "2s b", "2s c", "2s caused by a"}
	if diff := cmp.Diff(want, *log); diff != "" {
		t.Errorf("order of work (-want +got):\n%s", diff)
	}
	if got := c.Now().Sub(start); got != 3*time.Second {
		t.Errorf("the clock stands at %s, want 3s", got)
	}
	if n, next := c.Pending(); n != 1 || next.Sub(start) != 4*time.Second {
		t.Errorf("pending: %d, next %s", n, next)
	}
}

func TestAdvanceUntil(t *testing.T) {
	c := Virtual(start)
	say, log := logger(c)
	c.After(time.Second, say("a"))
	c.After(2*time.Second, say("b"))
	stopped, err := c.AdvanceUntil(t.Context(), time.Minute, func() bool { return len(*log) == 1 })
	if !stopped || err != nil || c.Now().Sub(start) != time.Second {
		t.Errorf("AdvanceUntil = %v, %v at %s, want it to stop at 1s", stopped, err, c.Now().Sub(start))
	}
	stopped, err = c.AdvanceUntil(t.Context(), time.Minute, func() bool { return false })
	if stopped || err != nil || c.Now().Sub(start) != 61*time.Second {
		t.Errorf("AdvanceUntil = %v, %v at %s, want it to reach 61s", stopped, err, c.Now().Sub(start))
	}
}

func TestRun(t *testing.T) {
	c := Virtual(start)
	say, log := logger(c)
	c.After(30*24*time.Hour, func() { say("month")(); c.After(time.Hour, say("hour")) })
	moved, err := c.Run(t.Context())
	if err != nil || moved != 721*time.Hour {
		t.Errorf("Run = %s, %v, want 721h", moved, err)
	}
	if diff := cmp.Diff([]string{"720h0m0s month", "721h0m0s hour"}, *log); diff != "" {
		t.Errorf("work (-want +got):\n%s", diff)
	}
}

func TestRunEndless(t *testing.T) {
	c := Virtual(start)
	var again func()
	again = func() { c.After(time.Millisecond, again) }
	again()
	if _, err := c.Run(t.Context()); !errors.Is(err, ErrEndless) {
		t.Errorf("Run = %v, want ErrEndless", err)
	}
}

func TestStop(t *testing.T) {
	c := Virtual(start)
	say, log := logger(c)
	a := c.After(time.Second, say("a"))
	c.After(time.Second, say("b"))
	if !a.Stop() || a.Stop() {
		t.Error("Stop must be true once")
	}
	if err := c.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1s b"}, *log); diff != "" {
		t.Errorf("work (-want +got):\n%s", diff)
	}
}

func TestAdvanceWaitsForWorkUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Virtual(start)
		say, log := logger(c)
		done := c.Begin()
		go func() {
			pass(time.Second) // in the bubble: the request takes a second
			say("request")()
			c.After(time.Second, say("caused by the request"))
			done()
		}()
		if err := c.Advance(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"0s request", "1s caused by the request"}, *log); diff != "" {
			t.Errorf("work (-want +got):\n%s", diff)
		}
	})
}

func TestAdvanceGivesUpWithItsContext(t *testing.T) {
	c := Virtual(start)
	defer c.Begin()()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Advance(ctx, time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("Advance = %v, want context.Canceled", err)
	}
}

// TestCancelMidway ends the context while work runs. The clock must stop at that work, keep the
// later work on the schedule, and continue with the next call.
func TestCancelMidway(t *testing.T) {
	for name, move := range map[string]func(*Clock, context.Context) error{
		"Advance": func(c *Clock, ctx context.Context) error { return c.Advance(ctx, time.Minute) },
		"AdvanceUntil": func(c *Clock, ctx context.Context) error {
			_, err := c.AdvanceUntil(ctx, time.Minute, func() bool { return false })
			return err
		},
		"Run": func(c *Clock, ctx context.Context) error { _, err := c.Run(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			c := Virtual(start)
			say, log := logger(c)
			ctx, cancel := context.WithCancel(t.Context())
			c.After(time.Second, say("first"))
			c.After(2*time.Second, func() { say("canceled here")(); cancel() })
			c.After(3*time.Second, say("third"))
			if err := move(c, ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v, want context.Canceled", err)
			}
			if n, _ := c.Pending(); n != 1 || c.Now().Sub(start) != 2*time.Second {
				t.Errorf("the clock stands at %s with %d pieces of work, want 2s and 1", c.Now().Sub(start), n)
			}
			if err := move(c, t.Context()); err != nil {
				t.Fatal(err)
			}
			want := []string{"1s first", "2s canceled here", "3s third"}
			if diff := cmp.Diff(want, *log); diff != "" {
				t.Errorf("work (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdvanceRefuses(t *testing.T) {
	if err := Real().Advance(t.Context(), time.Second); !errors.Is(err, ErrNotVirtual) {
		t.Errorf("a real clock: %v, want ErrNotVirtual", err)
	}
	c := Virtual(start)
	if err := c.Advance(t.Context(), -time.Second); err == nil {
		t.Error("time ran backwards")
	}
	var inner error
	c.After(0, func() { inner = c.Advance(t.Context(), time.Second) })
	if err := c.Advance(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(inner, ErrAdvancing) {
		t.Errorf("an advance inside an advance: %v, want ErrAdvancing", inner)
	}
}

func TestFreezeAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Real()
		ran := make(chan time.Time, 1)
		begin := Wall()
		c.After(time.Hour, func() { ran <- Wall() })
		c.SetRate(0)
		pass(24 * time.Hour) // frozen: nothing happens
		if got := c.Now().Sub(begin); got != 0 {
			t.Errorf("a frozen clock moved by %s", got)
		}
		c.SetRate(60)
		if got := (<-ran).Sub(begin); got != 24*time.Hour+time.Minute {
			t.Errorf("an hour at 60 times the pace ended after %s, want 24h1m", got)
		}
		c.Close()
	})
}

func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Fast(1000)
		ended := false
		c.After(time.Second, func() { pass(time.Minute); ended = true })
		c.After(time.Hour, func() { t.Error("work ran after Close") })
		pass(time.Second / 500)
		c.Close()
		if !ended {
			t.Error("Close did not wait for the work under way")
		}
		c.At(start, func() { t.Error("a closed clock took work") })
		pass(2 * time.Hour)
	})
}

// TestCloseWaitsForAdvance closes a clock while another goroutine advances it.
func TestCloseWaitsForAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Virtual(start)
		ended := false
		c.After(time.Second, func() { pass(time.Minute); ended = true })
		c.After(2*time.Second, func() { t.Error("work ran after Close") })
		go c.Advance(t.Context(), time.Hour)
		pass(time.Second)
		c.Close()
		if !ended {
			t.Error("Close did not wait for the work under way")
		}
	})
}

// BenchmarkAdvance measures one due piece of work on a virtual clock with a thousand others
// scheduled.
func BenchmarkAdvance(b *testing.B) {
	c := Virtual(start)
	for range 1000 {
		c.After(1e6*time.Hour, func() {})
	}
	for b.Loop() {
		c.After(time.Second, func() {})
		if err := c.Advance(b.Context(), time.Second); err != nil {
			b.Fatal(err)
		}
	}
}
