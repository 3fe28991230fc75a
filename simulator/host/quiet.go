package host

import (
	"runtime/debug"
	"time"
)

const (
	quietTick = 5 * time.Second
	// quietTicks is after how many ticks without anything new a simulator is quiet. It must be
	// some, because giving memory back and taking it again costs more than keeping it.
	quietTicks = 3
)

// quiet gives memory back when nothing has happened for a while: what a burst of requests needed
// would otherwise remain until the next one. One goroutine calls tick.
type quiet struct {
	activity func() int64 // a number that changes with everything that happens
	release  func()

	last  int64
	ticks int // without anything new
}

// tick looks whether something has happened since the last tick. It releases once in each quiet
// time.
func (q *quiet) tick() {
	now := q.activity()
	if now != q.last {
		q.last, q.ticks = now, 0
		return
	}
	if q.ticks++; q.ticks == quietTicks {
		q.release()
	}
}

// run ticks until stop is closed.
func (q *quiet) run(stop <-chan struct{}) {
	ticker := time.NewTicker(quietTick)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			q.tick()
		case <-stop:
			return
		}
	}
}

// newQuiet returns what gives the memory of a host back.
func (h *Host) newQuiet() *quiet {
	return &quiet{
		activity: func() int64 {
			sum := h.conns.requests()
			for _, a := range h.Server.Accounts().List() {
				sum += a.Journal.Last()
			}
			return sum
		},
		release: func() {
			debug.FreeOSMemory() // first, so that what is packed fills the gaps
			for _, a := range h.Server.Accounts().List() {
				a.Journal.Compact()
			}
			debug.FreeOSMemory()
		},
	}
}
