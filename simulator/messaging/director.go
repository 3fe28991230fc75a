package messaging

import (
	"net/url"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// Director makes single things go otherwise: not all that match a pattern, as rules do, but the
// second callback of the third message. The bug search has one; an account usually has none. Its
// methods are called without any lock of the account's, in the order in which things happen.
type Director interface {
	// Text says what happens to the webhook of an inbound message.
	Text(m Snapshot) TextPlan
	// Message says what happens to an outbound message that would follow the script.
	Message(m Snapshot, script carrier.Script) MessagePlan
	// Attempted is called with each request to the app, once it has ended and is in the journal.
	Attempted(x *journal.Exchange)
	// Request says what happens to a request to the API, which has this path and these parameters.
	Request(method, path string, form url.Values) RequestPlan
}

// TextPlan is what happens to the webhook of an inbound message. The zero plan changes nothing.
type TextPlan struct {
	Faults fault.List
	// Hold receives the function that sends the webhook, to call it later; nil sends it now.
	Hold func(send func())
}

// MessagePlan is what happens to a message. The zero plan changes nothing.
type MessagePlan struct {
	Script carrier.Script // takes the place of the usual one; nil does not
	// Early is how many callbacks the app receives before the API answers it, or before the reply's
	// other messages are made. Without an answer to them within Patience, the API answers.
	Early    int
	Patience time.Duration // in real time
	// Callbacks has a plan for each step of the script; nil for none.
	Callbacks []CallbackPlan
}

// CallbackPlan is what happens to the callback of one step.
type CallbackPlan struct {
	Faults   fault.List
	Together bool // it is in flight together with the next one
}

// RequestPlan is what happens to a request to the API. The zero plan changes nothing.
type RequestPlan struct {
	Respond *carrier.Response // takes the place of the answer; nil does not
	// Answering is called when the request was carried out and before its answer leaves, with the
	// SID of the message that it made, "" for none. It may be nil.
	Answering func(sid string)
}

// SetDirector gives the account a director; nil takes it away. Call it before the account is used.
func (a *Account) SetDirector(d Director) { a.director = d }

// Plan asks the account's director about a request to the API, with its body.
func (a *Account) Plan(method, path, body string) RequestPlan {
	if a.director == nil {
		return RequestPlan{}
	}
	form, _ := url.ParseQuery(body) // what cannot be read stays out
	return a.director.Request(method, path, form)
}

// direct asks the account's director about a message and changes the plan for it.
func (a *Account) direct(m *Message, p plan) plan {
	if a.director == nil {
		return p
	}
	directed := a.director.Message(m.Snapshot(), refusable(p.then))
	if directed.Script != nil {
		p.then = carrier.Then{Script: directed.Script}
		p.by = directorName
	}
	if directed.Early > 0 {
		p.race, p.early, p.patience = true, directed.Early, directed.Patience
	}
	a.mu.Lock()
	if len(directed.Callbacks) > 0 {
		m.queue().plans = directed.Callbacks
	}
	a.mu.Unlock()
	return p
}

// directorName is who decided, as histories and faults show it.
const directorName = "schedule"

// planLocked returns the director's plan for the callbacks of the message's latest step.
func (m *Message) planLocked() CallbackPlan {
	if m.callbacks == nil {
		return CallbackPlan{}
	}
	if i, plans := int(m.step)-1, m.callbacks.plans; i >= 0 && i < len(plans) {
		p := plans[i]
		p.Faults = p.Faults.ForRule(directorName)
		return p
	}
	return CallbackPlan{}
}
