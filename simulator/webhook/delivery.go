package webhook

import (
	"context"
	"io"
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

// visit is one webhook with all the requests that it takes. A retry repeats the request that failed, which may be one that a
// redirect led to: what was answered is not asked again. Retries come at once, as no source knows of a pause, and count
// together; so do redirects.
type visit struct {
	client   *Client
	settings      // what is left of the retries in it
	pair     pair // whose cookies go along
	attempt  int  // from 1: how many requests failed before this one, and were tried again
	hops     int  // redirects followed
}

// step is what one request came to.
type step struct {
	answer *Answer
	kind   policy   // the word of rp that its failure comes under; 0 for none
	next   *Request // what the app asked for in place of an answer; nil where this is the answer
}

// unsent is the answer to a request that is not made.
func (v *visit) unsent(r *Request, f *Failure) *Answer {
	dialed, _ := v.client.local(r.SignedURL())
	header := http.Header{}
	if r.Method != http.MethodGet {
		header.Set("Content-Type", r.ContentType)
	}
	req := &http.Request{Header: header}
	if u, err := url.Parse(r.URL); err == nil {
		req.Host = u.Host
	}
	x := r.exchange(req, dialed, r.body(), v.attempt)
	x.Real, x.Code, x.Error = clock.Wall().UTC(), f.Code, f.Text
	return &Answer{Exchange: x, Failure: f}
}

// edge returns the location that a request leaves from: attempts go through the URL's list in turn (F-047). It is "" where the
// URL names none.
func (v *visit) edge() string {
	if len(v.edges) == 0 {
		return ""
	}
	return v.edges[(v.attempt-1)%len(v.edges)]
}

// step makes one request, and puts what happened into an exchange.
func (v *visit) step(ctx context.Context, r *Request) (s step) {
	dialed, routed := v.client.local(r.SignedURL())
	watch := &watch{limits: v.limits, policy: v.policy}
	ctx, stop := watch.start(ctx)
	defer stop()
	body := r.body()
	req, err := r.build(ctx, dialed, body)
	if err != nil {
		return step{answer: v.unsent(r, &Failure{Code: CodeInvalidURL, Text: err.Error()})}
	} else if routed {
		r.forward(req)
	}
	v.client.cookies.add(req, v.pair, r.SignedURL(), r.At)
	s.answer = &Answer{Exchange: r.exchange(req, dialed, body, v.attempt), Limit: min(v.limits.read, v.limits.total)}
	x := s.answer.Exchange
	x.Real, x.Edge = clock.Wall().UTC(), v.edge()
	if s.answer.Failure = v.client.refuse(req.URL); s.answer.Failure == nil {
		if err := v.roundTrip(r, req, watch, &s); err != nil {
			s.answer.Failure = classify(err, context.Cause(ctx), watch.connected, v.limits)
			s.kind = watch.kind(s.answer.Failure, context.Cause(ctx))
		}
		x.Duration = clock.Wall().Sub(x.Real)
	}
	if f := s.answer.Failure; f != nil {
		x.Code, x.Error = f.Code, f.Text
	}
	return s
}

// roundTrip sends the request, reads the answer, and finds what it means.
func (v *visit) roundTrip(r *Request, req *http.Request, watch *watch, s *step) error {
	sent, cut := r.cut(s.answer.Exchange.Body)
	transport := v.client.transportFor(connection{v.connect, v.noSNI, cut})
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
		v.client.cookies.set(v.pair, r.SignedURL(), r.At, resp.Cookies())
	}
	answer.ContentType, answer.Chunked = resp.Header.Get("Content-Type"), slices.Contains(resp.TransferEncoding, "chunked")
	answer.Body, err = readBody(resp, watch.body(resp.Body))
	x.ResponseBody, x.Truncated = string(answer.Body), len(answer.Body) == maxBytes
	if err != nil {
		return err
	}
	v.read(r, req, resp, s)
	return nil
}

// read finds out whether a complete response is the answer, a failure, or the way to another request.
func (v *visit) read(r *Request, req *http.Request, resp *http.Response, s *step) {
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized:
		s.next, s.answer.Failure = challenged(r, req, resp)
	case status >= 400: // F-054
		s.answer.Failure = &Failure{Text: "the app answered " + strconv.Itoa(status)}
	case status >= 300:
		s.next, s.answer.Failure = v.redirect(r, resp)
	}
	if f := s.answer.Failure; f != nil && f.Code == "" {
		f.Code = v.client.ErrorStatusCode
		if f.Code == "" {
			f.Code = CodeRetrieval
		}
		s.kind = retry4xx
		if resp.StatusCode >= 500 {
			s.kind = retry5xx
		}
	}
}

// watch sees a request get its connection and its answer's beginning. From the connection on the read timeout runs (F-042).
type watch struct {
	limits    limits
	policy    policy
	connected bool
	answered  atomic.Bool // followed only where a read timeout may be tried again
	timer     *time.Timer
}

// start returns the context of the request. stop must be called when it has ended.
func (w *watch) start(ctx context.Context) (_ context.Context, stop func()) {
	cancel := func(error) {} // where the read timeout is no shorter than the total one, that one ends the request
	if w.limits.read < w.limits.total {
		ctx, cancel = context.WithCancelCause(ctx)
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		w.connected = true
		if w.limits.read < w.limits.total && w.timer == nil {
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

// kind returns the word of rp that a failure to get an answer comes under, and 0 where a part of the answer came: that is not
// tried again (F-048).
func (w *watch) kind(f *Failure, cause error) policy {
	switch {
	case f.Connect:
		return retryConnect
	case cause == errReadTimeout && !w.answered.Load():
		return retryRead
	}
	return 0
}

// body returns a reader of an answer's body. With each piece that comes the read timeout begins anew: Twilio's page on
// connection overrides says that it holds between the packets of a response as well.
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
		r.watch.timer.Reset(r.watch.limits.read)
	}
	return n, err
}
