package host

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// conns are the connections of a server on which a request is served or may come. [http.Server] has
// them too, but its Shutdown asks for them at growing intervals, and waits for connections on which
// no request has come yet, as clients open them in advance.
type conns struct {
	// guards all below except quiet, which is only closed under it
	mu     sync.Mutex
	open   map[net.Conn]http.ConnState
	closed bool // no new requests are wanted
	// closed when no connection is left and none may come
	quiet  chan struct{}
	served int64 // requests that have begun, without those on a connection that was taken over
}

func newConns() *conns {
	return &conns{open: map[net.Conn]http.ConnState{}, quiet: make(chan struct{})}
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
		if state == http.StateActive {
			c.served++
		}
		c.open[conn] = state
	}
	c.checkLocked()
}

// dropIdle closes a connection that is open for a later request, to make room for a new one. Which
// one is left to chance: their clients open another when they need it.
func (c *conns) dropIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, state := range c.open {
		if state == http.StateIdle {
			delete(c.open, conn)
			_ = conn.Close()
			return
		}
	}
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
	for conn, state := range c.open {
		if state != http.StateActive {
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
