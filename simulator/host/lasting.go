package host

import (
	"slices"
	"sync"
	"time"

	"twilsim/simulator/clock"
)

// lasting are the requests that have a connection and do nothing: those that wait for something to
// happen, and those whose body does not come. When there is no room for more connections, the
// oldest make room: many event streams, or clients that send nothing, do not keep all others out.
// It is safe for concurrent use.
type lasting struct {
	mu       sync.Mutex
	requests map[ender]time.Time // when they began
}

// ender is a request that can be ended.
type ender interface {
	// busy reports whether the request does something at a time, and must not be ended.
	busy(now time.Time) bool
	// end ends the request. It may be called again, and not after the request was taken off.
	end()
}

func newLasting() *lasting { return &lasting{requests: map[ender]time.Time{}} }

// add puts a request on the list.
func (l *lasting) add(r ender) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests[r] = clock.Wall()
}

// remove takes a request off the list, if it is on it. After that it is not ended.
func (l *lasting) remove(r ender) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.requests, r)
}

// endOldest ends up to n requests that last for some time and are not busy, the oldest first.
func (l *lasting) endOldest(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var old []ender
	now := clock.Wall()
	for r, began := range l.requests {
		if now.Sub(began) >= firstRequest && !r.busy(now) {
			old = append(old, r)
		}
	}
	slices.SortFunc(old, func(a, b ender) int { return l.requests[a].Compare(l.requests[b]) })
	for _, r := range old[:min(n, len(old))] {
		r.end()
	}
}

// waiting is a request that waits for something to happen.
type waiting struct{ cancel func() }

func (w *waiting) end() { w.cancel() }

func (w *waiting) busy(time.Time) bool { return false }
