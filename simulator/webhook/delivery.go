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
	h, body := &head{method: r.Method, length: -1}, r.body()
	if r.Method != http.MethodGet {
		h.length = len(body)
		h.add("Content-Type", r.ContentType)
	}
	if u, err := url.Parse(r.URL); err == nil {
		h.host = u.Host
	}
	to, _ := d.target(r)
	x := r.exchange(h, to, body, d.attempt)
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

// target returns the URL to call for a request. rewritten is the URL as the signature has it, "" if
// it is sent so.
func (d *delivery) target(r *Request) (to target, rewritten string) {
	to.signed = r.SignedURL()
	to.dialed, to.routed = d.client.local(to.signed)
	if sent := r.onWire(to.dialed); sent != to.dialed {
		to.dialed, rewritten = sent, to.dialed
	}
	return to, rewritten
}

// step makes one request and records it in an exchange. Patience is a limit of its own, below the
// others: when it ends, the failure is the one that the limits would have brought, and Unanswered
// says how long Twilio would have waited.
func (d *delivery) step(ctx context.Context, r *Request) (s step) {
	began := clock.Wall()
	watch := &watch{limits: d.limits, policy: d.policy, began: began, until: d.until}
	limit := min(d.limits.read, d.limits.total)
	if r.Patience > 0 && r.Patience < limit {
		watch.patience = began.Add(r.Patience)
	}
	to, rewritten := d.target(r)
	body := r.body()
	h := &head{}
	dialed, err := d.client.endpoint(to.dialed, !r.hasQuery())
	if err == nil {
		err = r.head(h, to, dialed, d.client.cookies.header(d.pair, to.signed, r.At), body)
	}
	if err != nil {
		return step{answer: d.unsent(r, &Failure{Code: CodeInvalidURL, Text: err.Error()})}
	}
	s.answer = &Answer{Exchange: r.exchange(h, to, body, d.attempt),
		Limit: limit, Signed: rewritten}
	x := s.answer.Exchange
	x.Real, x.Edge = began.UTC(), d.edge()
	if s.answer.Failure = d.client.refuse(dialed); s.answer.Failure == nil {
		if err := d.roundTrip(ctx, r, h, watch, &s); err != nil {
			cause := watch.cause(err, watch.ended, d.until)
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
			f.Code = sinkCode(f, x.Status, watch.ended)
		}
		x.Code, x.Error = f.Code, f.Text
	}
	return s
}

// roundTrip sends the request and reads and interprets the answer. The error is about the way of
// the request and the answer; what the answer says is in s.
func (d *delivery) roundTrip(ctx context.Context, r *Request, h *head, watch *watch,
	s *step) error {
	x := s.answer.Exchange
	sent, cut := r.cut(x.Body)
	settings := connection{d.connect, d.noSNI, cut}
	if d.client.isDirect(h, x.Body, settings) {
		got, err := d.client.direct.trip(ctx, h, x.Body, watch)
		if err != nil {
			return err
		}
		return d.receive(r, h, got, got.Body, s)
	}
	if d.client.Wrap != nil {
		ctx = context.WithValue(ctx, requestKey{}, r)
	}
	ctx, stop := watch.start(ctx)
	defer stop()
	req, err := h.request(ctx, x.Body)
	if err != nil {
		return err
	}
	transport := d.client.roundTripperFor(settings)
	if cut {
		return tripCut(transport, req, watch, newCutBody(x.Body, sent))
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	return d.receive(r, h, receivedFrom(resp), watch.body(resp.Body), s)
}

// receive reads an answer, records it, and interprets it.
func (d *delivery) receive(r *Request, h *head, got received, body io.Reader,
	s *step) (err error) {
	defer got.Body.Close()
	answer, x := s.answer, s.answer.Exchange
	x.Status, x.ResponseHeader = got.StatusCode, got.header
	if len(got.Header["Set-Cookie"]) > 0 {
		d.client.cookies.set(d.pair, x.URL, r.At, got.Cookies())
	}
	answer.ContentType, answer.Chunked = got.contentType,
		slices.Contains(got.TransferEncoding, "chunked")
	answer.Body, err = readBody(got.Response, body)
	x.ResponseBody, x.Truncated = string(answer.Body), len(answer.Body) == maxBytes
	if err != nil {
		return err
	}
	d.read(r, h, got.Response, s)
	return nil
}

// read decides whether a complete response is the final answer, a failure, or leads to another
// request. A failure without a code gets that of an answer of 400 and above.
func (d *delivery) read(r *Request, h *head, resp *http.Response, s *step) {
	switch status := resp.StatusCode; {
	case r.Sink:
		s.answer.Failure = readSink(status)
		return
	case status == http.StatusUnauthorized:
		s.next, s.answer.Failure = challenged(r, h, resp)
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

// watch observes when a request gets its connection and when its answer begins, and knows its
// limits. The read timeout starts with the connection (F-042). [direct] sets what it observes by
// itself; start has the transport tell it. All but answered is for the goroutine of the request:
// the transport calls GotConn in it.
type watch struct {
	limits    limits
	policy    policy
	began     time.Time // when the request began
	until     time.Time // when the total time is over
	patience  time.Time // when the patience is used up; zero for never
	connected bool
	answered  atomic.Bool // observed only if a read timeout can be retried
	ended     error       // why it was given up; nil if it was not
	timer     *time.Timer // of the transport: the read timeout
	due       time.Time   // of the timer
}

// within returns a context that ends with the total time or the patience.
func (w *watch) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadlineCause(ctx, w.until, errTotalTimeout)
	if w.patience.IsZero() {
		return ctx, cancel
	}
	ctx, cancelPatience := context.WithDeadlineCause(ctx, w.patience, errPatience)
	return ctx, func() { cancelPatience(); cancel() }
}

// start returns the context of a request of the transport. The caller must call stop when the
// request has ended.
func (w *watch) start(ctx context.Context) (_ context.Context, stop func()) {
	ctx, end := w.within(ctx)
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
		w.ended = context.Cause(ctx)
		if w.timer != nil {
			w.timer.Stop()
		}
		cancel(nil)
		end()
	}
}

// first returns the limit that is over first for a request that has its connection since now, and
// the cause that it is.
func (w *watch) first(now time.Time) (due time.Time, cause error) {
	due, cause = w.until, errTotalTimeout
	if !w.patience.IsZero() && w.patience.Before(due) {
		due, cause = w.patience, errPatience
	}
	if read := now.Add(w.limits.read); w.limits.read < w.limits.total && read.Before(due) {
		due, cause = read, errReadTimeout
	}
	return due, cause
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
