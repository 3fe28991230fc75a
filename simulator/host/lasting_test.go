package host

import (
	"slices"
	"testing"
	"time"
)

// noted is a request that notes its end.
type noted struct {
	name  string
	ended *[]string
	works bool
}

func (n *noted) end() { *n.ended = append(*n.ended, n.name) }

func (n *noted) busy(time.Time) bool { return n.works }

// TestEndOldest checks that the oldest requests are ended first, as many as are asked for, and none
// that has just begun, is busy, or was taken off the list.
func TestEndOldest(t *testing.T) {
	l := newLasting()
	var ended []string
	began := func(name string, ago time.Duration) *noted {
		n := &noted{name: name, ended: &ended}
		l.add(n)
		l.requests[n] = time.Now().Add(-ago)
		return n
	}
	second := began("second", 3*firstRequest)
	began("fresh", -time.Hour)
	first := began("first", 4*firstRequest)
	began("third", 2*firstRequest)
	gone := began("gone", 5*firstRequest)
	l.remove(gone)
	began("busy", 6*firstRequest).works = true
	l.endOldest(2)
	if want := []string{"first", "second"}; !slices.Equal(ended, want) {
		t.Errorf("%q were ended, want %q", ended, want)
	}
	l.remove(first)
	l.remove(second)
	ended = nil
	l.endOldest(5)
	if want := []string{"third"}; !slices.Equal(ended, want) {
		t.Errorf("then %q were ended, want %q", ended, want)
	}
}
