package simulator

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
	"twilsim/simulator/rest"
	"twilsim/simulator/webhook"
)

// What a Server's account is like when nothing else is said.
const (
	DefaultAccountSID  = "AC00000000000000000000000000000001"
	DefaultAuthToken   = "twilsimdevtoken"
	DefaultPhoneNumber = "+12025550100"
	DefaultSeed        = 1
)

// Server is the whole fake: Twilio's API and our own, on one port. Set its fields before its first use; the zero value
// works. It is an http.Handler and listens on nothing itself.
type Server struct {
	// AccountSID, AuthToken and PhoneNumber are the account's; "" means the Default of each.
	AccountSID, AuthToken, PhoneNumber string
	// Seed is what every SID, token and chance comes from; 0 means [DefaultSeed].
	Seed uint64
	// Clock is the account's time; nil is a real clock.
	Clock *clock.Clock
	// ForwardTo is the base URL of the app: the number's webhook is its /sms. "" leaves the number without a webhook.
	ForwardTo string
	// FallbackURL is asked where the number's webhook fails: an absolute URL, or a path of the app at ForwardTo, without which
	// it must not be. "" is none.
	FallbackURL string
	// Routes say where public URLs are served on this machine; see [webhook.Routes].
	Routes webhook.Routes
	// AllowHosts are the hosts outside this machine that may be called, as host or host:port. The hosts of ForwardTo,
	// FallbackURL and Routes are allowed anyway, because somebody named them.
	AllowHosts []string
	// Webhooks has limits other than Twilio's for calls to the app; nil has Twilio's. Its Routes and Allow are set here.
	Webhooks *webhook.Client
	// InsecureApp takes any certificate from the app, for a development server that signed its own.
	InsecureApp bool
	// PublicURL is the base URL at which this server is reached; "" makes media links name Twilio's own host.
	PublicURL string
	// Keep is how many messages, webhooks, requests and alerts are kept, each; 0 keeps all.
	Keep int
	// AnyAccount makes an account on its first use: the API then lets any Account SID in, with any token.
	AnyAccount bool
	// Version is what the control API reports.
	Version string
	// Log hears what the server does; nil is nobody.
	Log *slog.Logger
	// Unmodelled is called with each API request that is not simulated; nil for nobody.
	Unmodelled func(*http.Request)

	once     sync.Once
	account  *messaging.Account
	accounts *messaging.Accounts
	rest     http.Handler
	control  http.Handler

	mu     sync.Mutex
	public string
}

// Account returns the account that the server simulates.
func (s *Server) Account() *messaging.Account {
	s.once.Do(s.start)
	return s.account
}

// Accounts returns the account that the server simulates, its subaccounts, and the account of its test credentials.
func (s *Server) Accounts() *messaging.Accounts {
	s.once.Do(s.start)
	return s.accounts
}

// SetPublicURL says at which base URL the server is reached, once that is known.
func (s *Server) SetPublicURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.public = strings.TrimSuffix(url, "/")
}

func (s *Server) publicURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.public != "":
		return s.public
	case s.PublicURL != "":
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	return "https://api.twilio.com"
}

// ServeHTTP serves Twilio's API and, under /sim/v1, our own; under the name of one of Twilio's hosts, Twilio's alone.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.once.Do(s.start)
	if strings.HasPrefix(r.URL.Path, control.Prefix) && !rest.IsTwilio(r.Host) {
		s.control.ServeHTTP(w, r)
		return
	}
	s.rest.ServeHTTP(w, r)
}

// Close drops what is scheduled and blocks until all work under way has ended.
func (s *Server) Close() { s.Account().Close() }

// start wires the parts together. It panics on options that contradict each other, which only a programmer can mend.
func (s *Server) start() {
	seed := s.Seed
	if seed == 0 {
		seed = DefaultSeed
	}
	s.account = messaging.New(messaging.Options{
		SID: or(s.AccountSID, DefaultAccountSID), Token: or(s.AuthToken, DefaultAuthToken),
		Seed: seed, Clock: s.Clock, Keep: s.Keep, Hooks: s.client(), Log: s.Log, PublicURL: s.publicURL,
	})
	_, err := s.account.SetWebhooks(or(s.PhoneNumber, DefaultPhoneNumber), func(n *directory.Number) {
		n.SmsFallbackURL = s.fallbackURL()
		if s.ForwardTo != "" {
			n.SmsURL = strings.TrimSuffix(s.ForwardTo, "/") + "/sms"
		}
	})
	if err != nil {
		panic("simulator: " + err.Error())
	}
	s.accounts = messaging.NewAccounts(s.account)
	s.accounts.AnyAccount = s.AnyAccount
	s.rest = &rest.Handler{Accounts: s.accounts, Seed: seed, Unmodelled: s.Unmodelled}
	s.control = control.New(s.account, control.Info{Version: s.Version, Seed: seed, Routes: s.Routes})
}

// fallbackURL returns the whole URL of the fallback.
func (s *Server) fallbackURL() string {
	if strings.HasPrefix(s.FallbackURL, "/") {
		return strings.TrimSuffix(s.ForwardTo, "/") + s.FallbackURL
	}
	return s.FallbackURL
}

func or(value, fallback string) string {
	if value != "" {
		return value
	}
	return fallback
}

// client returns what calls the app, kept to the hosts that somebody named.
func (s *Server) client() *webhook.Client {
	client := s.Webhooks
	if client == nil {
		client = &webhook.Client{}
	}
	allowed := slices.Clone(s.AllowHosts)
	allowed = append(allowed, webhook.HostPort(s.ForwardTo), webhook.HostPort(s.fallbackURL()))
	for _, route := range s.Routes {
		allowed = append(allowed, webhook.HostPort(route.Local))
	}
	client.Routes = s.Routes
	client.InsecureSkipVerify = client.InsecureSkipVerify || s.InsecureApp
	client.Allow = func(hostPort string) bool {
		host := hostPort[:max(strings.LastIndexByte(hostPort, ':'), 0)]
		return slices.Contains(allowed, hostPort) || slices.Contains(allowed, host)
	}
	return client
}
