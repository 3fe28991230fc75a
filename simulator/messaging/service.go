package messaging

import (
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
)

// serviceDelay is how long a service takes to choose a sender [inferred].
const serviceDelay = 100 * time.Millisecond

// sendByService accepts a message and schedules its sending by the service. Failures that depend on
// the recipient come later (F-232). With a race the sender is chosen at once: the callback must
// reach the app before this request is answered.
func (a *Account) sendByService(o outgoing) (*Message, error) {
	if outcome, ok := carrier.Magic(address.Bare(o.message.To)); ok &&
		outcome.Refuse == apierr.RateLimited {
		return nil, a.refuse(outcome.Refuse, o.message.To, o.message.From, o.via())
	}
	m := a.create(o)
	switch {
	case !o.sendAt.IsZero():
		a.mu.Lock()
		m.setDueLocked(a.schedule.At(o.sendAt, m.orchestrate))
		a.mu.Unlock()
	case a.Rules.Races(about(o.message)):
		m.orchestrate()
	default:
		a.mu.Lock()
		m.setDueLocked(a.schedule.At(m.start.Add(serviceDelay), m.orchestrate))
		a.mu.Unlock()
	}
	return m, nil
}

// orchestrate chooses the sender of a service's message and queues it. The message fails if there
// is not a sender, or if the recipient has opted out. The sender is chosen without the account's
// lock, as the directory has its own; the status is compared afterwards, because the message may
// have been changed meanwhile.
func (m *Message) orchestrate() {
	a := m.account
	f := m.Snapshot()
	text, found := f, f.From != ""
	if !found {
		var agent string
		if agent, found = a.agentFor(f); found {
			f = onRCS(f, agent)
		} else {
			f.From, found = m.textSender(f)
		}
	}
	a.mu.Lock()
	waits := f.Status == carrier.Accepted || f.Status == carrier.Scheduled
	if !waits || m.resets != a.resets || f.Status != m.current.Status {
		a.mu.Unlock()
		return // it was canceled, or moved by hand
	}
	m.setDueLocked(nil)
	if found {
		before := m.Keys()
		m.current.From, m.current.Template, m.current.NumSegments = f.From, f.Template, int(m.segments)
		if f.channel() != "" {
			m.current.NumSegments = 1
		}
		if f.Template != nil { // F-608
			m.current.Body = f.Template.Body
		}
		a.Journal.Rekey(f.SID, before, m.Keys())
		m.touchLocked()
	}
	a.mu.Unlock()
	if !found { // F-429
		a.play(m, carrier.Script{{Status: carrier.Failed, Code: apierr.NoSender, Copies: 1}},
			"service", false)
		return
	}
	if f.Template != nil {
		f.Body = f.Template.Body
	}
	p := a.decide(f)
	p.then.Script = queuedFirst(p.then, a.Clock.Now().Sub(m.start))
	p.then.Refuse = 0
	if f.channel() == address.RCS {
		p = m.fallBack(p, f, text)
	}
	a.carry(m, p)
}

// queuedFirst adds the status queued, which every message of a service has before its delivery, to
// the beginning of the script. A message whose recipient has opted out fails without it (F-232). at
// is how long after the acceptance that is.
func queuedFirst(then carrier.Then, at time.Duration) carrier.Script {
	script := refusable(then)
	if then.Refuse == apierr.Unsubscribed || len(script) > 0 && script[0].Status == carrier.Queued {
		return script
	}
	// F-156
	return append(carrier.Script{{Status: carrier.Queued, At: at, Send: at, Copies: 1}}, script...)
}
