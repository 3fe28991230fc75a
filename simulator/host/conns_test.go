package host

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestDropIdle checks which connections make room for others: one that is idle, and else the one
// that has been open longest without a request, but none that may be about to send its first.
func TestDropIdle(t *testing.T) {
	c := newConns()
	conns := map[string]net.Conn{}
	for name, known := range map[string]connection{
		"active": {state: http.StateActive}, "idle": {state: http.StateIdle},
		"fresh": {http.StateNew, time.Now().Add(time.Hour)},
		"old":   {http.StateNew, time.Now().Add(-2 * firstRequest)},
		"older": {http.StateNew, time.Now().Add(-3 * firstRequest)},
	} {
		server, client := net.Pipe()
		t.Cleanup(func() { client.Close() })
		conns[name], c.open[server] = server, known
	}
	for _, want := range []string{"idle", "older", "old", "", ""} {
		c.dropIdle()
		dropped := ""
		for name, conn := range conns {
			if _, open := c.open[conn]; !open {
				dropped = name
				delete(conns, name)
			}
		}
		if dropped != want {
			t.Errorf("%q was dropped, want %q", dropped, want)
		}
	}
}

// TestConnsFinish checks that only connections on which a request is served are waited for.
func TestConnsFinish(t *testing.T) {
	c := newConns()
	open := func(state http.ConnState) (server, client net.Conn) {
		server, client = net.Pipe()
		t.Cleanup(func() { client.Close() })
		c.note(server, http.StateNew)
		if state != http.StateNew {
			c.note(server, http.StateActive)
			c.note(server, state)
		}
		return server, client
	}
	closed := func(client net.Conn) bool {
		_, err := client.Read(make([]byte, 1))
		return errors.Is(err, io.EOF)
	}
	_, fresh := open(http.StateNew)
	_, idle := open(http.StateIdle)
	active, _ := open(http.StateActive)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.finish(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("with a request in flight: %v", err)
	}
	if !closed(fresh) || !closed(idle) {
		t.Error("a connection without a request is still open")
	}
	_, late := open(http.StateNew)
	if !closed(late) {
		t.Error("a connection that came too late is still open")
	}
	done := make(chan error, 1)
	go func() { done <- c.finish(context.Background()) }()
	c.note(active, http.StateClosed)
	if err := <-done; err != nil {
		t.Errorf("after the last request: %v", err)
	}
}
