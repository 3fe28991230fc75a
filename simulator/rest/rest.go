package rest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/schema"

	"twilsim/simulator/apierr"
	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
)

// Handler serves the API of a server's accounts. Set its fields before its first use. It is safe for concurrent use.
type Handler struct {
	// Accounts are whom it serves.
	Accounts *messaging.Accounts
	// Seed is what the SIDs of requests and the chance of rules about the API come from.
	Seed uint64
	// Unmodelled is called with every request that is not simulated; nil for nobody.
	Unmodelled func(*http.Request)

	once       sync.Once
	routes     []route
	decoder    *schema.Decoder
	common     []string // the parameters of messageForm
	ids        *sid.Source
	concurrent atomic.Int64
	buffers    sync.Pool // *[]byte, for bodies

	mu   sync.Mutex
	dice *rand.Rand
}

func (h *Handler) start() {
	h.ids = sid.New(h.Seed).Fork("rest")
	h.dice = h.ids.Rand("faults")
	h.decoder = schema.NewDecoder()
	h.routes = routes()
	h.common = parameters[messageForm]("")
	h.buffers.New = func() any { return new([]byte) }
	h.decoder.IgnoreUnknownKeys(true) // F-350
}

// chance draws for a rule with a chance.
func (h *Handler) chance() float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dice.Float64()
}

// request is one request under way.
type request struct {
	*http.Request
	handler *Handler
	product product
	format  format
	route   *route    // nil where none fits
	vars    [3]string // what the {names} of the route's pattern stand for
	form    url.Values
	body    string
	arrived time.Time // on the clock of the accounts

	user    *messaging.Account // whose credentials they are; nil before they were checked
	account *messaging.Account // whose resources they are, and whose journal has the request
	about   string             // the SID of the message that it is about
	note    string             // what went wrong, in words
	fact    string             // the fact behind a refusal, as F-192
	// For the alerts about it: what of it is not simulated, and the parameters that nobody knows.
	unmodelled string
	unknown    []string
}

// format is the form of an answer: by the path's suffix (F-382).
type format uint8

const (
	inJSON format = iota
	inXML
	inFile // no suffix: XML, but for the bytes of a file (F-400)
)

// answer is what a request gets. One of object, page and file is set, or none of them.
type answer struct {
	status int
	name   string // of the XML element
	object object
	page   *page
	file   *messaging.Media
}

// list answers a page.
func (r *request) list(p *page) *answer { return &answer{status: http.StatusOK, page: p} }

// noContent answers a DELETE (F-316).
var noContent = &answer{status: http.StatusNoContent}

// ServeHTTP answers as Twilio would, where twilsim knows how.
func (h *Handler) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	h.once.Do(h.start)
	h.concurrent.Add(1)
	defer h.concurrent.Add(-1)
	started := clock.Wall()
	r := h.newRequest(hr)
	end := r.account.Clock.Begin()
	defer func() { end() }()
	switch rule, ok := r.fault(); {
	case ok && rule.Respond.Timeout > 0:
		end() // an advance must not wait for it
		there := r.wait(rule, started)
		end = r.account.Clock.Begin()
		if !there {
			return
		}
	case ok:
		r.fail(w, rule, started)
		return
	}
	a, err := r.serve(hr.Context())
	r.write(w, a, err, started)
}

// newRequest takes a request apart. Its account is that of the path where there is one, else the main one.
func (h *Handler) newRequest(hr *http.Request) *request {
	r := &request{Request: hr, handler: h}
	r.readBody()
	r.resolve()
	r.account = h.Accounts.Main()
	r.arrived = r.account.Clock.Now()
	if r.product == coreAPI {
		if a, ok := h.Accounts.Account(r.vars[0]); ok {
			r.account = a
		}
	}
	return r
}

// serve finds out who asks, and does what the route says.
func (r *request) serve(ctx context.Context) (*answer, error) {
	if r.route == nil {
		return nil, r.refuseUnmodelled("")
	}
	if r.tooLarge() {
		return nil, apierr.New(apierr.TooLarge)
	}
	if err := r.authenticate(); err != nil {
		return nil, err
	}
	if r.route.serve == nil {
		return nil, apierr.New(apierr.MethodNotAllowed) // F-322
	}
	if name, ok := r.refused(); ok {
		return nil, r.refuseUnmodelled(" with " + name)
	}
	r.findUnknown()
	return r.route.serve(ctx, r)
}

// path is the path of the request as its answer repeats it.
func (r *request) path() string { return r.URL.Path }

// base stands before a path in a link: nothing on the 2010 API, whose links are relative; on v1 the host under which the
// request came, because SDKs follow these links as they stand (F-423).
func (r *request) base() string {
	if r.product == coreAPI {
		return ""
	}
	if IsTwilio(r.Host) || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// uri is the relative link of a resource: with .json in JSON, without a suffix in XML (F-354, F-383).
func (r *request) uri(path string) string {
	if r.format == inJSON {
		return path + ".json"
	}
	return path
}

// root is the path of the account's resources.
func root(account string) string { return "/2010-04-01/Accounts/" + account }

// IsTwilio reports whether the host is one of Twilio's, edges and regions included (F-468).
func IsTwilio(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return strings.HasSuffix(strings.ToLower(name), ".twilio.com")
}
