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
	"twilsim/simulator/numbers"
	"twilsim/simulator/sid"
)

// Handler serves Twilio's API for a set of accounts. Set its fields before its first use. It is
// safe for concurrent use.
type Handler struct {
	// Accounts are the accounts that it serves. It must not be nil.
	Accounts *messaging.Accounts
	// Unmodelled is called with every request that is not simulated. It may be nil.
	Unmodelled func(*http.Request)

	once       sync.Once
	byLength   map[int][]*route // the routes, by the number of their parts
	decoder    *schema.Decoder
	common     []string // the parameters of messageForm
	ids        *sid.Source
	stock      *numbers.Stock
	concurrent atomic.Int64 // requests that are being served
	buffers    sync.Pool    // *[]byte, for bodies

	mu     sync.Mutex
	random *rand.Rand // for rules with a chance
}

// start runs at the first request and not in a constructor, because the zero Handler with its
// fields set must work.
func (h *Handler) start() {
	h.ids = h.Accounts.SIDs("rest")
	h.random = h.ids.Rand("faults")
	h.stock = numbers.New(h.ids.Rand("stock").Uint64())
	h.decoder, h.byLength, h.common = shared().decoder, shared().byLength, shared().common
	h.buffers.New = func() any { return new([]byte) }
}

// shared is what all handlers of a program have in common, because it never changes: the bug search
// makes a thousand servers a second.
var shared = sync.OnceValue(func() tables {
	t := tables{decoder: schema.NewDecoder(), byLength: map[int][]*route{},
		common: parameters[messageForm]("")}
	routes := allRoutes()
	for i := range routes {
		n := len(routes[i].parts)
		t.byLength[n] = append(t.byLength[n], &routes[i])
	}
	t.decoder.IgnoreUnknownKeys(true) // F-350
	return t
})

type tables struct {
	decoder  *schema.Decoder
	byLength map[int][]*route
	common   []string
}

// chance draws a number from 0 to 1 for a rule with a chance.
func (h *Handler) chance() float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.random.Float64()
}

// request is a request that is being served, and what is known about it so far.
type request struct {
	*http.Request
	handler *Handler
	product product
	format  format
	route   *route // nil if no route matches
	// no pattern has more than three names; matches would panic for a fourth
	vars    [3]string // the values of the {names} in the route's pattern
	form    url.Values
	body    string
	arrived time.Time // on the account's clock
	counted bool      // whether it is among the requests that are being served

	user       *messaging.Account // the owner of the credentials; nil before they are checked
	account    *messaging.Account // the owner of the resources; its journal has the request
	messageSID string             // of the message that the request is about; "" for none
	note       string             // what went wrong, in words
	fact       string             // the fact behind a refusal, as F-192
	unmodelled string             // what of the request is not simulated, for an alert
	unknown    []string           // parameters that Twilio does not know, for alerts
}

// format is the format of an answer. The suffix of the path chooses it (F-382).
type format uint8

const (
	inJSON format = iota
	inXML
	inFile // no suffix: the bytes of a media file (F-400), XML for everything else
)

// answer is the response to a request. At most one of object, page and file is set.
type answer struct {
	status int    // of HTTP
	name   string // of the object's XML element
	object object
	page   *page
	file   *messaging.Media
	link   string // where a redirect leads
	fields *fields
}

// fields is room for the fields of one message. A create is the most frequent request, and this was
// the largest of what it left to the garbage collector.
type fields struct {
	list  [24]field
	links [2]field // the subresources
	inner inner    // the same, as a value
}

var freeFields = sync.Pool{New: func() any { return new(fields) }}

// release gives the room of the object back. The object is not used any more.
func (a *answer) release() {
	if a.fields != nil {
		*a.fields = fields{}
		freeFields.Put(a.fields)
		a.object, a.fields = nil, nil
	}
}

// list returns the answer with a page of a list.
func (r *request) list(p *page) *answer { return &answer{status: http.StatusOK, page: p} }

// noContent is the answer to a DELETE (F-316).
var noContent = &answer{status: http.StatusNoContent}

// ServeHTTP answers as Twilio would. What is not simulated it answers with HTTP 501. A rule about
// the API can delay the answer, replace it with an error, or break the connection.
func (h *Handler) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	h.once.Do(h.start)
	if strings.HasPrefix(hr.URL.Path, storagePath) {
		h.serveStorage(w, hr)
		return
	}
	started := clock.Wall()
	r := &request{Request: hr, handler: h}
	r.enter()
	defer r.leave()
	r.parse()
	// until then a virtual clock does not move, so that everything about one request has one time
	end := r.account.Clock.Begin()
	defer func() { end() }()
	plan := r.plan()
	switch rule, ok := r.respond(plan); {
	case ok && rule.Respond.Lost:
		_, _ = r.serve(hr.Context()) // whether it succeeds or not, the app is not told
		r.answering(plan)
		end() // an advance of the clock must not wait for this request
		r.lose(w, rule, started)
		end = r.account.Clock.Begin()
		return
	case ok && rule.Respond.Timeout > 0:
		end() // an advance of the clock must not wait for this request
		connected := r.wait(rule, started)
		end = r.account.Clock.Begin()
		if !connected {
			return
		}
	case ok:
		r.fail(w, rule, started)
		return
	}
	a, err := r.serve(hr.Context())
	r.answering(plan)
	r.write(w, a, err, started)
}

// enter counts the request among those that are being served (F-379).
func (r *request) enter() {
	r.handler.concurrent.Add(1)
	r.counted = true
}

// leave ends what enter began, once. It is called before the app can see the end of the request,
// because the app's next request may come before this one's handler has returned, and must not
// count it.
func (r *request) leave() {
	if r.counted {
		r.handler.concurrent.Add(-1)
		r.counted = false
	}
}

// parse reads a request. Its account is the one that the path names, else the main account. The
// account matters before the credentials are checked: rules apply to the request and the journal
// keeps it even if it is refused then.
func (r *request) parse() {
	h := r.handler
	r.readBody()
	r.resolve()
	r.account = h.Accounts.Main()
	r.arrived = r.account.Clock.Now()
	if r.product == coreAPI {
		if a, ok := h.Accounts.Account(r.vars[0]); ok {
			r.account = a
		}
	}
}

// serve checks the credentials and calls the route's handler. The order is Twilio's as far as it is
// known: a path that does not exist, a body that is too long, the credentials, the method (F-322).
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

// path returns the path of the request, which some answers repeat.
func (r *request) path() string { return r.URL.Path }

// base returns what comes before the path in a link. Links of the 2010 API are relative, so it is
// "". Those of v1 are absolute, and SDKs follow them without a change (F-423), so it is the host
// that the request was sent to.
func (r *request) base() string {
	if r.product == coreAPI {
		return ""
	}
	if IsTwilio(r.Host) || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// uri returns the relative link of a resource: with .json in JSON, without a suffix in XML (F-354,
// F-383).
func (r *request) uri(path string) string {
	if r.format == inJSON {
		return path + ".json"
	}
	return path
}

// root returns the path of an account's resources.
func root(account string) string { return "/2010-04-01/Accounts/" + account }

// IsTwilio reports whether a host, with or without a port, is one of Twilio's, including those of
// its edges and regions (F-468).
func IsTwilio(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return strings.HasSuffix(strings.ToLower(name), ".twilio.com")
}
