package host

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"twilsim/simulator/clock"
)

// conns are the connections of a server on which a request is served or may come. [http.Server] has
// them too, but its Shutdown asks for them at growing intervals, and waits for connections on which
// no request has come yet, as clients open them in advance.
type conns struct {
	// guards all below except quiet, which is only closed under it
	mu     sync.Mutex
	open   map[net.Conn]connection
	closed bool // no new requests are wanted
	// closed when no connection is left and none may come
	quiet  chan struct{}
	served int64 // requests that have begun, without those on a connection that was taken over
}

// connection is what is known about an open one.
type connection struct {
	state  http.ConnState
	opened time.Time // only of one on which no request has begun yet
}

func newConns() *conns {
	return &conns{open: map[net.Conn]connection{}, quiet: make(chan struct{})}
}

// note is the server's ConnState. net/http calls it with each change, from the goroutine of the
// connection. A connection that was taken over, for a CONNECT, is no longer in the list: the proxy
// ends those.
func (c *conns) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case state == http.StateClosed || state == http.StateHijacked:
		delete(c.open, conn)
	case c.closed && state != http.StateActive:
		delete(c.open, conn)
		_ = conn.Close() // it is idle, or new
	default:
		now := connection{state: state}
		switch state {
		case http.StateActive:
			c.served++
		case http.StateNew:
			now.opened = clock.Wall()
		}
		c.open[conn] = now
	}
	c.checkLocked()
}

// firstRequest is how long a connection may be open without a request when others wait for room.
const firstRequest = time.Second

// dropIdle closes a connection that is open for a later request, to make room for a new one. Which
// one is left to chance: their clients open another when they need it. Where there is none, it
// closes the one that has waited longest for its first request: who only opens connections does not
// keep all others out. It returns false where there is neither.
func (c *conns) dropIdle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	var unused net.Conn
	oldest := clock.Wall().Add(-firstRequest)
	for conn, known := range c.open {
		if known.state == http.StateIdle {
			unused = conn
			break
		}
		if known.state == http.StateNew && known.opened.Before(oldest) {
			unused, oldest = conn, known.opened
		}
	}
	if unused == nil {
		return false
	}
	delete(c.open, unused)
	_ = unused.Close()
	return true
}

// requests returns how many requests have begun.
func (c *conns) requests() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.served
}

func (c *conns) checkLocked() {
	if c.closed && len(c.open) == 0 {
		select {
		case <-c.quiet:
		default:
			close(c.quiet)
		}
	}
}

// finish closes connections without a request, and waits for the requests on the others. It returns
// the error of ctx if that ends first. It does not close those with a request when ctx ends; the
// server does that.
func (c *conns) finish(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	for conn, known := range c.open {
		if known.state != http.StateActive {
			delete(c.open, conn)
			_ = conn.Close()
		}
	}
	c.checkLocked()
	c.mu.Unlock()
	select {
	case <-c.quiet:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
