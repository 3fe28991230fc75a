package webhook

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// Twilio's limits for one webhook.
const (
	connectTimeout = 5 * time.Second  // F-041
	readTimeout    = 15 * time.Second // F-042
	totalTimeout   = 15 * time.Second // F-043
	retries        = 1                // F-044, F-045: on connect failure only
	// maxBytes is how much of an answer is read: the limit of a TwiML document (F-057), and one more to see it broken.
	maxBytes = 64<<10 + 1
	// idleConnections is how many connections to one app stay open between calls.
	idleConnections = 64
	// idleTime is how long they stay open: less than apps keep theirs (gunicorn 2 s, Node 5 s), because a request that
	// meets the app's closing of the connection is lost.
	idleTime = time.Second
)

// Client calls the app. The zero Client works, with Twilio's limits, and calls this machine only. A Client must not be
// copied after its first use.
type Client struct {
	// Routes say where public URLs are served. They may be nil.
	Routes Routes
	// Allow reports whether a host outside this machine, with its port, may be called. Nil allows none: a call there
	// fails with SIM-1 and nothing is sent.
	Allow func(hostPort string) bool
	// ConnectTimeout, ReadTimeout and TotalTimeout are in real time; 0 means Twilio's 5, 15 and 15 seconds.
	ConnectTimeout, ReadTimeout, TotalTimeout time.Duration
	// Retries is how often a failed connection is tried again; 0 means Twilio's 1, a negative number never.
	Retries int
	// ErrorStatusCode is the debugger's code for an answer of 400 and above. "" means 11200 (F-054, F-488); the newer
	// split of Twilio's codes has 11217.
	ErrorStatusCode string

	once      sync.Once
	transport *http.Transport
}

// Answer is what the app answered to the last attempt.
type Answer struct {
	Exchange    *journal.Exchange
	ContentType string
	Body        []byte // at most 64 KiB and one byte
	Chunked     bool   // it came in chunks
	Failure     *Failure
}

type limits struct{ connect, read, total time.Duration }

func (c *Client) limits() limits {
	return limits{or(c.ConnectTimeout, connectTimeout), or(c.ReadTimeout, readTimeout), or(c.TotalTimeout, totalTimeout)}
}

func or(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// Do calls the app, and calls it again where no connection was made, as often as Retries allows. It hands every attempt
// to record when it has ended, and returns the last one's answer.
func (c *Client) Do(ctx context.Context, r *Request, record func(*journal.Exchange)) *Answer {
	attempts := 1 + max(c.Retries, 0)
	if c.Retries == 0 {
		attempts = 1 + retries
	}
	limits := c.limits()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.total, errTotalTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		answer := c.attempt(ctx, r, attempt, limits)
		record(answer.Exchange)
		f := answer.Failure
		if f == nil || !f.Connect || attempt == attempts || ctx.Err() != nil {
			return answer
		}
	}
}

// attempt makes one request, and puts what happened into an exchange.
func (c *Client) attempt(ctx context.Context, r *Request, attempt int, limits limits) *Answer {
	dialed, routed := c.Routes.Local(r.SignedURL())
	watch := &watch{limits: limits}
	ctx, stop := watch.start(ctx)
	defer stop()
	body := r.body()
	req, err := r.build(ctx, dialed, body)
	if err != nil {
		req = &http.Request{Header: http.Header{}}
	} else if routed {
		r.forward(req)
	}
	answer := &Answer{Exchange: r.exchange(req, dialed, body, attempt)}
	x := answer.Exchange
	x.Real = clock.Wall().UTC()
	if err != nil {
		answer.Failure = &Failure{Code: CodeInvalidURL, Text: err.Error()}
	} else if answer.Failure = c.refuse(req.URL); answer.Failure == nil {
		if err := c.roundTrip(req, answer); err != nil {
			answer.Failure = classify(err, context.Cause(ctx), watch.connected, limits)
		}
		x.Duration = clock.Wall().Sub(x.Real)
	}
	if f := answer.Failure; f != nil {
		x.Code, x.Error = f.Code, f.Text
	}
	return answer
}

// watch sees an attempt get its connection. From then on the read timeout runs (F-042), and what fails is not tried again.
type watch struct {
	limits    limits
	connected bool
	timer     *time.Timer
}

// start returns the context of the attempt. stop must be called when it has ended.
func (w *watch) start(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	got := func(httptrace.GotConnInfo) {
		w.connected = true
		if w.limits.read < w.limits.total && w.timer == nil {
			w.timer = time.AfterFunc(w.limits.read, func() { cancel(errReadTimeout) })
		}
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: got}), func() {
		if w.timer != nil {
			w.timer.Stop()
		}
		cancel(nil)
	}
}

// refuse keeps a request on this machine unless its host was allowed.
func (c *Client) refuse(dialed *url.URL) *Failure {
	if isLocal(dialed) {
		return nil
	}
	host := hostPort(dialed)
	if c.Allow != nil && c.Allow(host) {
		return nil
	}
	return &Failure{Code: CodeOutside, Text: "nobody allowed " + host,
		Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " + host}
}

// roundTrip sends the request and reads the answer into answer and its exchange.
func (c *Client) roundTrip(req *http.Request, answer *Answer) error {
	c.once.Do(c.dialWith)
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	x := answer.Exchange
	x.Status, x.ResponseHeader = resp.StatusCode, journal.MakeHeader(resp.Header)
	answer.ContentType, answer.Chunked = resp.Header.Get("Content-Type"), slices.Contains(resp.TransferEncoding, "chunked")
	answer.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxBytes))
	x.ResponseBody, x.Truncated = string(answer.Body), len(answer.Body) == maxBytes
	if err != nil {
		return err
	}
	answer.Failure = c.refused(resp)
	return nil
}

// refused tells a response that Twilio takes for a failure by its status.
func (c *Client) refused(resp *http.Response) *Failure {
	switch {
	case resp.StatusCode >= 400: // F-054
		code := c.ErrorStatusCode
		if code == "" {
			code = CodeRetrieval
		}
		return &Failure{Code: code, Text: "the app answered " + strconv.Itoa(resp.StatusCode)}
	case slices.Contains(followed, resp.StatusCode) && resp.Header.Get("Location") != "":
		return &Failure{Code: CodeRedirect, Text: "the app redirected to " + strconv.Quote(resp.Header.Get("Location")) +
			"; Twilio would follow, this version of twilsim does not", Try: "set the webhook to the final URL"}
	case resp.StatusCode >= 300 && resp.Header.Get("Location") == "":
		return &Failure{Code: CodeInvalidRedirect, Text: "the app answered " + strconv.Itoa(resp.StatusCode) + " without a Location",
			Try: "redirect with 301, 302, 303 or 307, and a Location"}
	case resp.StatusCode >= 300: // F-055
		return &Failure{Code: CodeInvalidRedirect, Text: "the app answered " + strconv.Itoa(resp.StatusCode) + " with Location " +
			strconv.Quote(resp.Header.Get("Location")), Try: "redirect with 301, 302, 303 or 307, and a Location"}
	}
	return nil
}

// followed are the redirects that Twilio follows (F-055).
var followed = []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect}

// dialWith makes the transport on first use, when the fields are set.
func (c *Client) dialWith() {
	dialer := &net.Dialer{Timeout: c.limits().connect}
	c.transport = &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, loopback(address))
		},
		TLSHandshakeTimeout:    c.limits().connect,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // Twilio speaks HTTP/1.1
		DisableCompression:     true,                                                   // what is sent is what is logged
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// loopback leads every name below .localhost to this machine, as RFC 6761 has it, so that no resolver is asked for it.
func loopback(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || !isLocalhost(host) {
		return address
	}
	return net.JoinHostPort("localhost", port)
}

// Close closes the connections that are idle. The client may be used again.
func (c *Client) Close() {
	c.once.Do(c.dialWith)
	c.transport.CloseIdleConnections()
}
