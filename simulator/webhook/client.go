package webhook

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

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
	// Routes find where public URLs are served; nil changes no URL. [Routes] is a fixed table.
	Routes interface {
		// Local returns the URL to call for a public one, and whether it is another one.
		Local(public string) (string, bool)
	}
	// Allow reports whether a host outside this machine, with its port, may be called. Nil allows none: a call there
	// fails with SIM-1 and nothing is sent.
	Allow func(hostPort string) bool
	// ConnectTimeout, ReadTimeout and TotalTimeout are in real time; 0 means Twilio's 5, 15 and 15 seconds. These and Retries
	// are what holds where a URL's fragment does not say otherwise.
	ConnectTimeout, ReadTimeout, TotalTimeout time.Duration
	// Retries is how often a failed connection is tried again; 0 means Twilio's 1, a negative number never.
	Retries int
	// InsecureSkipVerify takes any certificate, for a development server that signed its own.
	InsecureSkipVerify bool
	// ErrorStatusCode is the debugger's code for an answer of 400 and above. "" means 11200 (F-054, F-488); the newer
	// split of Twilio's codes has 11217.
	ErrorStatusCode string

	once      sync.Once
	usual     connection
	transport *http.Transport // makes usual connections
	cookies   cookies

	mu     sync.Mutex
	others map[connection]*http.Transport
}

// Answer is what the app answered to the last request.
type Answer struct {
	Exchange    *journal.Exchange
	ContentType string
	Body        []byte        // at most 64 KiB and one byte, out of its packing
	Chunked     bool          // it came in chunks
	Limit       time.Duration // how long Twilio would have waited for it; 0 where nobody was asked
	Dropped     bool          // there is none: the request was kept back on purpose, see [fault.Drop]
	Failure     *Failure
}

// Clone returns a client with the same settings. It has connections and cookies of its own.
func (c *Client) Clone() *Client {
	return &Client{
		Routes: c.Routes, Allow: c.Allow,
		ConnectTimeout: c.ConnectTimeout, ReadTimeout: c.ReadTimeout, TotalTimeout: c.TotalTimeout,
		Retries: c.Retries, InsecureSkipVerify: c.InsecureSkipVerify, ErrorStatusCode: c.ErrorStatusCode,
	}
}

// local returns the URL to call for a public one, and whether it is another one.
func (c *Client) local(public string) (string, bool) {
	if c.Routes == nil {
		return public, false
	}
	return c.Routes.Local(public)
}

type limits struct{ connect, read, total time.Duration }

func (c *Client) limits() limits {
	return limits{or(c.ConnectTimeout, connectTimeout), or(c.ReadTimeout, readTimeout), or(c.TotalTimeout, totalTimeout)}
}

// settings returns what a webhook without overrides is made with.
func (c *Client) settings() settings {
	s := settings{limits: c.limits(), retries: max(c.Retries, 0), policy: retryConnect}
	if c.Retries == 0 {
		s.retries = retries
	}
	return s
}

func or(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// do is [Client.Do] for a request whose fault, if it has one, holds for one delivery.
func (c *Client) do(ctx context.Context, r *Request, record func(*journal.Exchange)) *Answer {
	v := &visit{client: c, settings: c.settings(), pair: pairOf(r), attempt: 1}
	if f := v.override(r.URL); f != nil {
		answer := v.unsent(r, f)
		record(answer.Exchange)
		return answer
	}
	ctx, cancel := context.WithTimeoutCause(ctx, v.total, errTotalTimeout)
	defer cancel()
	for {
		s := v.step(ctx, r)
		record(s.answer.Exchange)
		switch {
		case s.next != nil:
			r = s.next
		case v.retries > 0 && v.policy&s.kind != 0 && ctx.Err() == nil:
			v.retries--
			v.attempt++
			r = r.anew()
		default:
			return s.answer
		}
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
