package webhook

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// delivery is one delivery of a webhook with all its requests. A retry repeats the request that
// failed, which may be one after a redirect. Retries follow at once, because no source mentions a
// pause. Retries are counted over the whole delivery, and so are redirects. One goroutine uses it.
type delivery struct {
	client   *Client
	settings           // its retries are those that are left
	pair     pair      // whose cookies go along
	attempt  int       // from 1: the number of retries so far, plus one
	hops     int       // redirects followed
	until    time.Time // when the total time is over
}

// step is the result of one request.
type step struct {
	answer *Answer
	kind   policy   // the word of rp for its failure; 0 for none
	next   *Request // the request that must follow; nil if this is the final answer
}

// unsent returns the answer to a request that is not made.
func (d *delivery) unsent(r *Request, f *Failure) *Answer {
	dialed, _, _ := d.dialed(r)
	header := http.Header{}
	if r.Method != http.MethodGet {
		header.Set("Content-Type", r.ContentType)
	}
	req := &http.Request{Header: header}
	if u, err := url.Parse(r.URL); err == nil {
		req.Host = u.Host
	}
	x := r.exchange(req, dialed, r.body(), d.attempt)
	x.Real, x.Code, x.Error = clock.Wall().UTC(), f.Code, f.Text
	return &Answer{Exchange: x, Failure: f}
}

// edge returns the location from which a request leaves: each attempt uses the next one of the
// URL's list (F-047). It is "" if the URL names none.
func (d *delivery) edge() string {
	if len(d.edges) == 0 {
		return ""
	}
	return d.edges[(d.attempt-1)%len(d.edges)]
}

// dialed returns the URL to call for a request, and whether a route changed it. signed is the URL
// as the signature has it, "" if it is sent so.
func (d *delivery) dialed(r *Request) (url string, routed bool, signed string) {
	signed, routed = d.client.local(r.SignedURL())
	if url = r.onWire(signed); url == signed {
		signed = ""
	}
	return url, routed, signed
}

// step makes one request and records it in an exchange. Patience is a limit of its own, below the
// others: when it ends, the failure is the one that the limits would have brought, and Unanswered
// says how long Twilio would have waited.
func (d *delivery) step(ctx context.Context, r *Request) (s step) {
	dialed, routed, signed := d.dialed(r)
	watch := &watch{limits: d.limits, policy: d.policy}
	if d.client.Wrap != nil {
		ctx = context.WithValue(ctx, requestKey{}, r)
	}
	ctx, stop := watch.start(ctx)
	defer stop()
	limit := min(d.limits.read, d.limits.total)
	if r.Patience > 0 && r.Patience < limit {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Patience, errPatience)
		defer cancel()
	}
	body := r.body()
	req, err := r.build(ctx, dialed, body)
	if err != nil {
		return step{answer: d.unsent(r, &Failure{Code: CodeInvalidURL, Text: err.Error()})}
	} else if routed {
		r.forward(req)
	}
	d.client.cookies.add(req, d.pair, r.SignedURL(), r.At)
	s.answer = &Answer{Exchange: r.exchange(req, dialed, body, d.attempt),
		Limit: limit, Signed: signed}
	x := s.answer.Exchange
	x.Real, x.Edge = clock.Wall().UTC(), d.edge()
	if s.answer.Failure = d.client.refuse(req.URL); s.answer.Failure == nil {
		if err := d.roundTrip(r, req, watch, &s); err != nil {
			cause := watch.cause(err, context.Cause(ctx), d.until)
			s.answer.Failure = classify(err, cause, watch.connected, d.limits)
			s.kind = watch.kind(s.answer.Failure, cause)
			if cause == errPatience {
				s.answer.Failure, s.answer.Unanswered = impatient(d.limits, r.Patience), limit
				if limit == d.limits.read && limit < d.limits.total {
					s.kind = watch.kind(s.answer.Failure, errReadTimeout)
				}
			}
		}
		x.Duration = clock.Wall().Sub(x.Real)
	}
	if f := s.answer.Failure; f != nil {
		if r.Sink {
			f.Code = sinkCode(f, x.Status, context.Cause(ctx))
		}
		x.Code, x.Error = f.Code, f.Text
	}
	return s
}

// roundTrip sends the request and reads and interprets the answer. The error is about the way of
// the request and the answer; what the answer says is in s.
func (d *delivery) roundTrip(r *Request, req *http.Request, watch *watch, s *step) error {
	sent, cut := r.cut(s.answer.Exchange.Body)
	transport := d.client.roundTripperFor(req, connection{d.connect, d.noSNI, cut})
	if cut {
		return tripCut(transport, req, watch, newCutBody(s.answer.Exchange.Body, sent))
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, x := s.answer, s.answer.Exchange
	x.Status, x.ResponseHeader = resp.StatusCode, journal.MakeHeader(resp.Header)
	if len(resp.Header["Set-Cookie"]) > 0 {
		d.client.cookies.set(d.pair, r.SignedURL(), r.At, resp.Cookies())
	}
	answer.ContentType, answer.Chunked = resp.Header.Get("Content-Type"),
		slices.Contains(resp.TransferEncoding, "chunked")
	answer.Body, err = readBody(resp, watch.body(resp.Body))
	x.ResponseBody, x.Truncated = string(answer.Body), len(answer.Body) == maxBytes
	if err != nil {
		return err
	}
	d.read(r, req, resp, s)
	return nil
}

// read decides whether a complete response is the final answer, a failure, or leads to another
// request. A failure without a code gets that of an answer of 400 and above.
func (d *delivery) read(r *Request, req *http.Request, resp *http.Response, s *step) {
	switch status := resp.StatusCode; {
	case r.Sink:
		s.answer.Failure = readSink(status)
		return
	case status == http.StatusUnauthorized:
		s.next, s.answer.Failure = challenged(r, req, resp)
	case status >= 400: // F-054
		s.answer.Failure = &Failure{Text: "the app answered " + strconv.Itoa(status)}
	case status >= 300:
		s.next, s.answer.Failure = d.redirect(r, resp)
	}
	if f := s.answer.Failure; f != nil && f.Code == "" {
		f.Code = cmp.Or(r.ErrorStatusCode, d.client.ErrorStatusCode, CodeRetrieval)
		s.kind = retry4xx
		if resp.StatusCode >= 500 {
			s.kind = retry5xx
		}
	}
}

// watch observes when a request gets its connection and when its answer begins. The read timeout
// starts with the connection (F-042). connected and timer are for the goroutine of the request: the
// transport calls GotConn in it.
type watch struct {
	limits    limits
	policy    policy
	connected bool
	answered  atomic.Bool // observed only if a read timeout can be retried
	timer     *time.Timer
	due       time.Time // of the timer
}

// start returns the context of the request. The caller must call stop when the request has ended.
func (w *watch) start(ctx context.Context) (_ context.Context, stop func()) {
	// if the read timeout is not shorter than the total one, the total one ends the request
	cancel := func(error) {}
	if w.limits.read < w.limits.total {
		ctx, cancel = context.WithCancelCause(ctx)
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		w.connected = true
		if w.limits.read < w.limits.total && w.timer == nil {
			w.due = clock.Wall().Add(w.limits.read)
			w.timer = time.AfterFunc(w.limits.read, func() { cancel(errReadTimeout) })
		}
	}}
	if w.policy&retryRead != 0 {
		trace.GotFirstResponseByte = func() { w.answered.Store(true) }
	}
	return httptrace.WithClientTrace(ctx, trace), func() {
		if w.timer != nil {
			w.timer.Stop()
		}
		cancel(nil)
	}
}

// cause returns why a request with an error was ended: cause, which its context says, or the total
// timeout, which ends at until. On a busy machine several limits are over before the first of them
// is noticed, in any order; then the one counts that was due first. The dialer may notice the end
// before the context does.
func (w *watch) cause(err, cause error, until time.Time) error {
	var late net.Error
	switch {
	case cause == errReadTimeout && until.Before(w.due):
		return errTotalTimeout
	case cause == nil && errors.As(err, &late) && late.Timeout() && !clock.Wall().Before(until):
		return errTotalTimeout
	}
	return cause
}

// kind returns the word of rp for a failure to get an answer, and 0 if a part of the answer
// arrived: that is not retried (F-048).
func (w *watch) kind(f *Failure, cause error) policy {
	switch {
	case f.Connect:
		return retryConnect
	case cause == errReadTimeout && !w.answered.Load():
		return retryRead
	}
	return 0
}

// body returns a reader of an answer's body that restarts the read timeout with each piece:
// Twilio's page on connection overrides says that the timeout also applies between the packets of a
// response.
func (w *watch) body(r io.Reader) io.Reader {
	if w.timer == nil {
		return r
	}
	return &watched{r, w}
}

type watched struct {
	io.Reader
	watch *watch
}

func (r *watched) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.watch.due = clock.Wall().Add(r.watch.limits.read)
		r.watch.timer.Reset(r.watch.limits.read)
	}
	return n, err
}
