package webhook

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
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
	Chunked     bool   // the length was not announced
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
	dialed, _ := c.Routes.Local(r.SignedURL())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := r.build(ctx, dialed)
	if err != nil {
		req = &http.Request{Header: http.Header{}}
		return &Answer{Exchange: r.exchange(req, dialed, attempt), Failure: &Failure{Code: CodeInvalidURL, Text: err.Error()}}
	}
	answer := &Answer{Exchange: r.exchange(req, dialed, attempt)}
	x := answer.Exchange
	x.Real = clock.Wall().UTC()
	if answer.Failure = c.refuse(dialed); answer.Failure == nil {
		if limits.read < limits.total {
			timer := time.AfterFunc(limits.read, func() { cancel(errReadTimeout) })
			defer timer.Stop()
		}
		err := c.roundTrip(req, answer)
		x.Duration = clock.Wall().Sub(x.Real)
		if err != nil {
			answer.Failure = classify(err, context.Cause(ctx), limits)
		}
	}
	if f := answer.Failure; f != nil {
		x.Code, x.Error = f.Code, f.Text
	}
	return answer
}

// refuse keeps a request on this machine unless its host was allowed.
func (c *Client) refuse(dialed string) *Failure {
	if IsLocal(dialed) || c.Allow != nil && c.Allow(HostPort(dialed)) {
		return nil
	}
	return &Failure{Code: CodeOutside, Text: "not called: " + HostPort(dialed) + " is outside this machine",
		Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " + HostPort(dialed)}
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
	answer.ContentType, answer.Chunked = resp.Header.Get("Content-Type"), resp.ContentLength < 0
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
	case resp.StatusCode >= 300:
		return &Failure{Code: CodeRedirect, Text: "the app redirected to " + strconv.Quote(resp.Header.Get("Location")) +
			"; Twilio would follow, this version of twilsim does not", Try: "set the webhook to the final URL"}
	}
	return nil
}

// dialWith makes the transport on first use, when the fields are set.
func (c *Client) dialWith() {
	dialer := &net.Dialer{Timeout: c.limits().connect}
	c.transport = &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    c.limits().connect,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // Twilio speaks HTTP/1.1
		DisableCompression:     true,                                                   // what is sent is what is logged
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// Close closes the connections that are idle. The client may be used again.
func (c *Client) Close() {
	c.once.Do(c.dialWith)
	c.transport.CloseIdleConnections()
}
