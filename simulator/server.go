package simulator

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/console"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/quirk"
	"twilsim/simulator/rest"
	"twilsim/simulator/webhook"
)

// The defaults of a Server's account. The token has 32 letters and digits, because Twilio's own
// local runtime for functions accepts no other length.
const (
	DefaultAccountSID  = "AC00000000000000000000000000000001"
	DefaultAuthToken   = "twilsimdevtoken00000000000000001"
	DefaultPhoneNumber = "+12025550100"
	DefaultSeed        = 1
)

// Server is the whole simulator: Twilio's API and twilsim's own, in one http.Handler. Set its
// fields before the first use; the zero value works. It does not listen itself.
type Server struct {
	// AccountSID, AuthToken and PhoneNumber are of the main account; "" means the default of each.
	AccountSID, AuthToken, PhoneNumber string
	// Seed determines all SIDs, tokens and random decisions; 0 means [DefaultSeed].
	Seed uint64
	// Clock is the time of all accounts; nil means a real clock.
	Clock *clock.Clock
	// ForwardTo is the base URL of the app: the number's webhook is its /sms. "" means that the
	// number has no webhook.
	ForwardTo string
	// SMSPath is the path of the number's webhook below ForwardTo; "" means /sms.
	SMSPath string
	// FallbackURL is called when the number's webhook fails: an absolute URL, or a path of the app
	// at ForwardTo. It needs ForwardTo. "" means none.
	FallbackURL string
	// Routes say where public URLs are served on this machine; see [webhook.Routes]. The server
	// copies them when it starts; [Server.SetRoute] changes the copy.
	Routes webhook.Routes
	// AllowHosts are the hosts outside this machine that may be called, as host or host:port. The
	// hosts of ForwardTo, FallbackURL and all routes are allowed too.
	AllowHosts []string
	// Webhooks sets limits other than Twilio's for calls to the app; nil means Twilio's. The server
	// copies its settings, so several servers can share one value. Its Routes and Allow must be
	// nil: Routes and AllowHosts above take their place.
	Webhooks *webhook.Client
	// InsecureApp accepts any certificate of the app, for a development server with a self-signed
	// one.
	InsecureApp bool
	// URL is the base URL at which this server is reached, for links to media. "" means Twilio's
	// own host until [Server.SetURL] is called.
	URL string
	// Keep is how many messages, webhooks, requests and alerts are kept, of each kind; 0 means all.
	Keep int
	// MaxCalls is how many calls to apps are in flight at once; 0 means 1024. The others wait.
	MaxCalls int
	// KeepBytes is roughly how much memory the messages, webhooks, requests, alerts and events of
	// all accounts may need; 0 means any. The files of messages are dropped first, then the oldest
	// things.
	KeepBytes int64
	// AnyAccount makes an account on its first use: the API then accepts any Account SID with any
	// token.
	AnyAccount bool
	// AccessToken is a bearer token that the control API requires; "" is none. With it, requests
	// for any host name are accepted, and tokens are secret: an AuthToken that is not set, and that
	// of each key and subaccount, does not come from the seed.
	AccessToken string
	// Patience is the real time that the app has for an answer while the clock is virtual: after
	// it, Twilio's time limits pass on the clock, and the webhook counts as not answered. 0 waits
	// for the limits in real time.
	Patience time.Duration
	// MagicSender replaces +15005550006 as From, which only test credentials may use, by
	// PhoneNumber, and gives a hint: for programs whose own test credentials were replaced.
	MagicSender bool
	// Data is where everything that an account has and does is stored, and from where it is put
	// back at the start; nil is nowhere. The server then answers requests when what they did is
	// stored.
	Data messaging.Storage
	// StoreFailed is called when something cannot be stored; nil means no call. The server tries
	// again with the next change.
	StoreFailed func(error)
	// Quirks choose where the sources about Twilio leave behaviour open. The zero value has the
	// defaults, [quirk.Strict] the strictest value of each.
	Quirks quirk.Set
	// Version is what the control API reports.
	Version string
	// Log receives what the server does; nil means no log.
	Log *slog.Logger
	// Scenario writes a scenario of what happened for the console; nil means that it cannot.
	Scenario func(context.Context, control.Recorded) ([]byte, error)
	// Library is the folder of scenarios that the console runs and writes; nil means none.
	Library control.Library
	// Unmodelled is called with each API request that is not simulated; nil means no call.
	Unmodelled func(*http.Request)

	once     sync.Once
	err      error // what is wrong with the options
	account  *messaging.Account
	accounts *messaging.Accounts
	twilio   http.Handler        // for requests to a host of Twilio's
	rest     http.Handler        // the same for requests to this machine, but not for web pages
	control  func() http.Handler // made on first use: its routes take longer than all else
	console  func() http.Handler

	patience atomic.Int64    // nanoseconds
	budget   *journal.Budget // nil for none
	room     *room
	draining atomic.Bool
	info     control.Info

	mu     sync.Mutex
	url    string
	routes webhook.Routes
}

// Start checks the options and makes the accounts. Its error names the first bad option. The other
// methods start the server too, so calling Start is only necessary to learn of the error early; a
// server with bad options answers every request with status 500 and the error.
func (s *Server) Start() error {
	s.once.Do(s.start)
	return s.err
}

// Account returns the main account. It is never nil; with bad options it may have no number.
func (s *Server) Account() *messaging.Account {
	s.once.Do(s.start)
	return s.account
}

// Accounts returns all accounts: the main account, its subaccounts, and the account of the test
// credentials.
func (s *Server) Accounts() *messaging.Accounts {
	s.once.Do(s.start)
	return s.accounts
}

// BeginRun gives all SIDs from now on a part that no other run of the program has, by the run's
// number, which is above 0. Call it after the settings and before the first request: what an
// account is set up with then has the same SIDs in each run. Without it the seed alone determines
// all SIDs.
func (s *Server) BeginRun(number uint64) { s.Accounts().BeginRun(number) }

// SetURL sets the base URL at which the server is reached, such as http://127.0.0.1:2010, once it
// is known. It is safe for concurrent use.
func (s *Server) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = strings.TrimSuffix(url, "/")
}

// SetPatience changes what Patience was at the start, from the next webhook on. It is safe for
// concurrent use.
func (s *Server) SetPatience(d time.Duration) {
	s.once.Do(s.start)
	s.patience.Store(int64(d))
}

func (s *Server) currentPatience() time.Duration { return time.Duration(s.patience.Load()) }

func (s *Server) baseURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.url, strings.TrimSuffix(s.URL, "/"), "https://api.twilio.com")
}

// ServeHTTP serves Twilio's API, under /sim/v1 the simulator's own API, and under /console its
// pages, to which a browser is sent from /. A request for one of Twilio's host names gets Twilio's
// API only. Requests from web pages are refused, by their Origin or their Host header: a page could
// otherwise use the default credentials, which are public.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.Start(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	switch {
	case rest.IsTwilio(r.Host):
		s.twilio.ServeHTTP(w, r)
	case s.serveHealth(w, r):
	case strings.HasPrefix(r.URL.Path, control.Prefix):
		s.control().ServeHTTP(w, r)
	case r.URL.Path == console.Prefix, strings.HasPrefix(r.URL.Path, console.Prefix+"/"):
		s.console().ServeHTTP(w, r)
	case s.serveDeactivations(w, r):
	case s.serveLink(w, r):
	case fromBrowser(r):
		toConsole(w, r)
	default:
		s.rest.ServeHTTP(w, r)
	}
}

// Close drops what is scheduled and blocks until all work in progress has ended, and is stored.
// What is scheduled goes on with the next server that has the same Data.
func (s *Server) Close() {
	s.Account().Close()
	if err := s.accounts.CloseStorage(); err != nil {
		s.logger().Error("cannot store what happened", "error", err)
	}
}

func (s *Server) logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// Shutdown is Close with a limit: it returns the error of ctx when ctx ends first. The work in
// progress, such as a webhook to an app that does not answer, then goes on in the background.
func (s *Server) Shutdown(ctx context.Context) error {
	closed := make(chan struct{})
	go func() {
		s.Close()
		close(closed)
	}()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start makes the parts and connects them. It never changes an exported field, and always makes an
// account, so that Account has no error to return.
func (s *Server) start() {
	s.err = s.check()
	s.routes = slices.Clone(s.Routes)
	s.patience.Store(int64(s.Patience))
	seed := cmp.Or(s.Seed, DefaultSeed)
	token := cmp.Or(s.AuthToken, DefaultAuthToken)
	if s.AccessToken != "" {
		token = s.AuthToken
	}
	if s.KeepBytes > 0 {
		s.budget = journal.NewBudget(s.KeepBytes)
	}
	s.account = messaging.New(messaging.Options{
		SID: cmp.Or(s.AccountSID, DefaultAccountSID), Token: token,
		Seed: seed, SecretTokens: s.AccessToken != "", Clock: s.Clock, Keep: s.Keep, Budget: s.budget,
		Hooks: s.client(), Log: s.Log,
		PublicURL: s.baseURL,
		Quirks:    s.Quirks, MagicSender: s.MagicSender, Patience: s.currentPatience,
		Products: rest.Products(),
	})
	s.accounts = messaging.NewAccounts(s.account)
	if s.Data != nil && s.err == nil {
		s.err = s.store()
	}
	s.err = cmp.Or(s.err, s.setNumber())
	s.accounts.AnyAccount = s.AnyAccount
	s.info = control.Info{Version: s.Version, Seed: seed, Routes: s.currentRoutes,
		AccessToken: s.AccessToken, Scenario: s.Scenario, Library: s.Library}
	s.twilio = &rest.Handler{Accounts: s.accounts, Unmodelled: s.Unmodelled}
	s.room = &room{limit: roomLimit, size: s.accounts.Size}
	s.twilio = s.bounded(s.twilio)
	s.rest = control.Guard(s.info, s.twilio)
	s.control = sync.OnceValue(func() http.Handler {
		return s.storing(s.bounded(control.New(s.accounts, s.info)))
	})
	s.console = sync.OnceValue(func() http.Handler { return console.New(s.control()) })
	s.twilio, s.rest = s.storing(s.twilio), s.storing(s.rest)
}

// setNumber gives the account its phone number.
func (s *Server) setNumber() error {
	number := cmp.Or(s.PhoneNumber, DefaultPhoneNumber)
	_, err := s.account.SetWebhooks(number, func(n *directory.Number) {
		if fallback := s.fallbackURL(); fallback != "" {
			n.SmsFallbackURL = fallback
		}
		if s.ForwardTo != "" {
			n.SmsURL = strings.TrimSuffix(s.ForwardTo, "/") + cmp.Or(s.SMSPath, "/sms")
		}
	})
	if err != nil {
		return fmt.Errorf("PhoneNumber or its webhooks: %w", err)
	}
	return nil
}

// fallbackURL returns the absolute URL of the fallback.
func (s *Server) fallbackURL() string {
	if strings.HasPrefix(s.FallbackURL, "/") {
		return strings.TrimSuffix(s.ForwardTo, "/") + s.FallbackURL
	}
	return s.FallbackURL
}

// client returns the client for calls to the app. It calls this machine and the named hosts only.
func (s *Server) client() *webhook.Client {
	client := &webhook.Client{}
	if s.Webhooks != nil {
		client = s.Webhooks.Clone()
	}
	client.Routes = liveRoutes{s}
	client.MaxCalls = cmp.Or(s.MaxCalls, client.MaxCalls)
	client.InsecureSkipVerify = client.InsecureSkipVerify || s.InsecureApp
	client.Allow = s.allowed
	return client
}

// allowed reports whether a host outside this machine may be called, because an option names it.
func (s *Server) allowed(hostPort string) bool {
	host := hostPort[:max(strings.LastIndexByte(hostPort, ':'), 0)]
	if slices.Contains(s.AllowHosts, hostPort) || slices.Contains(s.AllowHosts, host) {
		return true
	}
	named := []string{s.ForwardTo, s.fallbackURL()}
	for _, route := range s.currentRoutes() {
		named = append(named, route.Local)
	}
	return slices.ContainsFunc(named,
		func(url string) bool { return webhook.HostPort(url) == hostPort })
}
