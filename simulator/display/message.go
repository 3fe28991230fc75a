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

// sender is the number that a message is from, or its service until the service has chosen a
// number.
func sender(m *control.Message) string {
	if m.From == nil {
		return Short(m.Sender())
	}
	return *m.From
}

// shortDirection writes a direction as in or out.
func shortDirection(d messaging.Direction) string {
	if d == messaging.Inbound {
		return "in"
	}
	return "out"
}

// EventLine formats an event without looking up the message or exchange that it is about. A client
// that reads a stream of events would otherwise make a request for each of them.
func EventLine(e journal.Event, when string) terminal.Line {
	ln := terminal.Line{When: when, About: e.Note}
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated, journal.MessageStatus:
		ln.Kind, ln.What = "message", Short(e.SID)+" "+e.Status
		ln.Code, ln.About = ErrorCode(e.ErrorCode), e.Rule
		ln.Style = StatusStyle(e.Status)
	case journal.WebhookAttempt:
		ln.Kind, ln.Code, ln.Style = "webhook", HTTPCode(e.HTTP), HTTPStyle(e.HTTP)
		ln.What = strings.TrimSpace(e.Exchange + " " + cmp.Or(e.Status, "inbound"))
		ln.About = strings.TrimSpace(strings.TrimSpace(Short(e.SID)+" "+e.Note) + " " + e.Rule)
	case journal.WebhookHeld:
		ln.Kind, ln.What, ln.About = "held", e.Note, Short(e.SID)+" "+e.Rule
	case journal.RequestServed:
		ln.Kind, ln.What, ln.About = "api", e.Note, e.Exchange
		ln.Code, ln.Style = HTTPCode(e.HTTP), HTTPStyle(e.HTTP)
	case journal.AlertRaised:
		ln.Kind, ln.What, ln.Style = "ALERT", e.Note, terminal.Red
		ln.About = strings.TrimSpace(e.Exchange + " " + e.Alert)
	default:
		ln.Kind, ln.What, ln.About = string(e.Type), e.Note, ""
	}
	return ln
}
