package display

import (
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Sinks prints a list of sinks of Event Streams.
func Sinks(u *terminal.UI, sinks *control.Sinks) error {
	if u.JSON {
		return u.Encode(sinks)
	}
	err := terminal.List(u, sinks.Sinks, []terminal.Column[control.Sink]{
		{Head: "SID", Value: func(k control.Sink) string { return k.SID }},
		{Head: "DESTINATION", Value: func(k control.Sink) string { return k.Destination }},
		{Head: "EVENTS", Value: EventTypes},
	})
	u.Countf(len(sinks.Sinks), "sink", "")
	return err
}

// EventTypes is what a sink gets, without what the names of all types begin with.
func EventTypes(k control.Sink) string {
	if len(k.Types) == 0 {
		return "no events"
	}
	names := make([]string, len(k.Types))
	for i, name := range k.Types {
		names[i] = strings.TrimPrefix(name, "com.twilio.")
	}
	return strings.Join(names, " ")
}

// SinkEvents prints a list of events that go to sinks.
func SinkEvents(u *terminal.UI, found *control.SinkEvents) error {
	if u.JSON {
		return u.Encode(found)
	}
	err := terminal.List(u, found.Events, []terminal.Column[control.SinkEvent]{
		{Head: "ID", Value: func(e control.SinkEvent) string { return e.ID }},
		{Head: "TYPE", Value: func(e control.SinkEvent) string { return e.Type }},
		{Head: "STATUS", Value: func(e control.SinkEvent) string { return e.Status }},
		{Head: "TRIES", Value: func(e control.SinkEvent) string { return e.Attempts }},
		{Head: "SINK", Drop: 1, Value: func(e control.SinkEvent) string { return e.SinkSID }},
	})
	u.Countf(len(found.Events), "event", "")
	return err
}
