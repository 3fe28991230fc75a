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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"twilsim/simulator/clock"
)

// direct sends requests over plain HTTP/1.1 from the goroutine that makes them. net/http's
// Transport has two goroutines for each connection, and every request goes through both of them:
// for an app on the same machine that takes half as long as all that the app does (see
// BenchmarkRoundTrip). A request also needs no context of its own: each connection has one timer
// that is set again for each request.
//
// Answers and the rules of connections that are used again are net/http's, and so are the texts of
// errors and the bytes that are sent. What this type adds is only which connection a request takes,
// and when it is given up. Requests that it cannot send go to the transport.
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

// takes reports whether the request can be sent without a goroutine of its own. Of a URL without a
// host the transport says what is wrong; to dial it would lead to this machine.
func takes(h *head, body string) bool {
	return canCheck && h.to.url.Scheme == "http" && h.to.url.Host != "" &&
		len(body) < directSize && h.plain() && (h.method == http.MethodPost || h.method == http.MethodGet)
}

// directConn is a connection. Only one goroutine has it at a time.
type directConn struct {
	pool    *direct
	address string
	conn    net.Conn
	probe   *probe
	br      *bufio.Reader
	bw      *bufio.Writer
	limit   int64     // how many bytes may still be read
	used    time.Time // when it became idle
	reused  bool
	wrote   bool // a byte of the present request

	timer *time.Timer // of the present request; nil before the first
	cause error       // of the limit to which the timer is set
	rung  atomic.Bool // the limit is over: the connection is not used again

	scratch [maxPlainSize]byte
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

// trip sends a request and reads the header of its answer. The error is why the request was given
// up, which watch knows then, or what went wrong.
func (d *direct) trip(ctx context.Context, h *head, body string, w *watch) (received, error) {
	for now := w.began; ; now = clock.Wall() {
		if ctx.Err() != nil {
			w.ended = context.Cause(ctx)
			return received{}, w.ended
		}
		c := d.pop(h.to.address, now)
		if c == nil {
			var err error
			if c, err = d.connect(ctx, h.to.address, w); err != nil {
				return received{}, err
			}
			now = clock.Wall()
		}
		w.connected = true
		resp, err := c.send(ctx, h, body, w, now)
		if err == nil || w.ended != nil || !c.again(h, err) {
			return resp, err
		}
	}
}

// again reports whether a request that failed is sent once more: an app may close a connection at
// the moment at which it is used again. A POST is not sent again once a byte of it has been sent.
func (c *directConn) again(h *head, err error) bool {
	if !c.reused || !c.wrote {
		return c.reused
	}
	var unread errRead
	return errors.As(err, &unread) && h.method == http.MethodGet
}

// connect returns a new connection.
func (d *direct) connect(ctx context.Context, address string, w *watch) (*directConn, error) {
	ctx, cancel := w.within(ctx)
	defer cancel()
	conn, err := d.dial(ctx, "tcp", address)
	if err != nil {
		w.ended = context.Cause(ctx)
		return nil, err
	}
	c := &directConn{pool: d, address: address, conn: conn, probe: newProbe(conn)}
	c.br, c.bw = bufio.NewReader(c), bufio.NewWriter(c)
	return c, nil
}

// pop returns an idle connection that the app has not closed, nil for none.
func (d *direct) pop(address string, now time.Time) *directConn {
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
		if now.Sub(c.used) < idleTime && c.probe.untouched() {
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
	if c.probe == nil || d.count >= d.maxIdle || len(d.idle[c.address]) >= idleConnections {
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

// arm sets the timer to the limit that is over first.
func (c *directConn) arm(w *watch, now time.Time) {
	due, cause := w.first(now)
	c.cause = cause
	if c.timer == nil {
		c.timer = time.AfterFunc(due.Sub(now), func() {
			c.rung.Store(true)
			c.hangUp()
		})
		return
	}
	c.timer.Reset(due.Sub(now))
}

// hangUp ends the read or write that waits.
func (c *directConn) hangUp() { _ = c.conn.SetDeadline(time.Unix(1, 0)) }

// ended returns why the present request was given up, nil if it was not.
func (c *directConn) ended(ctx context.Context) error {
	if c.rung.Load() {
		return c.cause
	}
	return context.Cause(ctx)
}

// send writes a request and reads the header of its answer. It closes the connection if there is an
// error, or leaves it to the answer's body.
func (c *directConn) send(ctx context.Context, h *head, body string, w *watch,
	now time.Time) (received, error) {
	answer := &directBody{conn: c, ctx: ctx, watch: w}
	c.arm(w, now)
	if ctx.Done() != nil {
		answer.stop = context.AfterFunc(ctx, c.hangUp)
	}
	got, err := c.exchange(h, body, w)
	if err != nil {
		answer.end(false)
		if w.ended = c.ended(ctx); w.ended != nil {
			err = w.ended
		}
		return received{}, err
	}
	answer.left = got.ContentLength
	if got.Body != nil {
		answer.body = got.Body
	}
	answer.reusable = !got.Close && got.StatusCode > 199
	if got.ContentLength == 0 {
		answer.end(true)
	}
	got.Body = answer
	return got, nil
}

func (c *directConn) exchange(h *head, body string, w *watch) (received, error) {
	c.limit, c.wrote = maxHeaderBytes, false
	h.write(c.bw)
	_, _ = c.bw.WriteString(body) // the writer keeps its error
	if err := c.bw.Flush(); err != nil {
		return received{}, broken(fmt.Errorf("write error: %w", err))
	}
	if _, err := c.br.Peek(1); err != nil {
		return received{}, errRead{err}
	}
	w.answered.Store(true)
	if got, ok := c.plain(); ok {
		c.limit = math.MaxInt64
		return got, nil
	}
	for {
		resp, err := http.ReadResponse(c.br, nil)
		switch {
		case err != nil && c.limit <= 0:
			return received{}, broken(errHeaderSize)
		case err != nil:
			return received{}, broken(err)
		case resp.StatusCode > 199:
			c.limit = math.MaxInt64
			return receivedFrom(resp), nil
		case resp.StatusCode == http.StatusSwitchingProtocols:
			c.limit = math.MaxInt64
			if resp.Header.Get("Upgrade") != "" &&
				strings.EqualFold(resp.Header.Get("Connection"), "upgrade") {
				resp.Body, resp.ContentLength = io.NopCloser(c.br), -1
			}
			return receivedFrom(resp), nil
		}
	}
}

// plain reads the head of an answer, if it is plain and has arrived as a whole.
func (c *directConn) plain() (got received, ok bool) {
	arrived, _ := c.br.Peek(c.br.Buffered())
	h, ok := parsePlain(arrived, &c.scratch)
	if !ok {
		return got, false
	}
	_, _ = c.br.Discard(h.size)
	return received{&http.Response{StatusCode: h.status, ContentLength: h.length}, h.header,
		h.contentType}, true
}

// broken has the text of net/http's errors about an answer that cannot be read.
func broken(err error) error {
	return fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", err)
}

// directBody is the body of an answer. When it has been read, its connection can be used again. The
// goroutine that reads the answer uses it.
type directBody struct {
	conn     *directConn
	body     io.Reader       // nil for that of a plain answer, which is read from the connection
	left     int64           // of that: how many bytes are still to be read
	ctx      context.Context // of the request
	watch    *watch
	stop     func() bool // of what hangs up when the context ends; nil if it never does
	reusable bool
	ended    bool
}

// Read reads the body. The read timeout begins again with each piece: Twilio's page on connection
// overrides says that it also applies between the packets of a response.
func (b *directBody) Read(p []byte) (int, error) {
	if b.ended {
		return 0, io.EOF
	}
	n, err := b.read(p)
	switch {
	case err != nil:
		if err != io.EOF {
			b.watch.ended = b.conn.ended(b.ctx)
		}
		b.end(err == io.EOF)
	case n > 0 && b.watch.limits.read < b.watch.limits.total && b.conn.timer.Stop():
		b.conn.arm(b.watch, clock.Wall())
	}
	return n, err
}

// read reads the body; of a plain answer it does what the body of net/http does.
func (b *directBody) read(p []byte) (int, error) {
	if b.body != nil {
		return b.body.Read(p)
	}
	n, err := b.conn.br.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case err == io.EOF:
		return n, io.ErrUnexpectedEOF
	case err == nil && b.left == 0:
		return n, io.EOF
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
	quiet := b.conn.timer.Stop()
	if b.stop != nil {
		quiet = b.stop() && quiet
	}
	if !quiet || !whole || !b.reusable || b.conn.br.Buffered() > 0 {
		_ = b.conn.conn.Close()
		return
	}
	b.conn.pool.put(b.conn)
}
