package display

import (
	"fmt"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// ofAll writes how many there are without the limit; "" if all are shown.
func ofAll(shown int, of control.Count) string {
	switch {
	case of.More:
		return " of " + strconv.Itoa(of.Matched) + " or more"
	case shown == of.Matched:
		return ""
	}
	return " of " + strconv.Itoa(of.Matched)
}

// messageColumns are the columns of a list of messages.
func messageColumns(u *terminal.UI, messages []*control.Message,
	t terminal.Times) []terminal.Column[*control.Message] {
	sids := make([]string, len(messages))
	for i, m := range messages {
		sids[i] = m.SID
	}
	// unique among those of the list, so that each can be copied into the next command
	shortest := shorten(sids)
	return []terminal.Column[*control.Message]{
		{Head: "ID", Value: func(m *control.Message) string { return shortest[m.SID] }},
		{Head: "TIME", Drop: 3, Value: func(m *control.Message) string {
			return strings.TrimSpace(u.Stamp(m.DateCreated, t))
		}},
		{Head: "DIR", Drop: 2, Value: func(m *control.Message) string {
			return shortDirection(m.Direction)
		}},
		{Head: "FROM", Value: sender},
		{Head: "TO", Value: func(m *control.Message) string { return m.To }},
		{Head: "STATUS", Cell: func(m *control.Message) terminal.Cell {
			return terminal.Cell{Value: string(m.Status), Style: StatusStyle(string(m.Status))}
		}},
		{Head: "CODE", Drop: 1, Value: func(m *control.Message) string {
			if m.ErrorCode == nil {
				return "-"
			}
			return ErrorCode(*m.ErrorCode)
		}},
		{Head: "SEG", Drop: 5, Value: func(m *control.Message) string { return m.NumSegments }},
		{Head: "HOOKS", Drop: 4, Value: func(m *control.Message) string {
			hooks := len(m.Sim.Webhooks)
			return fmt.Sprintf("%d/%d", hooks-m.Sim.FailedWebhooks, hooks)
		}},
		{Head: "BODY", Value: func(m *control.Message) string { return m.Body }},
	}
}

// Message prints a message on one line.
func Message(u *terminal.UI, m *control.Message) error {
	if u.JSON {
		return u.Encode(m)
	}
	u.Printf("%s   %s -> %s   %s   %s\n", Short(m.SID), sender(m), m.To, terminal.Quoted(m.Body),
		terminal.Safe(strings.TrimSpace(string(u.Paint(StatusStyle(string(m.Status)),
			string(m.Status)))+"   "+terminal.Clean(Why(m)))))
	return nil
}

// Messages prints a list of messages, as a table or under --json an object a line.
func Messages(u *terminal.UI, found *control.Messages, t terminal.Times) error {
	err := terminal.List(u, found.Messages, messageColumns(u, found.Messages, t))
	u.Countf(len(found.Messages), "message",
		"%s   filter: twilsim messages 'to:+1202* status:undelivered since:5m'",
		ofAll(len(found.Messages), found.Count))
	return err
}
