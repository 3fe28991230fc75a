package messaging

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
)

// Service is a Messaging Service: a pool of senders with settings of its own, under Twilio's names (G.1).
type Service struct {
	SID                       string // MG and 32 hex digits
	FriendlyName              string // F-410
	InboundRequestURL         string // F-411; "" for none
	InboundMethod             string
	FallbackURL               string // F-412
	FallbackMethod            string
	StatusCallback            string // F-413
	UseInboundWebhookOnNumber bool   // F-414
	StickySender              bool   // F-415
	MmsConverter              bool   // kept, and without effect
	SmartEncoding             bool
	AreaCodeGeomatch          bool
	ValidityPeriod            int    // seconds (F-416)
	FallbackToLongCode        bool   // F-417: kept, and without effect, as the next two
	ScanMessageContent        string // F-418
	SynchronousValidation     bool
	Usecase                   string // F-419
	Created, Updated          time.Time
	// AdvancedOptOut is set in Twilio's console, and by [Account.SetAdvancedOptOut]; it is no field of the API (F-452).
	AdvancedOptOut bool

	pool   []Sender
	sticky *recent[string, stuckTo] // by recipient (F-428)
}

// maxFriendlyName is in characters (F-410).
const maxFriendlyName = 64

// set takes the parameters of a create or an update.
func (s *Service) set(values url.Values, a *Account) error {
	f := form{values: values}
	f.text("FriendlyName", &s.FriendlyName)
	f.url("InboundRequestUrl", &s.InboundRequestURL, a.webhookURL)
	f.method("InboundMethod", &s.InboundMethod)
	f.url("FallbackUrl", &s.FallbackURL, a.webhookURL)
	f.method("FallbackMethod", &s.FallbackMethod)
	f.url("StatusCallback", &s.StatusCallback, checkedURL)
	f.bool("UseInboundWebhookOnNumber", &s.UseInboundWebhookOnNumber)
	f.bool("StickySender", &s.StickySender)
	f.bool("MmsConverter", &s.MmsConverter)
	f.bool("SmartEncoding", &s.SmartEncoding)
	f.bool("AreaCodeGeomatch", &s.AreaCodeGeomatch)
	f.bool("FallbackToLongCode", &s.FallbackToLongCode)
	f.bool("SynchronousValidation", &s.SynchronousValidation)
	f.text("Usecase", &s.Usecase)
	if value, ok := f.get("ScanMessageContent"); ok {
		f.among("ScanMessageContent", value, "inherit", "enable", "disable")
		s.ScanMessageContent = value
	}
	if value, ok := f.get("ValidityPeriod"); ok {
		if s.ValidityPeriod, ok = parseValidity(value); !ok {
			return apierr.New(apierr.BadValidity)
		}
	}
	switch n := utf8.RuneCountInString(s.FriendlyName); {
	case f.err != nil:
		return f.err
	case n == 0:
		return apierr.Invalid("FriendlyName is required")
	case n > maxFriendlyName:
		return apierr.Invalid("FriendlyName has at most %d characters, this one %d", maxFriendlyName, n)
	}
	return nil
}

// maxValidity is the longest validity period and the default, in seconds (F-336, F-416).
const maxValidity = 36000

// parseValidity reads a validity period in seconds.
func parseValidity(value string) (int, bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil && n >= 1 && n <= maxValidity
}

// CreateService makes a Messaging Service of the parameters of Twilio's API. Its errors are of type [*apierr.Error].
func (a *Account) CreateService(values url.Values) (Service, error) {
	now := a.Clock.Now()
	s := &Service{
		InboundMethod: http.MethodPost, FallbackMethod: http.MethodPost,
		StickySender: true, MmsConverter: true, AreaCodeGeomatch: true, // F-415: as in the example of the API's description
		ValidityPeriod: maxValidity, ScanMessageContent: "inherit", Usecase: "undeclared", Created: now, Updated: now,
		sticky: newRecent[string, stuckTo](manyRecipients),
	}
	if err := s.set(values, a); err != nil {
		return Service{}, err
	}
	s.SID = a.ids.Next("MG")
	a.mu.Lock()
	a.services[s.SID] = s
	created := *s
	a.mu.Unlock()
	a.changed("service " + s.SID)
	return created, nil
}

// UpdateService changes the parameters of a service that are given.
func (a *Account) UpdateService(sid string, values url.Values) (Service, error) {
	changed, ok := a.Service(sid)
	if !ok {
		return Service{}, apierr.NotFound()
	}
	if err := changed.set(values, a); err != nil {
		return Service{}, err
	}
	changed.Updated = a.Clock.Now()
	a.mu.Lock()
	if s := a.services[sid]; s != nil {
		pool, sticky, advanced := s.pool, s.sticky, s.AdvancedOptOut
		*s = changed
		s.pool, s.sticky, s.AdvancedOptOut = pool, sticky, advanced
	}
	a.mu.Unlock()
	a.changed("service " + sid)
	return changed, nil
}

// DeleteService forgets a service and frees its senders (F-426).
func (a *Account) DeleteService(sid string) error {
	a.mu.Lock()
	_, ok := a.services[sid]
	delete(a.services, sid)
	a.mu.Unlock()
	if !ok {
		return apierr.NotFound()
	}
	a.changed("service " + sid + " deleted")
	return nil
}

// Service returns a service, and whether there is one.
func (a *Account) Service(sid string) (Service, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.services[sid]; s != nil {
		return *s, true
	}
	return Service{}, false
}

// Services returns the account's services, newest first.
func (a *Account) Services() []Service {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make(map[string]Service, len(a.services))
	for sid, s := range a.services {
		all[sid] = *s
	}
	return newestFirst(all, func(s Service) (time.Time, string) { return s.Created, s.SID })
}

// serviceOfLocked finds the service whose pool has the address, nil for none.
func (a *Account) serviceOfLocked(addr string) *Service {
	for _, s := range a.services {
		if slices.ContainsFunc(s.pool, func(m Sender) bool { return m.Address == addr }) {
			return s
		}
	}
	return nil
}

// has reports whether the address is in the pool.
func (s Service) has(addr string) bool {
	return slices.ContainsFunc(s.pool, func(m Sender) bool { return m.Address == addr })
}

// serviceDelay is how long a service takes to choose a sender [inferred].
const serviceDelay = 100 * time.Millisecond

// sendByService takes a message on and has the service send it, now or at its time. What depends on the recipient fails
// later (F-232).
func (a *Account) sendByService(o outgoing) (*Message, error) {
	if outcome, ok := carrier.Magic(address.Bare(o.facts.To)); ok && outcome.Refuse == apierr.RateLimited {
		return nil, a.refuse(outcome.Refuse, o.facts.To, o.facts.From, o.via())
	}
	m := a.create(o)
	switch {
	case !o.sendAt.IsZero():
		a.mu.Lock()
		m.start = o.sendAt // the script's times, and the validity period, count from there
		m.due = a.Clock.At(o.sendAt, m.orchestrate)
		a.mu.Unlock()
	case a.Rules.Races(about(o.facts)):
		m.orchestrate()
	default:
		a.mu.Lock()
		m.due = a.Clock.At(m.start.Add(serviceDelay), m.orchestrate)
		a.mu.Unlock()
	}
	return m, nil
}

// orchestrate gives a message of a service its sender and queues it. It fails for want of a sender, or for an opt-out.
func (m *Message) orchestrate() {
	a := m.account
	f := m.Facts()
	found := f.From != ""
	if !found {
		f.From, found = a.chooseSender(f.MessagingServiceSID, f.To)
	}
	a.mu.Lock()
	if m.resets != a.resets || f.Status != m.facts.Status || f.Status != carrier.Accepted && f.Status != carrier.Scheduled {
		a.mu.Unlock()
		return // it was canceled, or moved by hand
	}
	m.due = nil
	if found {
		m.facts.From, m.facts.NumSegments = f.From, m.segments
	}
	a.mu.Unlock()
	if !found { // F-429
		a.play(m, carrier.Script{{Status: carrier.Failed, Code: apierr.NoSender, Copies: 1}}, "service", false)
		return
	}
	p := a.decide(f)
	p.then.Script = queuedFirst(p.then, a.Clock.Now().Sub(m.start))
	p.then.Refuse = 0
	a.carry(m, p)
}

// queuedFirst puts the step that every message of a service takes before its delivery in front of the script. One whose
// recipient opted out fails without it (F-232).
func queuedFirst(then carrier.Then, at time.Duration) carrier.Script {
	script := refusable(then)
	if then.Refuse == apierr.Unsubscribed || len(script) > 0 && script[0].Status == carrier.Queued {
		return script
	}
	return append(carrier.Script{{Status: carrier.Queued, At: at, Send: at, Copies: 1}}, script...) // F-156
}
