package messaging

import "sync"

// group keeps the changes of an account together that must be stored in one transaction. A change
// that belongs to no group is stored at any time.
type group struct {
	changed sync.Cond // of the recorder's lock
	open    int       // groups that have begun and not ended
	closed  bool      // the keeper takes what was collected, or waits for the groups to end
}

// begin begins a group. The recorder's lock must not be held.
func (g *group) begin() {
	g.changed.L.Lock()
	defer g.changed.L.Unlock()
	for g.closed {
		g.changed.Wait()
	}
	g.open++
}

func (g *group) end() {
	g.changed.L.Lock()
	defer g.changed.L.Unlock()
	if g.open--; g.open == 0 {
		g.changed.Broadcast()
	}
}

// close blocks until all groups have ended, and lets none begin until open is called.
func (g *group) close() (open func()) {
	g.changed.L.Lock()
	defer g.changed.L.Unlock()
	g.closed = true
	for g.open > 0 {
		g.changed.Wait()
	}
	return func() {
		g.changed.L.Lock()
		defer g.changed.L.Unlock()
		g.closed = false
		g.changed.Broadcast()
	}
}

// together has what happens until end is called stored in one transaction: after a crash all of it
// is there or nothing. The caller holds no lock of the account, begins no other group, and does not
// wait for the app or for the storage before end.
func (a *Account) together() (end func()) {
	if a.recorder == nil {
		return func() {}
	}
	a.recorder.group.begin()
	return a.recorder.group.end
}
