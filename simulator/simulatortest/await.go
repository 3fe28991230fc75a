package simulatortest

import (
	"context"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// timeout returns a context that ends after Patience.
func (s *Simulator) timeout() (context.Context, context.CancelFunc) {
	patience := s.Patience
	if patience == 0 {
		patience = 3 * time.Second
	}
	return context.WithTimeout(s.t.Context(), patience)
}

// AwaitMessage returns the newest message whose fields match, such as to=+12025550142 body=~code,
// and waits until there is one.
func (s *Simulator) AwaitMessage(words ...string) messaging.Snapshot {
	s.t.Helper()
	return s.await(journal.Messages, words).(*messaging.Message).Snapshot()
}

// AwaitWebhook returns the newest call to the app whose fields or parameters match, such as
// path=/status MessageStatus=undelivered, and waits until there is one.
func (s *Simulator) AwaitWebhook(words ...string) *journal.Exchange {
	s.t.Helper()
	return s.await(journal.Webhooks, words).(*journal.Exchange)
}

// AwaitRequest returns the newest call of the app to Twilio's API whose fields or parameters match,
// such as path=*/Messages.json To=+12025550142 http=201, and waits until there is one.
func (s *Simulator) AwaitRequest(words ...string) *journal.Exchange {
	s.t.Helper()
	return s.await(journal.Requests, words).(*journal.Exchange)
}

// ExpectAlert returns the newest alert whose fields match, such as code=12100, and waits until
// there is one. The alert then does not fail the test.
func (s *Simulator) ExpectAlert(words ...string) *journal.Alert {
	s.t.Helper()
	alert := s.await(journal.Alerts, words).(*journal.Alert)
	alert.Expect()
	return alert
}

func (s *Simulator) await(kind journal.Kind, words []string) journal.Thing {
	s.t.Helper()
	query, err := messaging.ParseQuery(kind, words)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := s.timeout()
	defer cancel()
	thing, err := s.Account().Journal.Await(ctx, query)
	if err != nil {
		s.t.Fatalf("%v%s", err, s.pending())
	}
	return thing
}

// pending returns a line about what is scheduled, because a test that waits in vain has often
// forgotten to move the clock.
func (s *Simulator) pending() string {
	n, next := s.Account().Clock.Pending()
	if n == 0 || s.Account().Clock.Rate() != 0 {
		return ""
	}
	due := next.Sub(s.Account().Clock.Now())
	return "\nthe next thing is due in " + due.String() + ": call Advance or RunClock"
}
