package messaging

import (
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// Message returns the account's message of that SID as the API has it, and whether there is one.
func (a *Account) Message(sid string) (*Message, bool) {
	m, ok := a.anyMessage(sid)
	return m, ok && !m.Unlisted()
}

// anyMessage is Message for all messages, listed or not.
func (a *Account) anyMessage(sid string) (*Message, bool) {
	thing, ok := a.Journal.Thing(journal.Messages, sid)
	if !ok {
		return nil, false
	}
	return thing.(*Message), true
}

// Update changes a message as the API does: an empty body redacts it, the status canceled cancels
// it. nil means a parameter that is not in the request. Exactly one of the two must be there
// (F-274). Its errors are of type [*apierr.Error].
func (a *Account) Update(sid string, body, status *string) (*Message, error) {
	if _, ok := a.Message(sid); !ok {
		return nil, apierr.NotFound()
	}
	switch {
	case (body == nil) == (status == nil), body != nil && *body != "", status != nil &&
		*status != string(carrier.Canceled):
		return nil, apierr.New(apierr.BadUpdate) // F-394, F-395
	case body != nil:
		return a.redact(sid)
	}
	return a.cancel(sid)
}

// redact removes the text of a message that was sent (F-394): an example of Twilio's own API
// description has one in sent. The code about an earlier one is unconfirmed; we use that of a
// delete.
func (a *Account) redact(sid string) (*Message, error) {
	m, ok := a.Message(sid)
	if !ok {
		return nil, apierr.NotFound()
	}
	a.mu.Lock()
	if status := m.current.Status; status != carrier.Sent && !status.Final() {
		a.mu.Unlock()
		return nil, a.incomplete()
	}
	m.current.Body, m.current.Updated = "", a.Clock.Now()
	m.touchLocked()
	a.mu.Unlock()
	a.changed("message " + sid + " redacted")
	return m, nil
}

// cancel stops a message that is scheduled, or that its service has not sent yet (F-395).
func (a *Account) cancel(sid string) (*Message, error) {
	m, ok := a.Message(sid)
	if !ok {
		return nil, apierr.NotFound()
	}
	defer a.Clock.Begin()()
	a.mu.Lock()
	if !carrier.Legal(m.current.Status, carrier.Canceled) {
		a.mu.Unlock()
		return nil, apierr.New(apierr.NotCancelable)
	}
	m.moveLocked(carrier.Step{Status: carrier.Canceled, Copies: 1}, "cancel")
	a.mu.Unlock()
	a.schedule.At(a.Clock.Now(), m.sendReady) // the app's request must not wait for its own callback
	return m, nil
}

// Delete forgets a complete message, its media and its feedback (F-396).
func (a *Account) Delete(sid string) error {
	m, ok := a.Message(sid)
	if !ok {
		return apierr.NotFound() // F-398
	}
	a.mu.Lock()
	complete := m.completeLocked()
	a.mu.Unlock()
	if !complete {
		return a.incomplete()
	}
	if !a.remove(sid) {
		return apierr.NotFound()
	}
	a.changed("message " + sid + " deleted")
	return nil
}

// noReceipt is how long after sending a message counts as incomplete if no receipt comes. The
// sources name no time; Twilio cannot know either whether one will come.
const noReceipt = time.Hour

// completeLocked reports whether the message's status is the last. The status sent is, if no
// receipt has come for long (F-168). What the carrier will do later does not matter.
func (m *Message) completeLocked() bool {
	f := &m.current
	return f.Status.Final() || f.Status == carrier.Sent &&
		m.account.Clock.Now().Sub(f.Sent) >= noReceipt
}

// incomplete returns the error about a message that is not complete (F-397, F-497).
func (a *Account) incomplete() *apierr.Error {
	e := apierr.New(apierr.Incomplete)
	e.Status = a.quirk().Int(quirk.DeleteInFlightStatus)
	return e
}

// Feedback is what the app reports about the effect of a message (F-318).
type Feedback struct {
	AccountSID, MessageSID string
	Outcome                string // confirmed or unconfirmed
	Created, Updated       time.Time
}

// SetFeedback stores whether a message had its effect. An empty outcome means confirmed, as in the
// only example of the API's description.
func (a *Account) SetFeedback(sid, outcome string) (Feedback, error) {
	m, ok := a.Message(sid)
	if !ok {
		return Feedback{}, apierr.NotFound()
	}
	if outcome == "" {
		outcome = "confirmed"
	}
	if outcome != "confirmed" && outcome != "unconfirmed" {
		return Feedback{}, apierr.Invalid("Outcome is confirmed or unconfirmed, not %q", outcome)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.Clock.Now()
	if m.feedback == nil {
		m.feedback = &Feedback{AccountSID: a.SID, MessageSID: sid, Created: now}
	}
	m.feedback.Outcome, m.feedback.Updated = outcome, now
	m.touchLocked()
	return *m.feedback, nil
}
