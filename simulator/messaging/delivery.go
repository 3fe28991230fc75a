package messaging

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// usual is the script of a message that no rule, handset or magic number decides.
var usual = carrier.Script{
	{Status: carrier.Sent, At: 500 * time.Millisecond, Send: 500 * time.Millisecond, Copies: 1},
	{Status: carrier.Delivered, At: time.Second, Send: time.Second, Copies: 1},
}

// usualText is its text, which most messages share.
var usualText = usual.String()

// textOf returns the text of a script.
func textOf(script carrier.Script) string {
	if len(script) > 0 && &script[0] == &usual[0] && len(script) == len(usual) {
		return usualText
	}
	return script.String()
}

// plan is what the carrier will do with a message, and what decided it. A plan is a value: a
// change of one is a change of a copy.
type plan struct {
	then          carrier.Then
	by            string
	rule          string // the ID of the rule that decided; "" for none
	race, overlap bool
	early         int           // how many callbacks a race is about; 0 means 1
	patience      time.Duration // how long a race waits for the app, in real time; 0 for no limit
}

// decide returns the plan for a message. The first of these decides: the recipient's opt-out, the
// message's template, WhatsApp's 24-hour window, a rule, the handset's state, a magic recipient. If
// none does, the message is delivered.
func (a *Account) decide(f Snapshot) plan { return a.planBut(f, "") }

// planBut is decide as if a rule did not exist. It counts the use of the rule that decides.
func (a *Account) planBut(f Snapshot, rule string) plan {
	p := a.plan(f, rule)
	if a.quirk().Get(quirk.InferredFinal) == "other" {
		p.then = p.then.Other() // F-499
	}
	return p
}

func (a *Account) plan(f Snapshot, but string) plan {
	if p, ok := a.optedOutPlan(about(f)); ok {
		return p
	}
	if f.Template != nil {
		if p, ok := a.templatePlan(f); ok { // F-702
			return p
		}
	} else if !f.automatic && a.outsideWindow(f.From, f.To) { // F-609
		return outside()
	}
	if rule, ok := a.Rules.MatchBut(about(f), but, a.chance.draw); ok {
		return rulePlan(rule, f.channel())
	}
	return a.recipientPlan(f)
}

// optedOutPlan returns the plan for a recipient who has opted out, and whether that is so.
func (a *Account) optedOutPlan(m carrier.Message) (plan, bool) {
	byService := m.Service != "" && a.OptedOut(m.Service, m.To)
	if byService || a.OptedOut(m.From, m.To) { // F-446
		outcome, _ := carrier.LookupOutcome("opted-out")
		return plan{then: outcome.Then(), by: "opt-out"}, true
	}
	return plan{}, false
}

// rulePlan returns the plan of a rule for a message. The status read is left out for an SMS, which
// has none (F-162), unless the rule is to do what Twilio does not.
func rulePlan(rule carrier.Rule, channel string) plan {
	p := plan{then: rule.Then, by: "rule " + rule.ID, rule: rule.ID, race: rule.Race,
		overlap: rule.Overlap}
	if !rule.Illegal && channel == "" && p.then.Script.Reads() {
		p.then.Script, p.by = p.then.Script.Unread(), p.by+", never read"
	}
	return p
}

// recipientPlan returns the plan for a message about which no rule decides. A handset's state comes
// before a magic number: somebody has put the phone into it.
func (a *Account) recipientPlan(f Snapshot) plan {
	to, state := f.To, a.Handset(address.Bare(f.To)).State
	switch {
	case f.channel() == address.RCS && state != carrier.HandsetRCS: // F-797
		outcome, _ := carrier.OutcomeOf(codeRCSUnreachable)
		return plan{then: outcome.Then(), by: "phone " + string(state)}
	case !state.On():
		return plan{then: state.Outcome().Then(), by: "phone " + string(state)}
	}
	if outcome, ok := carrier.Magic(address.Bare(to)); ok {
		return plan{then: outcome.Then(), by: "magic " + outcome.Name}
	}
	if code := magicTo[to]; code != 0 { // F-458 to F-462
		return plan{then: carrier.Then{Refuse: code}, by: "magic " + strconv.Itoa(code)}
	}
	return plan{then: carrier.Then{Script: usual}}
}

// about returns the fields of a message that rules can match.
func about(f Snapshot) carrier.Message {
	return carrier.Message{To: f.To, From: f.From, Body: f.Body, Service: f.MessagingServiceSID,
		Direction: string(f.Direction)}
}

// dispatch hands a reply to the carrier.
func (a *Account) dispatch(m *Message) { a.carry(m, a.decide(m.Snapshot())) }

// carry fetches the message's media and then plays the plan. It returns before that if there are
// media, unless the plan has a race. The media are fetched on the clock, because the app may be the
// one that serves them and have one thread, which waits for the answer to its request.
func (a *Account) carry(m *Message, p plan) {
	p = a.direct(m, p)
	switch media := m.hasMediaToFetch(); {
	case p.race:
		a.begin(m, p, media)
		m.raceWithin(p)
	case media:
		a.mu.Lock()
		m.setDueLocked(a.schedule.At(m.start, func() { a.begin(m, p, true) }))
		a.mu.Unlock()
	default:
		a.begin(m, p, false)
	}
}

// begin plays a plan, after it has fetched the message's media if there are any.
func (a *Account) begin(m *Message, p plan, media bool) {
	script := refusable(p.then)
	if media {
		failed, land := a.fetchMedia(m)
		if failed != nil {
			script, p.by = failed, "media"
		}
		if land != nil {
			end := a.together()
			defer end()
			land()
		}
	}
	a.play(m, script, p.by, p.overlap)
}

// refusable returns the script of an outcome for a message that exists. The API refuses some
// recipients at once. A reply has no request that could be refused, and a service accepts the
// message in any case, so these messages fail with the code (F-444, F-447).
func refusable(then carrier.Then) carrier.Script {
	switch {
	case then.Refuse == apierr.Unsubscribed, then.Refuse != 0 && then.Refuse != apierr.RateLimited &&
		len(then.Script) == 0:
		return carrier.Script{{Status: carrier.Failed, Code: then.Refuse, Copies: 1}}
	case then.Refuse != 0 && len(then.Script) == 0: // too many requests: this one was not
		return usual
	}
	return then.Script
}

// play begins a script. Its times count from the message's acceptance, or from the time for which
// it was scheduled. It announces to the queue how many callbacks will come, so that those which
// wait for others know when nothing more will come.
func (a *Account) play(m *Message, script carrier.Script, by string, overlap bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m.resets != a.resets || m.moved { // for instance while its media were fetched
		return
	}
	m.script, m.step, m.played = script, 0, true
	m.current.By, m.current.Script = by, textOf(script)
	// to the size that it will have: it is kept
	m.current.History = slices.Grow(m.current.History, len(script))
	if m.current.Callback.URL != "" {
		m.queue().overlap = overlap
		m.queue().announce(a.callbacksOf(script))
	}
	m.adviseWindowLocked()
	m.scheduleLocked()
	m.expireLocked()
	m.touchLocked()
}

// expireLocked schedules the failure of a message that is still waiting at the end of its validity
// period (F-263, F-336). It does nothing if the script sends the message in time. It also does
// nothing if the script sends it later and the period is the default: a test that asks for such a
// script means it.
func (m *Message) expireLocked() {
	if m.validity == 0 {
		return
	}
	byDefault := m.validity == directory.MaxValidity*time.Second
	for _, step := range m.script {
		if !waiting(step.Status) && (step.At <= m.validity || byDefault) {
			return
		}
	}
	m.expiry = m.account.schedule.At(m.start.Add(m.validity), func() {
		a := m.account
		a.mu.Lock()
		expires := waiting(m.current.Status) && m.resets == a.resets
		if expires {
			m.moveLocked(carrier.Step{Status: carrier.Failed, Code: codeExpired, Copies: 1},
				"validity period")
		}
		a.mu.Unlock()
		if expires {
			m.sendReady()
		}
	})
}

// waiting reports whether a message with the status is still to be sent.
func waiting(status carrier.Status) bool {
	return status == carrier.Accepted || status == carrier.Queued || status == carrier.Sending
}

// raceWithin is race, but goes on without the app's answer when the plan's patience has ended: an
// app may rightly answer the callback only after its own request. The race goes on in the
// background then, and the clock does not advance before its end.
func (m *Message) raceWithin(p plan) {
	n := max(p.early, 1)
	if p.patience == 0 {
		m.race(n)
		return
	}
	done := make(chan struct{})
	end := m.account.Clock.Begin()
	go func() {
		defer end()
		defer close(done)
		m.race(n)
	}()
	timer := time.NewTimer(p.patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// race takes the script's steps up to the n-th that has a callback at once, not when they are due,
// and waits for the app's answers (F-170). Each step is taken off the clock first; if it has just
// begun there, the clock takes it, and the race is over.
func (m *Message) race(n int) {
	a := m.account
	for {
		a.mu.Lock()
		if int(m.step) >= len(m.script) || m.due == nil || !m.due.Stop() {
			a.mu.Unlock()
			return
		}
		m.script = slices.Clone(m.script)
		step := &m.script[m.step]
		step.Send = step.At
		if a.callbacks(*step) > 0 {
			n--
		}
		a.mu.Unlock()
		m.takeStep()
		if n == 0 {
			return
		}
	}
}

// scheduleLocked puts the script's next step on the clock.
func (m *Message) scheduleLocked() {
	if int(m.step) < len(m.script) {
		m.setDueLocked(m.account.schedule.At(m.start.Add(m.script[m.step].At), m.takeStep))
	} else {
		m.setDueLocked(nil)
	}
}

// takeStep takes the script's next step, unless the script was stopped meanwhile.
func (m *Message) takeStep() {
	a := m.account
	a.mu.Lock()
	if int(m.step) >= len(m.script) || m.resets != a.resets {
		a.mu.Unlock()
		return
	}
	m.handOverLocked()
	step := m.script[m.step]
	m.step++
	m.changeLocked(step, m.current.By)
	m.scheduleLocked()
	a.mu.Unlock()
	m.sendReady()
}

// changeLocked sets the message's status to the step's, writes that into the journal and queues the
// step's callbacks, all under one lock: the next step may come at once, and its callbacks must be
// queued behind these.
func (m *Message) changeLocked(step carrier.Step, by string) {
	f := &m.current
	f.Status, f.Updated = step.Status, m.account.Clock.Now()
	if step.Code != 0 {
		f.ErrorCode = step.Code
	}
	if step.Status == carrier.Sent && f.Sent.IsZero() {
		before := m.Keys()
		f.Sent = f.Updated
		m.account.Journal.Rekey(f.SID, before, m.Keys())
	}
	f.History = append(f.History,
		Change{Status: step.Status, ErrorCode: step.Code, At: f.Updated, By: by})
	// The journal has had the message since its creation. It is not added again, because the
	// journal may have dropped it since.
	m.account.Journal.Append(journal.Event{
		Type: journal.MessageStatus, SID: f.SID, Status: string(step.Status), ErrorCode: step.Code,
		Rule: by,
	}, "", nil)
	m.adviseUnheardLocked(step)
	m.callBackLocked(step)
	m.touchLocked()
}

// Deliver sets the status of a message by hand. Its script stops, so that no timer overwrites the
// status, and the app receives the callback. A code of 0 means the usual code of the status. Unless
// illegal is set, the transition must be one that Twilio's own messages make (F-167). It returns
// when the app has answered the callback, unless another goroutine sends those of this message. The
// error says that there is no such message, that it is inbound, or that the transition is
// impossible.
func (a *Account) Deliver(
	sid string, status carrier.Status, code int, illegal bool) (*Message, error) {
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
		return nil, fmt.Errorf("%q is not one status such as delivered: for more, use a rule "+
			"with then=%s", status, status)
	}
	const by = "deliver"
	step := script[0]
	defer a.Clock.Begin()()
	a.mu.Lock()
	if m.current.Direction == Inbound {
		a.mu.Unlock()
		return nil, fmt.Errorf("%s is inbound: it has arrived, and Twilio reports no statuses "+
			"for it", sid)
	}
	if status == carrier.Read && m.current.channel() == "" && !illegal {
		a.mu.Unlock()
		return nil, fmt.Errorf("%s is an SMS, and those are never read, only messages on a "+
			"channel; illegal lets it through", sid)
	}
	if err := script.Check(m.current.Status); err != nil && !illegal {
		a.mu.Unlock()
		return nil, err
	}
	step.At, step.Send = 0, 0
	m.moveLocked(step, by)
	m.current.By = by
	a.mu.Unlock()
	m.sendReady()
	return m, nil
}

// moveLocked takes a step that is not in the message's script. It ends the script. A script that
// has not begun yet, because media are still being fetched, will not begin.
func (m *Message) moveLocked(step carrier.Step, by string) {
	m.moved = true
	// before stopLocked: queued callbacks may wait for this one
	if m.current.Callback.URL != "" {
		m.queue().announce(m.account.callbacks(step))
	}
	m.stopLocked()
	m.changeLocked(step, by)
}

// stopLocked ends the message's script.
func (m *Message) stopLocked() {
	if m.due != nil {
		m.due.Stop()
	}
	if m.expiry != nil {
		m.expiry.Stop()
	}
	if m.callbacks != nil {
		m.callbacks.withdraw(m.account.callbacksOf(m.script[m.step:]))
	}
	m.setDueLocked(nil)
	m.expiry, m.step, m.handover = nil, int32(len(m.script)), nil
}
