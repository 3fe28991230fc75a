package messaging

import (
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// Notice is a text that another product, such as Verify, sends to a handset in the account's name.
type Notice struct {
	From, To, Body string
	// Listed puts it among the account's messages in the API. Without it only the journal and the
	// handset have it.
	Listed bool
}

// Notify sends a notice. Opt-outs, rules, the handset's state and magic numbers decide what becomes
// of it, as of any message. It has no callbacks, and nothing refuses it: where the API would refuse
// a message, the notice fails.
func (a *Account) Notify(n Notice) *Message {
	defer a.Clock.Begin()()
	m := a.newMessage(Snapshot{From: n.From, To: n.To, Body: n.Body, Direction: OutboundAPI,
		Status: carrier.Queued, automatic: true, unlisted: !n.Listed})
	m.validity = directory.MaxValidity * time.Second
	a.Journal.Append(journal.Event{Type: journal.MessageCreated, SID: m.ID(),
		Status: string(carrier.Queued)}, journal.Messages, m)
	a.dispatch(m)
	return m
}

// Unlisted reports whether the API does not have the message: it does not belong to the app.
func (m *Message) Unlisted() bool { return m.current.unlisted } // set once
