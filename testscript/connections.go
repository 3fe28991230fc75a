package testscript

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections knows which connections of a server are in use: those that were accepted and are
// neither idle nor closed. It is safe for concurrent use.
type connections struct {
	mu     sync.Mutex
	inUse  map[net.Conn]bool
	unused chan struct{} // closed when none is in use any more; nil while nobody waits
}

// note is the server's ConnState. The server calls it with [http.StateNew] before it accepts the
// next connection, and with [http.StateIdle] after the handler has returned.
func (c *connections) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew, http.StateActive:
		if c.inUse == nil {
			c.inUse = map[net.Conn]bool{}
		}
		c.inUse[conn] = true
		return
	}
	delete(c.inUse, conn)
	if len(c.inUse) == 0 && c.unused != nil {
		close(c.unused)
		c.unused = nil
	}
}

// await blocks until no connection is in use, but not longer than limit, and reports whether that
// is so.
func (c *connections) await(limit time.Duration) bool {
	c.mu.Lock()
	if len(c.inUse) == 0 {
		c.mu.Unlock()
		return true
	}
	if c.unused == nil {
		c.unused = make(chan struct{})
	}
	unused := c.unused
	c.mu.Unlock()
	return await(unused, limit)
}

// atRest reports whether the server at url has done all that it was asked to: whether everything
// that was sent to it before the call has been served. A request of its own comes first, because
// a connection that a client has closed may still wait to be accepted, and connections are accepted
// in order. It gives up after the time in which an app counts as done, see [quiet].
func (c *connections) atRest(ctx context.Context, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	r.Close = true
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return err == nil && c.await(quiet)
}
