package messaging

import (
	"slices"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
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

// setDueLocked sets when the message's next step is due; nil is never. The account knows its
// messages with a step, so that it need not look for a few among all that are kept.
func (m *Message) setDueLocked(due *clock.Event) {
	a, had := m.account, m.due != nil
	m.due = due
	switch {
	case m.resets != a.resets:
		return // the account knows nothing of it any more
	case due != nil && !had:
		a.dueCount++
	case due == nil && had:
		a.dueCount--
	}
	if due == nil || m.listed {
		return
	}
	m.listed = true
	a.due = append(a.due, m)
	if len(a.due) < 2*a.dueCount+manyDue {
		return
	}
	a.due = slices.DeleteFunc(a.due, func(m *Message) bool {
		m.listed = m.due != nil
		return !m.listed
	})
}

// manyDue is how many messages without a step the list may have beside those with one, which are as
// many again.
const manyDue = 64

// Planned returns what will happen to a message in the order of time. It looks ahead by the present
// state: rules for webhooks, and what the app does meanwhile, are not in it.
func (a *Account) Planned(sid string) []Planned {
	var planned []Planned
	m, ok := a.anyMessage(sid)
	a.mu.Lock()
	if ok {
		planned = m.appendPlannedLocked(planned)
	}
	for held := range a.waiting {
		if held.SID == sid {
			planned = append(planned, *held)
		}
	}
	a.mu.Unlock()
	slices.SortStableFunc(planned, inTime)
	return planned
}

// NextPlanned returns the first steps of what will happen to all messages, as [Account.Planned]
// does for one, at most limit, and how many there are in all; 0 means no limit.
func (a *Account) NextPlanned(limit int) (first []Planned, all int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	first = []Planned{}
	shorten := func() {
		slices.SortStableFunc(first, inTime)
		if limit > 0 {
			first = first[:min(limit, len(first))]
		}
	}
	add := func(more []Planned) {
		all += len(more)
		first = append(first, more...)
		if limit > 0 && len(first)/4 > limit {
			shorten() // what is late now stays late
		}
	}
	var buffer []Planned
	for _, m := range a.due {
		buffer = m.appendPlannedLocked(buffer[:0])
		add(buffer)
	}
	for held := range a.waiting {
		add([]Planned{*held})
	}
	shorten()
	return first, all
}

func inTime(x, y Planned) int {
	if order := x.At.Compare(y.At); order != 0 {
		return order
	}
	return slices.Index(PlannedKinds(), x.Kind) - slices.Index(PlannedKinds(), y.Kind)
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
