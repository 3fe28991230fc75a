package clock_test

import (
	"errors"
	"testing"
	"time"

	"twilsim/simulator/clock"
)

// TestEnd checks that a virtual clock stops where times can be kept.
func TestEnd(t *testing.T) {
	c := clock.Virtual(clock.End.Add(-time.Hour))
	if err := c.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(t.Context(), time.Nanosecond); !errors.Is(err, clock.ErrEnd) {
		t.Errorf("beyond the end: %v", err)
	}
	c.At(clock.End.Add(time.Second), func() { t.Error("work beyond the end was run") })
	if _, err := c.Run(t.Context()); !errors.Is(err, clock.ErrEnd) {
		t.Errorf("a run with work beyond the end: %v", err)
	}
	if got := time.Unix(0, clock.End.UnixNano()); !got.Equal(clock.End) || !c.Now().Equal(clock.End) {
		t.Errorf("the end is kept as %v, and the clock shows %v", got, c.Now())
	}
}
