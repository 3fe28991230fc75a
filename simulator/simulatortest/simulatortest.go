package simulatortest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// PublicURL is the URL of the app under test. The app must be configured with it, because webhooks
// are signed for it; requests for it go to the app that the test serves.
const PublicURL = "http://app.example"

// Simulator is the simulator of one test. Its methods fail the test, so call them from the test's
// goroutine.
type Simulator struct {
	*simulator.Server
	// Patience is how long the test waits, in real time, for an app that acts after it has
	// answered; 0 is 3 seconds.
	Patience time.Duration
	// StrictRules fails the test at its end on a rule that never applied to anything: the test then
	// did not cause what the rule is about.
	StrictRules bool

	t        testing.TB
	handsets []*Handset
}

// start is the time at which the clock of each test begins.
var start = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

// New starts a simulator on a loopback port; its URL is in the field URL. It stops when the test
// ends. Set its fields before the first use.
func New(t testing.TB) *Simulator {
	t.Helper()
	s := &Simulator{t: t, Server: &simulator.Server{
		AccountSID: simulator.DefaultAccountSID, AuthToken: simulator.DefaultAuthToken,
		PhoneNumber: simulator.DefaultPhoneNumber,
		Clock:       clock.Virtual(start),
		Routes:      webhook.Routes{{Public: PublicURL, Local: "http://127.0.0.1:1"}},
	}}
	server := httptest.NewServer(s.Server)
	s.URL = server.URL
	t.Cleanup(func() {
		s.checkAlerts()
		s.checkHandsets()
		s.checkRules()
		if t.Failed() {
			t.Log(s.story())
		}
		s.Close()
		server.Close()
	})
	return s
}

// Serve serves the app under test on a loopback port and points the number's webhook at its /sms;
// see [Simulator.SetSmsURL].
func (s *Simulator) Serve(app http.Handler) {
	s.t.Helper()
	server := httptest.NewServer(app)
	s.t.Cleanup(server.Close)
	s.ServeURL(server.URL)
}

// ServeURL makes an app that already runs at url, such as http://localhost:3000, the app under
// test: [PublicURL] leads there, and the number's webhook is its /sms; see [Simulator.SetSmsURL].
func (s *Simulator) ServeURL(url string) {
	s.t.Helper()
	if err := s.SetRoute(PublicURL, url); err != nil {
		s.t.Fatal(err)
	}
	s.SetSmsURL("/sms")
}

// SetSmsURL points the number's webhook at another path of the app, or at any URL.
func (s *Simulator) SetSmsURL(url string) {
	s.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = PublicURL + url
	}
	if _, err := s.Account().SetNumber(s.PhoneNumber, url, http.MethodPost); err != nil {
		s.t.Fatal(err)
	}
}

// Text sends a text from a handset to a number of the account, and returns the result when the app
// has answered.
func (s *Simulator) Text(from, to, body string) *messaging.Receipt {
	s.t.Helper()
	receipt, err := s.Account().Receive(s.t.Context(), messaging.Text{From: from, To: to,
		Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt
}

// Rule adds a rule, in the words of the scenario language: to=+12025550142 then=unreachable.
func (s *Simulator) Rule(words ...string) {
	s.t.Helper()
	rule, err := carrier.ParseRule(words)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Account().Rules.Add(rule)
}

// Advance moves the clock; everything that falls due happens before it returns.
func (s *Simulator) Advance(d time.Duration) {
	s.t.Helper()
	if err := s.Account().Clock.Advance(s.t.Context(), d); err != nil {
		s.t.Fatal(err)
	}
}

// RunClock moves the clock until nothing is scheduled, and returns how far it moved.
func (s *Simulator) RunClock() time.Duration {
	s.t.Helper()
	moved, err := s.Account().Clock.Run(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return moved
}

// checkAlerts fails the test on alerts of level error that it did not expect.
func (s *Simulator) checkAlerts() {
	s.t.Helper()
	for _, account := range append(s.Accounts().List(), s.Accounts().Test()) {
		for _, thing := range account.Journal.Things(journal.Alerts) {
			alert := thing.(*journal.Alert)
			if alert.Level == journal.LevelError && !alert.Expected() {
				s.t.Errorf("unexpected alert %s %s: %s\n"+
					"if this is intended, expect it in the test: s.ExpectAlert(%q)",
					alert.Code, alert.Title, alert.Text, "code="+alert.Code)
			}
		}
	}
}

// checkRules fails the test on rules that were never used.
func (s *Simulator) checkRules() {
	s.t.Helper()
	if !s.StrictRules {
		return
	}
	for _, rule := range s.Account().Rules.List() {
		if rule.Used == 0 {
			s.t.Errorf("rule %s was never used: %s", rule.ID, rule.String())
		}
	}
}
