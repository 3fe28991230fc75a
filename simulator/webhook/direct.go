package webhook

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"time"

	"twilsim/simulator/clock"
)

// direct sends requests over plain HTTP/1.1 from the goroutine that makes them. net/http's
// Transport has two goroutines for each connection, and every request goes through both of them:
// for an app on the same machine that takes half as long as all that the app does (see
// BenchmarkRoundTrip).
//
// Reading, writing and the rules of connections that are used again are net/http's, and so are the
// texts of errors. What this type adds is only which connection a request takes, and when it is
// given up. Requests that it cannot send go to the transport.
type direct struct {
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	maxIdle int // of all apps together

	mu       sync.Mutex
	idle     map[string][]*directConn // by address, the one that was used last at the end
	count    int                      // of idle
	sweeping bool                     // a timer closes those that are idle for too long
}

// directSize is the size in bytes up to which a request is sent before its answer is read: the
// buffers of the system hold it even if the app does not read it.
const directSize = 32 << 10

// takes reports whether the request can be sent without a goroutine of its own.
func (d *direct) takes(req *http.Request) bool {
	return canCheck && req.URL.Scheme == "http" && req.ContentLength >= 0 &&
		req.ContentLength < directSize
}

// directConn is a connection. Only one goroutine has it at a time.
type directConn struct {
	pool    *direct
	address string
	conn    net.Conn
	raw     syscall.RawConn
	br      *bufio.Reader
	bw      *bufio.Writer
	limit   int64     // how many bytes may still be read
	used    time.Time // when it became idle
	reused  bool
	wrote   bool // a byte of the present request
}

// Read reads from the connection, up to the limit.
func (c *directConn) Read(p []byte) (int, error) {
	if c.limit <= 0 {
		return 0, errHeaderSize
	}
	n, err := c.conn.Read(p[:min(int64(len(p)), c.limit)])
	c.limit -= int64(n)
	return n, err
}

// Write writes to the connection.
func (c *directConn) Write(p []byte) (int, error) {
	n, err := c.conn.Write(p)
	c.wrote = c.wrote || n > 0
	return n, err
}

// maxHeaderBytes limits the header of an answer.
const maxHeaderBytes = 1 << 20

// errHeaderSize has the text of the same error in net/http.
var errHeaderSize = fmt.Errorf("net/http: server response headers exceeded %d bytes; aborted",
	maxHeaderBytes)

// errRead is the error of a connection that ends before the first byte of an answer.
type errRead struct{ error }

func (e errRead) Unwrap() error { return e.error }

// RoundTrip implements [http.RoundTripper].
func (d *direct) RoundTrip(req *http.Request) (*http.Response, error) {
	for {
		c, err := d.take(req)
		if err != nil {
			return nil, err
		}
		resp, err := c.send(req)
		if err == nil || !c.again(req, err) {
			return resp, err
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// again reports whether a request that failed is sent once more: an app may close a connection at
// the moment at which it is used again. A POST is not sent again once a byte of it has been sent.
func (c *directConn) again(req *http.Request, err error) bool {
	if !c.reused || req.Context().Err() != nil {
		return false
	}
	if !c.wrote {
		return req.ContentLength == 0 || req.GetBody != nil
	}
	var unread errRead
	return errors.As(err, &unread) && (req.Method == http.MethodGet || req.Method == http.MethodHead)
}

// take returns an idle connection to the address of a request, or a new one.
func (d *direct) take(req *http.Request) (*directConn, error) {
	address := req.URL.Host
	if req.URL.Port() == "" {
		address = net.JoinHostPort(req.URL.Hostname(), "80")
	}
	ctx := req.Context()
	c := d.pop(address)
	if c == nil {
		conn, err := d.dial(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		c = &directConn{pool: d, address: address, conn: conn}
		if s, ok := conn.(syscall.Conn); ok {
			c.raw, _ = s.SyscallConn() // nil means that the connection is not used again
		}
		c.br, c.bw = bufio.NewReader(c), bufio.NewWriter(c)
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: c.conn, Reused: c.reused})
	}
	return c, nil
}

// pop returns an idle connection that the app has not closed, nil for none.
func (d *direct) pop(address string) *directConn {
	for {
		d.mu.Lock()
		list := d.idle[address]
		if len(list) == 0 {
			d.mu.Unlock()
			return nil
		}
		c := list[len(list)-1]
		list[len(list)-1] = nil
		d.idle[address] = list[:len(list)-1]
		d.count--
		d.mu.Unlock()
		if clock.Wall().Sub(c.used) < idleTime && untouched(c.raw) {
			c.reused = true
			return c
		}
		_ = c.conn.Close()
	}
}

// put keeps a connection for the next request. It closes it if there are enough.
func (d *direct) put(c *directConn) {
	c.used = clock.Wall()
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.raw == nil || d.count >= d.maxIdle || len(d.idle[c.address]) >= idleConnections {
		_ = c.conn.Close()
		return
	}
	if d.idle == nil {
		d.idle = map[string][]*directConn{}
	}
	d.idle[c.address] = append(d.idle[c.address], c)
	d.count++
	if !d.sweeping {
		d.sweeping = true
		time.AfterFunc(idleTime, d.sweep)
	}
}

// sweep closes the connections that have been idle for too long, and comes again while there are
// others. One timer for all costs less than one for each that every request sets.
func (d *direct) sweep() {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := clock.Wall()
	for address, list := range d.idle {
		old := 0
		for old < len(list) && now.Sub(list[old].used) >= idleTime {
			_ = list[old].conn.Close()
			old++
		}
		d.count -= old
		if d.idle[address] = append([]*directConn(nil), list[old:]...); old == len(list) {
			delete(d.idle, address)
		}
	}
	if d.sweeping = d.count > 0; d.sweeping {
		time.AfterFunc(idleTime/4, d.sweep)
	}
}

// CloseIdleConnections closes the connections that no request uses.
func (d *direct) CloseIdleConnections() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, list := range d.idle {
		for _, c := range list {
			_ = c.conn.Close()
		}
	}
	d.idle, d.count = nil, 0
}

// send writes a request and reads the header of its answer. It closes the connection if there is an
// error, or leaves it to the answer's body.
func (c *directConn) send(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	// a deadline in the past ends the read or write that waits
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	resp, err := c.exchange(req)
	if err != nil {
		stop()
		_ = c.conn.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	body := &directBody{conn: c, body: resp.Body, stop: stop,
		reusable: !resp.Close && !req.Close && resp.StatusCode > 199}
	if req.Method == http.MethodHead || resp.ContentLength == 0 {
		body.end(true)
	}
	resp.Body = body
	return resp, nil
}

func (c *directConn) exchange(req *http.Request) (*http.Response, error) {
	c.limit, c.wrote = maxHeaderBytes, false
	err := req.Write(c.bw)
	if err == nil {
		err = c.bw.Flush()
	}
	if err != nil {
		return nil, broken(fmt.Errorf("write error: %w", err))
	}
	if _, err := c.br.Peek(1); err != nil {
		return nil, errRead{err}
	}
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil &&
		trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	for {
		resp, err := http.ReadResponse(c.br, req)
		switch {
		case err != nil && c.limit <= 0:
			return nil, broken(errHeaderSize)
		case err != nil:
			return nil, broken(err)
		case resp.StatusCode > 199:
			c.limit = math.MaxInt64
			return resp, nil
		case resp.StatusCode == http.StatusSwitchingProtocols:
			c.limit = math.MaxInt64
			if resp.Header.Get("Upgrade") != "" &&
				strings.EqualFold(resp.Header.Get("Connection"), "upgrade") {
				resp.Body, resp.ContentLength = io.NopCloser(c.br), -1
			}
			return resp, nil
		}
	}
}

// broken has the text of net/http's errors about an answer that cannot be read.
func broken(err error) error {
	return fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", err)
}

// directBody is the body of an answer. When it has been read, its connection can be used again. The
// goroutine that reads the answer uses it.
type directBody struct {
	conn     *directConn
	body     io.ReadCloser
	stop     func() bool
	reusable bool
	ended    bool
}

// Read reads the body.
func (b *directBody) Read(p []byte) (int, error) {
	if b.ended {
		return 0, io.EOF
	}
	n, err := b.body.Read(p)
	if err != nil {
		b.end(err == io.EOF)
	}
	return n, err
}

// Close ends the body. The rest of it is not read, so its connection cannot be used again.
func (b *directBody) Close() error {
	b.end(false)
	return nil
}

// end gives the connection back, or closes it.
func (b *directBody) end(whole bool) {
	if b.ended {
		return
	}
	b.ended = true
	if !b.stop() || !whole || !b.reusable || b.conn.br.Buffered() > 0 {
		_ = b.conn.conn.Close()
		return
	}
	b.conn.pool.put(b.conn)
}
