package host

import (
	"cmp"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"twilsim/simulator/clock"
)

const (
	mostConns = 4096
	mostCalls = 1024
)

// connLimits returns how many connections a server accepts and how many calls it makes at once,
// when it may have so many file descriptors, 0 for no limit. A third is left for everything else:
// calls that hang must not keep the server from accepting connections.
func connLimits(descriptors uint64) (conns, calls int) {
	if descriptors == 0 {
		return mostConns, mostCalls
	}
	return int(min(max(descriptors*3/8, 4), mostConns)), int(min(max(descriptors/4, 2), mostCalls))
}

const (
	// patientFor is how long a client may take for a body, and leastRate how many bytes a second it
	// must send beyond that.
	patientFor = 30 * time.Second
	leastRate  = 1 << 10
	// writeTime is how long a client may take to read what is written at once.
	writeTime = 30 * time.Second
)

// timed is a handler with deadlines for clients that send or read too slowly, which would hold a
// connection and memory for ever. net/http has such limits only for a whole request or answer,
// which would end event streams and long imports.
type timed struct {
	next                  http.Handler
	patientFor, writeTime time.Duration // 0 is the constant of that name
	waits                 *lasting      // knows whose body does not come; nil if nobody asks
}

// ServeHTTP implements [http.Handler].
func (t *timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	out := &timedWriter{ResponseWriter: w, control: control, each: cmp.Or(t.writeTime, writeTime)}
	out.extend()
	if r.Body != nil && r.Body != http.NoBody {
		now := clock.Wall()
		body := &timedBody{ReadCloser: r.Body, control: control, w: w, waits: t.waits, began: now,
			until: now.Add(cmp.Or(t.patientFor, patientFor))}
		if r.Body = body; t.waits != nil {
			t.waits.add(body)
			defer t.waits.remove(body)
		}
	}
	t.next.ServeHTTP(out, r)
}

// timedBody is the body of a request. A handler never sees a part of one: when it does not come to
// its end, the request is aborted.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
	w       http.ResponseWriter
	waits   *lasting
	began   time.Time
	until   time.Time
	read    atomic.Int64
	last    atomic.Int64 // how long after began the last bytes have come, in nanoseconds
	late    atomic.Bool  // its connection is needed for others
}

// busy reports whether bytes come, and fast enough: a long import is not ended for others, a client
// that sends a byte now and then is.
func (b *timedBody) busy(now time.Time) bool {
	took := now.Sub(b.began)
	return took-time.Duration(b.last.Load()) < firstRequest &&
		b.read.Load() >= int64(took.Seconds()*leastRate)
}

// end ends a read that waits. If the read is just setting its deadline, it goes on, and the caller
// comes again.
func (b *timedBody) end() {
	b.late.Store(true)
	_ = b.control.SetReadDeadline(time.Unix(1, 0))
}

// Read implements [io.Reader]. The deadline moves on as bytes come, so a large body on a slow line
// is fine and a client that sends a byte a minute is not.
func (b *timedBody) Read(p []byte) (int, error) {
	until := b.until.Add(time.Duration(b.read.Load()) * time.Second / leastRate)
	_ = b.control.SetReadDeadline(until) // fails only where there are no connections
	n, err := b.ReadCloser.Read(p)
	if b.read.Add(int64(n)); b.waits != nil {
		b.last.Store(int64(clock.Wall().Sub(b.began)))
	}
	if err != nil && b.waits != nil {
		b.waits.remove(b)
	}
	switch {
	case err == io.EOF:
		_ = b.control.SetReadDeadline(time.Time{}) // for the end of the client
	case err != nil:
		if b.late.Load() || clock.Wall().After(until) {
			b.w.Header().Set("Connection", "close")
			http.Error(b.w, "twilsim: the body of the request did not come in time",
				http.StatusRequestTimeout)
			_ = b.control.Flush()
		}
		// no handler checks the error of each read, and half a form would be taken for a whole one
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// timedWriter gives each write time.
type timedWriter struct {
	http.ResponseWriter
	control  *http.ResponseController
	each     time.Duration
	extended time.Time // when the deadline was set
}

// extend moves the deadline, unless that has just been done: most answers are written at once, and
// moving it for the status, the body and the end cost one in fifty of all that a create needs.
func (w *timedWriter) extend() {
	now := clock.Wall()
	if now.Sub(w.extended) < w.each/32 {
		return
	}
	w.extended = now
	_ = w.control.SetWriteDeadline(now.Add(w.each)) // fails only without a connection
}

// SetWriteDeadline is for [http.ResponseController]. The next write moves the deadline again.
func (w *timedWriter) SetWriteDeadline(at time.Time) error {
	w.extended = time.Time{}
	return w.control.SetWriteDeadline(at)
}

// WriteHeader implements [http.ResponseWriter].
func (w *timedWriter) WriteHeader(status int) {
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *timedWriter) Write(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// WriteString implements [io.StringWriter]. Without it, io.WriteString would copy each answer; that
// to a text has several kilobytes.
func (w *timedWriter) WriteString(s string) (int, error) {
	w.extend()
	return io.WriteString(w.ResponseWriter, s)
}

// FlushError is for [http.ResponseController].
func (w *timedWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Unwrap is for [http.ResponseController].
func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
