// Package simulatortest gives a Go test a Twilio of its own.
//
//	func TestReply(t *testing.T) {
//		s := simulatortest.New(t)
//		s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
//		s.Rule("to=+12025550142", "then=unreachable")
//		s.Text("+12025550142", s.PhoneNumber, "hi")
//		s.Advance(5 * time.Second)
//		s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
//	}
//
// The simulator stops with the test. Its clock is virtual: nothing happens to a reply before Advance. A test fails on
// any alert of level error that it did not ask for with [Simulator.ExpectAlert], as a scenario does.
package simulatortest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// PublicURL is what the app under test must take its own URL for: it is the one that is signed.
const PublicURL = "http://app.example"

// patience is how long the Await methods wait, in real time, for an app that acts after it has answered.
const patience = 3 * time.Second

// Simulator is a simulator that belongs to a test. Its methods fail the test, so call them from the test's goroutine.
type Simulator struct {
	*simulator.Server
	// URL is where the simulator listens.
	URL string

	t testing.TB
}

// New starts a simulator on a loopback port. It ends with the test.
func New(t testing.TB) *Simulator {
	t.Helper()
	s := &Simulator{t: t, Server: &simulator.Server{
		AccountSID: simulator.DefaultAccountSID, AuthToken: simulator.DefaultAuthToken, PhoneNumber: simulator.DefaultPhoneNumber,
		Clock:  clock.Virtual(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)),
		Routes: webhook.Routes{{Public: PublicURL, Local: "http://127.0.0.1:1"}},
	}}
	server := httptest.NewServer(s.Server)
	s.URL = server.URL
	s.SetPublicURL(server.URL)
	t.Cleanup(func() {
		s.checkAlerts()
		s.Close()
		server.Close()
	})
	return s
}

// Serve serves the app under test on a loopback port and points the number's webhook at its /sms.
func (s *Simulator) Serve(app http.Handler) {
	s.t.Helper()
	server := httptest.NewServer(app)
	s.t.Cleanup(server.Close)
	s.Routes[0].Local = server.URL
	if _, err := s.Account().SetNumber(s.PhoneNumber, PublicURL+"/sms", http.MethodPost); err != nil {
		s.t.Fatal(err)
	}
}

// Text makes a handset text a number of the account, and returns what the app answered.
func (s *Simulator) Text(from, to, body string) *messaging.Receipt {
	s.t.Helper()
	receipt, err := s.Account().Receive(s.t.Context(), messaging.Text{From: from, To: to, Body: body})
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

// AwaitMessage returns the newest message whose fields match, such as to=+12025550142 body=~code, and waits for it.
func (s *Simulator) AwaitMessage(words ...string) messaging.Facts {
	s.t.Helper()
	return s.await(journal.Messages, messaging.MessageFields(), words).(*messaging.Message).Facts()
}

// AwaitWebhook returns the newest call to the app whose fields or parameters match, and waits for it.
func (s *Simulator) AwaitWebhook(words ...string) *journal.Exchange {
	s.t.Helper()
	return s.await(journal.Webhooks, journal.ExchangeFields(), words).(*journal.Exchange)
}

// ExpectAlert returns the newest alert whose fields match, such as code=12100, and waits for it. The test does not fail
// because of it.
func (s *Simulator) ExpectAlert(words ...string) *journal.Alert {
	s.t.Helper()
	alert := s.await(journal.Alerts, journal.AlertFields(), words).(*journal.Alert)
	alert.Expect()
	return alert
}

func (s *Simulator) await(kind journal.Kind, fields, words []string) journal.Thing {
	s.t.Helper()
	query, err := journal.ParseQuery(kind, fields, words)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	thing, err := s.Account().Journal.Await(ctx, query)
	if err != nil {
		s.t.Fatal(err)
	}
	return thing
}

// checkAlerts fails the test on errors that nobody expected.
func (s *Simulator) checkAlerts() {
	s.t.Helper()
	for _, thing := range s.Account().Journal.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		if alert.Level == journal.LevelError && !alert.Expected() {
			s.t.Errorf("unexpected alert %s %s: %s", alert.Code, alert.Title, alert.Text)
		}
	}
}
