package child

import (
	"context"
	"errors"
	"slices"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Report is what happened while the program ran.
type Report struct {
	*intercept.Report
	Direct         int // API requests that named the simulator's own address
	Messages       int
	Statuses       map[string]int // how many of the messages have this status now
	WebhooksOK     int            // answered with 200 to 299
	WebhooksFailed int
	Alerts         []string // each with its ID, code and text
	Serious        int      // how many of the alerts are not mere advice
}

// Silent reports whether the program asked nothing of Twilio. A request that was refused counts as
// asking only where it was for Twilio.
func (r *Report) Silent() bool {
	asked := slices.ContainsFunc(r.Blocked, func(b intercept.Blocked) bool {
		return b.Reason == intercept.NotSimulated || b.Reason == intercept.NotResolved
	})
	return !asked && r.Requests()+r.Direct+len(r.Distrusted) == 0
}

// Report returns what happened so far. With an error the report lacks messages, webhooks and
// alerts, because the simulator that was joined did not return its events. It waits up to a second
// for connections that the program has just closed, because a refusal is counted when its
// connection ends.
func (s *Session) Report(ctx context.Context) (*Report, error) {
	settled, cancel := context.WithTimeout(ctx, grace) // what the program left running may stay
	s.proxy.Settle(settled)
	cancel()
	r := &Report{Report: s.proxy.Report(), Direct: s.Direct(), Statuses: map[string]int{}}
	unresolved, unread := intercept.Unresolved(s.Env.Unresolved)
	r.Blocked = append(r.Blocked, unresolved...)
	events, err := s.events(ctx)
	r.count(events)
	return r, errors.Join(err, unread)
}

// events returns the events of the simulator's journals since the program started.
func (s *Session) events(ctx context.Context) ([]journal.Event, error) {
	if s.options.Server == nil {
		return s.joinedEvents(ctx)
	}
	var all []journal.Event
	main := s.options.Server.Account()
	for _, account := range s.options.Server.Accounts().List() {
		events, _ := account.Journal.Events(0)
		for i, event := range events {
			thing, ok := account.Journal.Thing(journal.Alerts, event.Alert)
			if ok && event.Type == journal.AlertRaised {
				events[i] = explained(event, thing.(*journal.Alert))
				if account != main { // each account counts its alerts from A1
					events[i].Alert += " of " + account.Profile().FriendlyName
				}
			}
		}
		all = append(all, events...)
	}
	return all, nil
}

// joinedEvents asks a running simulator for its events since the program started. It ends at the
// event that was the last when it began: a simulator that others use too never becomes silent.
func (s *Session) joinedEvents(ctx context.Context) ([]journal.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	client := s.client()
	server, err := client.Server(ctx)
	if err != nil || server.LastEvent <= s.after {
		return nil, err
	}
	var all []journal.Event
	for event, err := range client.Events(ctx, s.after) {
		var lost *control.LostError
		switch {
		case errors.As(err, &lost):
			continue
		case err != nil:
			return all, err
		}
		if event.Type == journal.AlertRaised {
			if alert, err := client.Alert(ctx, event.Alert); err == nil {
				event = explained(event, alert)
			}
		}
		all = append(all, event)
		if event.ID >= server.LastEvent {
			break
		}
	}
	return all, ctx.Err()
}

// explained adds the text of an alert to its event: a simulator that ends with its program shows it
// nowhere else.
func explained(event journal.Event, a *journal.Alert) journal.Event {
	event.Note = a.Code + " " + a.Title
	if a.Text != "" && a.Text != a.Title {
		event.Note += ": " + a.Text
	}
	if a.Try != "" {
		event.Note += "   try: " + a.Try
	}
	return event
}

func (r *Report) count(events []journal.Event) {
	status := map[string]string{} // of the messages that the program caused
	for _, event := range events {
		switch event.Type {
		case journal.MessageReceived, journal.MessageCreated:
			r.Messages++
			status[event.SID] = event.Status
		case journal.MessageStatus:
			if _, ours := status[event.SID]; ours {
				status[event.SID] = event.Status
			}
		case journal.WebhookAttempt:
			switch {
			case event.HTTP >= 200 && event.HTTP < 300:
				r.WebhooksOK++
			case !event.Dropped():
				r.WebhooksFailed++
			}
		case journal.AlertRaised:
			r.Alerts = append(r.Alerts, event.Alert+" "+event.Note)
			if !isAdvice(event.Note) {
				r.Serious++
			}
		}
	}
	for _, s := range status {
		r.Statuses[s]++
	}
}

// isAdvice reports whether an alert, which begins with its code, is a hint that fails nothing.
func isAdvice(alert string) bool {
	code, _, _ := strings.Cut(alert, " ")
	return slices.ContainsFunc(messaging.Hints(), func(h messaging.Hint) bool {
		return h.Code == code && h.Level != journal.LevelError
	})
}
