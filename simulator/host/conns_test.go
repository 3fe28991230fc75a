package host

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
)

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
