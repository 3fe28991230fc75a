package messaging

import (
	"slices"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// PlannedKind is what is going to happen.
type PlannedKind string

// The kinds of what is planned.
const (
	PlannedStatus   PlannedKind = "status"   // the message gets a status
	PlannedCallback PlannedKind = "callback" // the app is told about a status
	PlannedWebhook  PlannedKind = "webhook"  // the app is asked about an inbound message
)

// PlannedKinds returns all kinds.
func PlannedKinds() []PlannedKind {
	return []PlannedKind{PlannedStatus, PlannedCallback, PlannedWebhook}
}

// Planned is something that will happen to a message unless somebody interferes.
type Planned struct {
	SID    string         `json:"sid"`
	At     time.Time      `json:"at"` // when, in the account's time
	Kind   PlannedKind    `json:"kind"`
	Status carrier.Status `json:"status,omitempty"` // of the message, or that the callback reports
	// of a status; 0 for none
	ErrorCode int `json:"error_code,omitempty"`
	// how often a callback is sent, if more than once
	Copies int `json:"copies,omitempty"`
	// the callback never leaves
	Lost bool `json:"lost,omitempty"`
	// it was due before, and waits since
	Held bool   `json:"held,omitempty"`
	By   string `json:"by,omitempty"` // what decided it, as in [Change]
}

// holdLocked notes that something waits, and returns the function that says that it does not any
// more. The account's lock must be held for both.
func (a *Account) holdLocked(p Planned) (release func()) {
	if a.waiting == nil {
		a.waiting = map[*Planned]bool{}
	}
	p.Held = true
	held := &p
	a.waiting[held] = true
	return func() { delete(a.waiting, held) }
}

// Planned returns what will happen to a message, or to all messages if sid is "", in the order of
// time. It looks ahead by the present state: rules for webhooks, and what the app does meanwhile,
// are not in it.
func (a *Account) Planned(sid string) []Planned {
	var messages []*Message
	if sid == "" {
		for _, t := range a.Journal.Things(journal.Messages) {
			messages = append(messages, t.(*Message))
		}
	} else if m, ok := a.anyMessage(sid); ok {
		messages = append(messages, m)
	}
	a.mu.Lock()
	var planned []Planned
	for _, m := range messages {
		planned = m.appendPlannedLocked(planned)
	}
	for held := range a.waiting {
		if sid == "" || held.SID == sid {
			planned = append(planned, *held)
		}
	}
	a.mu.Unlock()
	slices.SortStableFunc(planned, func(x, y Planned) int {
		if order := x.At.Compare(y.At); order != 0 {
			return order
		}
		return slices.Index(PlannedKinds(), x.Kind) - slices.Index(PlannedKinds(), y.Kind)
	})
	return planned
}

// appendPlannedLocked appends the steps of the message's script that are still to come, with their
// callbacks.
func (m *Message) appendPlannedLocked(planned []Planned) []Planned {
	if m.due == nil {
		return planned
	}
	f := &m.current
	if len(m.script) == 0 { // it waits for its service or its media
		return append(planned, Planned{SID: f.SID, At: m.due.At(), Kind: PlannedStatus,
			Status: carrier.Queued})
	}
	for _, step := range m.script[m.step:] {
		planned = append(planned, Planned{SID: f.SID, At: m.start.Add(step.At),
			Kind: PlannedStatus, Status: step.Status, ErrorCode: step.Code, By: f.By})
		if f.Callback.URL == "" || !m.account.reported(step.Status) {
			continue
		}
		call := Planned{SID: f.SID, At: m.start.Add(step.Send), Kind: PlannedCallback,
			Status: step.Status, Lost: step.Lost, By: f.By}
		if step.Copies > 1 && !step.Lost {
			call.Copies = step.Copies
		}
		planned = append(planned, call)
	}
	return planned
}
