package clock

import (
	"slices"
	"testing"
	"time"
)

// TestScheduleDrop has two owners on one clock: what one drops does not concern the other.
func TestScheduleDrop(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := Virtual(start)
	mine, other := c.Schedule(), c.Schedule()
	var ran []int
	var dropped []*Event
	for i := range 20 {
		owner := mine
		if i%3 == 0 {
			owner = other
		}
		e := owner.At(start.Add(time.Duration(20-i)*time.Second), func() { ran = append(ran, i) })
		if owner == mine {
			dropped = append(dropped, e)
		}
	}
	c.At(start.Add(time.Minute), func() { ran = append(ran, -1) })
	if n := mine.Drop(); n != len(dropped) {
		t.Errorf("dropped %d pieces of work, want %d", n, len(dropped))
	}
	if n := mine.Drop(); n != 0 {
		t.Errorf("dropped %d pieces of work again", n)
	}
	for _, e := range dropped {
		if e.Stop() {
			t.Fatal("work that was dropped could be stopped")
		}
	}
	if _, err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []int{18, 15, 12, 9, 6, 3, 0, -1}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
}
