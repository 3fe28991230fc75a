package display

import (
	"cmp"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// Why is the error of a message: its code and what the code means.
func Why(m *control.Message) string {
	if m.ErrorCode == nil {
		return ""
	}
	title := ""
	if m.ErrorMessage != nil {
		title = *m.ErrorMessage
	}
	return strings.TrimSpace(ErrorCode(*m.ErrorCode) + " " + title)
}

// Sender is the number that a message is from, or its service until the service has chosen a number.
func Sender(m *control.Message) string {
	if m.From == nil {
		return Short(m.Sender())
	}
	return *m.From
}

func ShortDirection(d messaging.Direction) string {
	if d == messaging.Inbound {
		return "in"
	}
	return "out"
}

// EventLine formats an event without looking up the message or exchange that it is about.
func EventLine(e journal.Event, when string) terminal.Line {
	ln := terminal.Line{When: when, About: e.Note}
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated, journal.MessageStatus:
		ln.Kind, ln.What, ln.Code, ln.About = "message", Short(e.SID)+" "+e.Status, ErrorCode(e.ErrorCode), e.Rule
		ln.Style = StatusStyle(e.Status)
	case journal.WebhookAttempt:
		ln.Kind, ln.What, ln.Code = "webhook", strings.TrimSpace(e.Exchange+" "+cmp.Or(e.Status, "inbound")), HTTPCode(e.HTTP)
		ln.Style, ln.About = HTTPStyle(e.HTTP), strings.TrimSpace(strings.TrimSpace(Short(e.SID)+" "+e.Note)+" "+e.Rule)
	case journal.WebhookHeld:
		ln.Kind, ln.What, ln.About = "held", e.Note, Short(e.SID)+" "+e.Rule
	case journal.RequestServed:
		ln.Kind, ln.What, ln.Code, ln.Style, ln.About = "api", e.Note, HTTPCode(e.HTTP), HTTPStyle(e.HTTP), e.Exchange
	case journal.AlertRaised:
		ln.Kind, ln.What, ln.About, ln.Style = "ALERT", e.Note, strings.TrimSpace(e.Exchange+" "+e.Alert), terminal.Red
	default:
		ln.Kind, ln.What, ln.About = string(e.Type), e.Note, ""
	}
	return ln
}
