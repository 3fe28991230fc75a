package links

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"twilsim/simulator/lazy"
	"twilsim/simulator/messaging"
	"twilsim/simulator/quirk"
)

const productName = "links"

// Product makes the state of an account.
var Product = messaging.ProductType{Name: productName, Open: open}

// most is how many links are kept; the oldest are forgotten.
const most = 10_000

// Domain is the configuration of a domain (F-802).
type Domain struct {
	SID               string    `json:"sid"`
	ConfigSID         string    `json:"config_sid"`
	FallbackURL       string    `json:"fallback_url"`
	CallbackURL       string    `json:"callback_url"`
	ContinueOnFailure bool      `json:"continue_on_failure"`
	DisableHTTPS      bool      `json:"disable_https"`
	Services          []string  `json:"services"` // the Messaging Services that use it
	Created           time.Time `json:"created"`
	Updated           time.Time `json:"updated"`
}

// Link is a short link in a message.
type Link struct {
	Number  int       `json:"number"`
	Token   string    `json:"token"` // behind the domain
	Short   string    `json:"short"`
	Long    string    `json:"long"`
	Domain  string    `json:"domain"` // its SID
	Message string    `json:"message"`
	Service string    `json:"service"`
	To      string    `json:"to"`
	Created time.Time `json:"created"`
	Clicks  int       `json:"clicks"`
}

// State is what an account has of Link Shortening. It is safe for concurrent use.
type State struct {
	account *messaging.Account

	mu      sync.Mutex
	random  *rand.Rand
	domains map[string]*Domain // by SID
	links   map[string]*Link   // by token
	order   []string           // tokens, oldest first
	last    int
}

// Of returns the state of an account, which is made at the first use.
func Of(a *messaging.Account) *State { return a.Product(Product).(*State) }

func open(a *messaging.Account) messaging.Product {
	return &State{account: a, random: a.Rand("links"), domains: map[string]*Domain{},
		links: map[string]*Link{}}
}

// Domain returns a domain's configuration. A domain that was not configured has the defaults. Its
// Services must not be changed.
func (s *State) Domain(sid string) Domain {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.domainLocked(sid)
}

func (s *State) domainLocked(sid string) *Domain {
	d, ok := s.domains[sid]
	if !ok {
		now := s.account.Clock.Now()
		d = &Domain{SID: sid, ConfigSID: s.account.NextSID("ZK"), Created: now, Updated: now}
		s.domains[sid] = d
	}
	return d
}

// Configure changes a domain's configuration. The error is that of change, which then has no
// effect; it must not use the state.
func (s *State) Configure(sid string, change func(*Domain) error) (Domain, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.domainLocked(sid)
	changed := *d
	if err := change(&changed); err != nil {
		return Domain{}, err
	}
	changed.Updated = s.account.Clock.Now()
	*d = changed
	s.touch(storedDomain, sid)
	return changed, nil
}

// Associate has a Messaging Service use a domain (F-803).
func (s *State) Associate(domain, service string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dissociateLocked(service)
	d := s.domainLocked(domain)
	d.Services = append(d.Services, service)
	s.touch(storedDomain, domain)
}

// Dissociate ends that, and reports whether the service used the domain.
func (s *State) Dissociate(domain, service string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dissociateLocked(service) == domain
}

func (s *State) dissociateLocked(service string) (domain string) {
	for sid, d := range s.domains {
		for i, used := range d.Services {
			if used == service {
				d.Services = append(d.Services[:i:i], d.Services[i+1:]...)
				s.touch(storedDomain, sid)
				return sid
			}
		}
	}
	return ""
}

// DomainOf returns the SID of the domain that a service uses, "" for none.
func (s *State) DomainOf(service string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.domainOfLocked(service)
}

func (s *State) domainOfLocked(service string) string {
	for sid, d := range s.domains {
		if slices.Contains(d.Services, service) {
			return sid
		}
	}
	return ""
}

// long finds the links of a text: http and https URLs.
var long = lazy.Regexp(`https?://[^\s<>"]+[^\s<>".,;:!?)\]]`)

// Shorten implements [messaging.Shortener]: it returns a text with short links, and what to call
// with the message that has it. ok is false if the service has no domain. Without the call of sent
// nothing is kept, since the message was refused.
func (s *State) Shorten(service, text string) (short string, sent func(*messaging.Message),
	ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	domain := s.domainOfLocked(service)
	if domain == "" {
		return text, nil, false
	}
	scheme, name := "https://", s.name()
	if s.domains[domain].DisableHTTPS {
		scheme = "http://"
	}
	var made []*Link
	short = long().ReplaceAllStringFunc(text, func(url string) string {
		s.last++
		l := &Link{Number: s.last, Token: s.tokenLocked(), Long: url, Domain: domain,
			Service: service, Created: s.account.Clock.Now()}
		l.Short = scheme + name + "/" + l.Token
		made = append(made, l)
		return l.Short
	})
	return short, func(m *messaging.Message) { s.keep(m, made) }, true
}

// name is the name of all domains.
func (s *State) name() string {
	quirks := s.account.Quirks()
	return quirks.Get(quirk.LinkDomain)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// tokenLocked returns ten letters and digits (F-800).
func (s *State) tokenLocked() string {
	token := make([]byte, 10)
	for i := range token {
		token[i] = alphabet[s.random.IntN(len(alphabet))]
	}
	return string(token)
}

// keep keeps the links of a message that was sent. The event is made here, because it names the
// message.
func (s *State) keep(m *messaging.Message, made []*Link) {
	f := m.Snapshot()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range made {
		l.Message, l.To = f.SID, f.To
		s.links[l.Token] = l
		s.order = append(s.order, l.Token)
		s.touch(storedLink, l.Token)
		s.tellLocked(l, f.From)
	}
	for len(s.order) > most {
		delete(s.links, s.order[0])
		s.touch(storedLink, s.order[0])
		s.order = s.order[1:]
	}
}

// The kinds of stored entries. The key of each is its kind and its SID or token.
const (
	storedDomain = "domain"
	storedLink   = "link"
)

// touch has an entry stored. It is told of deleted entries, too: Stored then has none.
func (s *State) touch(kind, id string) {
	s.account.Touch(messaging.ProductType{Name: productName}, kind+" "+id)
}

// Reset implements [messaging.Product]. Domains stay, as phone numbers do.
func (s *State) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range s.order {
		s.touch(storedLink, token)
	}
	clear(s.links)
	s.order = nil
}

// entriesLocked returns what is stored of the state.
func (s *State) entriesLocked() messaging.Entries {
	return messaging.Entries{
		storedDomain: messaging.KindOf(s.domains, func(d *Domain) any { return *d },
			func(id string, d *Domain) { s.domains[id] = d }),
		storedLink: messaging.KindOf(s.links, func(l *Link) any { return *l },
			func(id string, l *Link) { s.links[id], s.last = l, max(s.last, l.Number) }),
	}
}

// Keys implements [messaging.Product].
func (s *State) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Keys()
}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Stored(key)
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Restore(key, value)
}

// Resume implements [messaging.Product].
func (s *State) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = byNumber(s.links)
}
