package messaging

import (
	"fmt"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// usual is what becomes of a message when nothing says otherwise.
var usual = carrier.Script{
	{Status: carrier.Sent, At: 500 * time.Millisecond, Send: 500 * time.Millisecond, Copies: 1},
	{Status: carrier.Delivered, At: time.Second, Send: time.Second, Copies: 1},
}

// dispatch asks who decides the message's delivery, and plays the script that comes of it. The first of these does: a
// rule, the handset's state, a magic recipient. Else the message is delivered.
func (a *Account) dispatch(m *Message) {
	f := m.Facts()
	about := carrier.Message{To: f.To, From: f.From, Body: f.Body, Direction: string(f.Direction)}
	if rule, ok := a.Rules.Match(about, a.draw); ok {
		a.play(m, refusable(rule.Then), "rule "+rule.ID, rule.Overlap)
		return
	}
	if state := a.Handset(f.To).State; state != carrier.HandsetOn {
		a.play(m, refusable(state.Outcome().Then()), "phone "+string(state), false)
		return
	}
	if outcome, ok := carrier.Magic(f.To); ok {
		a.play(m, refusable(outcome.Then()), "magic "+outcome.Name, false)
		return
	}
	a.play(m, usual, "", false)
}

// refusable is the script of an outcome for a reply. The API refuses some recipients at once; a reply has no request
// that could be refused, so it fails with the code (F-444).
func refusable(then carrier.Then) carrier.Script {
	if then.Refuse == codeUnsubscribed {
		return carrier.Script{{Status: carrier.Failed, Code: then.Refuse, Copies: 1}}
	}
	if len(then.Script) == 0 && then.Refuse != 0 {
		return usual
	}
	return then.Script
}

// play begins a script. Its times count from the message's acceptance.
func (a *Account) play(m *Message, script carrier.Script, by string, overlap bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m.script, m.step, m.overlap = script, 0, overlap
	m.facts.By, m.facts.Script = by, script.String()
	for _, step := range script {
		m.owed += callbacks(step)
	}
	m.scheduleLocked()
}

// scheduleLocked puts the script's next step on the clock.
func (m *Message) scheduleLocked() {
	m.due = nil
	if m.step < len(m.script) {
		m.due = m.account.Clock.At(m.start.Add(m.script[m.step].At), m.takeStep)
	}
}

// takeStep does the script's next step, unless somebody has stopped the script meanwhile.
func (m *Message) takeStep() {
	a := m.account
	a.mu.Lock()
	if m.step >= len(m.script) {
		a.mu.Unlock()
		return
	}
	step := m.script[m.step]
	m.step++
	by := m.facts.By
	m.changeLocked(step.Status, step.Code, by)
	m.scheduleLocked()
	a.mu.Unlock()
	m.tell(step.Status, step.Code, by)
	m.callBack(step)
}

// changeLocked moves the message to a status.
func (m *Message) changeLocked(status carrier.Status, code int, by string) {
	f := &m.facts
	f.Status, f.Updated = status, m.account.Clock.Now()
	if code != 0 {
		f.ErrorCode = code
	}
	if status == carrier.Sent && f.Sent.IsZero() {
		f.Sent = f.Updated
	}
	f.History = append(f.History, Change{Status: status, ErrorCode: code, At: f.Updated, By: by})
}

// tell writes the change into the journal.
func (m *Message) tell(status carrier.Status, code int, by string) {
	m.account.Journal.Append(journal.Event{
		Type: journal.MessageStatus, SID: m.ID(), Status: string(status), ErrorCode: code, Rule: by,
	}, journal.Messages, m)
}

// Deliver moves a message by hand: its script stops, so that no timer overwrites the status, and the app hears of it. A
// code of 0 takes the status's usual one. Unless illegal is set, the way there must be one that Twilio's own messages
// take (F-167).
func (a *Account) Deliver(sid string, status carrier.Status, code int, illegal bool) (*Message, error) {
	thing, ok := a.Journal.Thing(journal.Messages, sid)
	if !ok {
		return nil, fmt.Errorf("there is no message %q", sid)
	}
	m := thing.(*Message)
	text := string(status)
	if code != 0 {
		text = fmt.Sprintf("%s:%d", status, code)
	}
	script, err := carrier.ParseScript(text)
	if err != nil {
		return nil, err
	}
	const by = "deliver"
	step := script[0]
	a.mu.Lock()
	if m.facts.Direction == Inbound {
		a.mu.Unlock()
		return nil, fmt.Errorf("%s is inbound: it has arrived, and Twilio reports no statuses for it", sid)
	}
	if err := script.Check(m.facts.Status); err != nil && !illegal {
		a.mu.Unlock()
		return nil, err
	}
	m.stopLocked()
	m.changeLocked(step.Status, step.Code, by)
	m.facts.By = by
	a.mu.Unlock()
	m.tell(step.Status, step.Code, by)
	defer a.Clock.Begin()()
	step.At, step.Send = 0, 0
	m.callBack(step)
	return m, nil
}

// stopLocked ends the message's script.
func (m *Message) stopLocked() {
	if m.due != nil {
		m.due.Stop()
	}
	m.due, m.step = nil, len(m.script)
	m.overlap = false
}
