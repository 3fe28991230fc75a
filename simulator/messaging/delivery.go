package messaging

import (
	"fmt"
	"slices"
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
	m.facts.History = slices.Grow(m.facts.History, len(script)) // to the size that it will have: it is kept
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
	if m.step >= len(m.script) || m.resets != a.resets {
		a.mu.Unlock()
		return
	}
	step := m.script[m.step]
	m.step++
	m.changeLocked(step, m.facts.By)
	m.scheduleLocked()
	a.mu.Unlock()
	m.sendReady()
}

// changeLocked moves the message to the step's status, writes that into the journal and lines the step's callbacks up, all
// under one lock: the next step may come at once, and must find them there.
func (m *Message) changeLocked(step carrier.Step, by string) {
	f := &m.facts
	f.Status, f.Updated = step.Status, m.account.Clock.Now()
	if step.Code != 0 {
		f.ErrorCode = step.Code
	}
	if step.Status == carrier.Sent && f.Sent.IsZero() {
		f.Sent = f.Updated
	}
	f.History = append(f.History, Change{Status: step.Status, ErrorCode: step.Code, At: f.Updated, By: by})
	// The journal has the message since its creation. It is not put there again, as it may have been forgotten since.
	m.account.Journal.Append(journal.Event{
		Type: journal.MessageStatus, SID: f.SID, Status: string(step.Status), ErrorCode: step.Code, Rule: by,
	}, "", nil)
	m.callBackLocked(step)
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
	if len(script) != 1 || script[0].Status != status {
		return nil, fmt.Errorf("%q is not one status such as delivered: for more, use a rule with then=%s", status, status)
	}
	const by = "deliver"
	step := script[0]
	defer a.Clock.Begin()()
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
	step.At, step.Send = 0, 0
	m.changeLocked(step, by)
	m.facts.By = by
	a.mu.Unlock()
	m.sendReady()
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
