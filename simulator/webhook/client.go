package webhook

import (
	"cmp"
	"context"
	"net/http"
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
	// maxBytes is how much of an answer is read: the limit of a TwiML document (F-057) and one byte
	// more, which shows that the document is too large.
	maxBytes = 64<<10 + 1
	// idleConnections is how many connections to one app stay open between calls.
	idleConnections = 64
	// idleTime is how long they stay open. It is shorter than the idle time of apps (gunicorn 2 s,
	// Node 5 s), because a request on a connection that the app is closing is lost.
	idleTime = time.Second
)

// Client calls the app. The zero Client works, with Twilio's limits, and calls this machine only. A
// Client must not be copied after its first use. It is safe for concurrent use; set its fields
// before. All accounts of a server share one.
type Client struct {
	// Routes find where public URLs are served; nil changes no URL. [Routes] is a fixed table.
	Routes interface {
		// Local returns the URL to call for a public one, and whether it is another one.
		Local(public string) (string, bool)
	}
	// Allow reports whether a host outside this machine, with its port, may be called. Nil allows
	// none: a call there fails with SIM-1 and nothing is sent.
	Allow func(hostPort string) bool
	// ConnectTimeout, ReadTimeout and TotalTimeout are in real time; 0 means Twilio's 5, 15 and 15
	// seconds. They and Retries are the defaults that a URL's fragment can override.
	ConnectTimeout, ReadTimeout, TotalTimeout time.Duration
	// Retries is how often a failed connection is tried again; 0 means Twilio's 1, a negative number
	// none.
	Retries int
	// MaxCalls is how many calls are in flight at once; 0 means 1024. The others wait, which takes
	// none of their own time.
	MaxCalls int
	// InsecureSkipVerify accepts any certificate, for development servers with a self-signed one.
	InsecureSkipVerify bool
	// ErrorStatusCode is the debugger's code for an answer of 400 and above. "" means 11200 (F-054,
	// F-488); the newer split of Twilio's codes has 11217.
	ErrorStatusCode string

	// Wrap returns the transport of a request, from the one that it would use. The transport finds
	// the request's own fields with [RequestOf]. Nil changes nothing.
	Wrap func(http.RoundTripper) http.RoundTripper

	once      sync.Once
	usual     connection
	transport *http.Transport // makes connections without overrides
	direct    *direct         // sends what it can over these
	cookies   cookies
	slots     chan struct{} // one for each call in flight

	mu        sync.Mutex
	others    map[connection]*http.Transport
	endpoints map[string]*endpoint // by URL
}

// Answer is what the app answered to the last request. It always has an Exchange.
type Answer struct {
	Exchange    *journal.Exchange
	ContentType string
	Body        []byte        // at most 64 KiB and one byte, decompressed
	Chunked     bool          // it had Transfer-Encoding: chunked
	Limit       time.Duration // how long Twilio would have waited for it; 0 if no request was made
	Dropped     bool          // no request was made, on purpose: see [fault.Drop]
	// Signed is the dialled URL as the signature has it; "" if it was sent so (see [Wire]).
	Signed  string
	Failure *Failure
	// Unanswered is how much time passes at Twilio until it gives up, of which the request took only
	// its Patience. It is 0 if the request took all its time, or was answered.
	Unanswered time.Duration
}

// Clone returns a client with the same settings. It has connections and cookies of its own.
func (c *Client) Clone() *Client {
	return &Client{
		Routes: c.Routes, Allow: c.Allow,
		ConnectTimeout: c.ConnectTimeout, ReadTimeout: c.ReadTimeout, TotalTimeout: c.TotalTimeout,
		Retries: c.Retries, MaxCalls: c.MaxCalls, InsecureSkipVerify: c.InsecureSkipVerify,
		ErrorStatusCode: c.ErrorStatusCode,
		Wrap:            c.Wrap,
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
	return limits{cmp.Or(c.ConnectTimeout, connectTimeout), cmp.Or(c.ReadTimeout, readTimeout),
		cmp.Or(c.TotalTimeout, totalTimeout)}
}

// settings returns the settings of a webhook without overrides.
func (c *Client) settings() settings {
	s := settings{limits: c.limits(), retries: max(c.Retries, 0), policy: retryConnect}
	if c.Retries == 0 {
		s.retries = retries
	}
	return s
}

// do makes one delivery of [Client.Do]: a request with its retries, redirects and challenges. The
// total time counts for all requests together, and ends retries, too.
func (c *Client) do(ctx context.Context, r *Request, record func(*journal.Exchange, bool)) *Answer {
	d := &delivery{client: c, settings: c.settings(), pair: pairOf(r), attempt: 1}
	if r.Sink {
		r = d.asSink(r)
	} else if f := d.override(r.URL); f != nil {
		answer := d.unsent(r, f)
		record(answer.Exchange, true)
		return answer
	}
	if r.RetryOn5xx {
		d.policy |= retry5xx
	}
	entered := c.enter(ctx)
	defer c.leave(entered)
	d.until = clock.Wall().Add(d.total)
	for {
		s := d.step(ctx, r)
		retry := s.next == nil && d.retries > 0 && d.policy&s.kind != 0 && ctx.Err() == nil &&
			clock.Wall().Before(d.until)
		record(s.answer.Exchange, s.next == nil && !retry)
		switch {
		case s.next != nil:
			r = s.next
		case retry:
			d.retries--
			d.attempt++
			r = r.anew()
		default:
			return s.answer
		}
	}
}

// refuse returns the failure of a request to a host outside this machine that is not allowed. It
// looks at the URL that is called, and not at the signed one: a route may lead to this machine.
func (c *Client) refuse(dialed *endpoint) *Failure {
	if dialed.local {
		return nil
	}
	host := hostPort(dialed.url)
	if c.Allow != nil && c.Allow(host) {
		return nil
	}
	return &Failure{Code: CodeOutside, Text: "host " + host + " is not allowed",
		Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " + host}
}
