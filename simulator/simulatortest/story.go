package simulatortest

import (
	"fmt"
	"strings"

	"twilsim/simulator/journal"
)

// story returns what happened, one event a line, with the times of the test's clock.
func (s *Simulator) story() string {
	events, _ := s.Account().Journal.Events(0)
	lines := []string{"what happened:"}
	for _, e := range events {
		if text := s.line(e); text != "" {
			lines = append(lines, fmt.Sprintf("  v+%-8s %s", e.At.Sub(start), text))
		}
	}
	if len(lines) == 1 {
		return "nothing happened"
	}
	return strings.Join(lines, "\n")
}

// line describes an event in a line; "" for events that are not shown.
func (s *Simulator) line(e journal.Event) string {
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated:
		return e.SID + "  " + s.summary(journal.Messages, e.SID)
	case journal.MessageStatus:
		line := e.SID + "  " + e.Status
		if e.ErrorCode != 0 {
			line += fmt.Sprintf(" %d", e.ErrorCode)
		}
		return line
	case journal.WebhookAttempt:
		what := s.summary(journal.Webhooks, e.Exchange)
		return strings.TrimRight(fmt.Sprintf("%s  webhook %s  %d  %s", e.Exchange, what, e.HTTP,
			e.Note), " ")
	case journal.RequestServed:
		return fmt.Sprintf("%s  request %s  %d", e.Exchange, e.Note, e.HTTP)
	case journal.AlertRaised:
		return fmt.Sprintf("%s  alert %s", e.Alert, e.Note)
	case journal.Changed:
		return e.Note
	}
	return ""
}

// summary describes a thing in a few words, in its present state.
func (s *Simulator) summary(kind journal.Kind, id string) string {
	thing, ok := s.Account().Journal.Thing(kind, id)
	if !ok {
		return ""
	}
	return thing.Summary()
}
