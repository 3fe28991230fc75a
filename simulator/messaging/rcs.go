package messaging

import (
	"slices"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/quirk"
)

// channel returns the prefix of the channel on which the message is, "" for SMS and MMS. A message
// of a service that leaves by RCS keeps the plain number of its recipient (F-791).
func (f *Snapshot) channel() string {
	if prefix := address.Prefix(f.To); prefix != "" {
		return prefix
	}
	return address.Prefix(f.From)
}

// The codes of RCS after which a service sends an SMS instead (F-797), and the one that says that
// the handset has no RCS.
const (
	codeUnconfirmed    = 30046
	codeRCSUnreachable = 63036
)

// byFallback is what decided about a message of RCS that a service sends as an SMS after all.
const byFallback = "fallback to SMS"

// handover is the change from RCS to SMS in the middle of a message's script.
type handover struct {
	Asked    string     `json:"asked,omitempty"` // the FallbackFrom of the request (F-792)
	Step     int        `json:"step,omitempty"`  // the first one of the SMS; 0 if there is no change
	From     string     `json:"from,omitempty"`
	By       string     `json:"by,omitempty"`
	Template *Templated `json:"template,omitempty"` // what the SMS has of it
}

// agentFor returns the sender of RCS with which a service sends a message: there is one in its
// pool, and the handset has RCS (F-791).
func (a *Account) agentFor(f Snapshot) (string, bool) {
	if address.Prefix(f.To) != "" || a.Handset(f.To).State != carrier.HandsetRCS {
		return "", false
	}
	return a.Agent(f.MessagingServiceSID)
}

// textSender returns the sender of a service's SMS or MMS: the FallbackFrom of the request, or one
// that the service chooses (F-792).
func (m *Message) textSender(f Snapshot) (string, bool) {
	if m.handover != nil { // set before the message is shared, until the script is chosen
		return m.handover.Asked, true
	}
	country := m.account.locate(address.Bare(f.To)).Country
	return m.account.ChooseSender(f.MessagingServiceSID, f.To, country)
}

// onRCS returns the message as it leaves by RCS.
func onRCS(f Snapshot, agent string) Snapshot {
	f.From, f.NumSegments = agent, 1
	if f.Template != nil && f.Template.RCS != nil {
		rcs := *f.Template
		rcs.Rendered, rcs.Unusable = rcs.RCS.Rendered, rcs.RCS.Unusable
		f.Template = &rcs
	}
	return f
}

// fallBack lets a plan for a message of a service that ends with one of the codes of F-797 go on as
// an SMS. What RCS has reported before stays. f is the message on RCS and text as an SMS without a
// sender. Without a sender for it, the message fails as planned. The rule that led to the code is
// left out for the SMS, or it would fail in the same way.
func (m *Message) fallBack(p plan, f, text Snapshot) plan {
	script := p.then.Script
	if len(script) == 0 || address.Prefix(f.To) != "" {
		return p
	}
	last := script[len(script)-1]
	if last.Code != codeUnconfirmed && last.Code != codeRCSUnreachable {
		return p
	}
	var ok bool
	if text.From, ok = m.textSender(f); !ok {
		return p
	}
	before := slices.Clone(script[:len(script)-1])
	if last.Code == codeRCSUnreachable { // it was never sent by RCS
		before = slices.DeleteFunc(before, func(s carrier.Step) bool { return !waiting(s.Status) })
	}
	next := m.account.planBut(text, p.rule)
	after := refusable(next.then)
	if len(after) == 0 {
		return p
	}
	m.account.mu.Lock()
	h := &handover{Step: len(before), From: text.From, By: byFallback, Template: text.Template}
	if next.by != "" {
		h.By += ", " + next.by
	}
	m.handover = h
	m.account.mu.Unlock()
	sent := slices.ContainsFunc(before, func(s carrier.Step) bool { return s.Status == carrier.Sent })
	for _, step := range after {
		if sent && step.Status == carrier.Sent {
			continue
		}
		step.At, step.Send = step.At+last.At, step.Send+last.At
		before = append(before, step)
	}
	p.then.Script, p.overlap = before, p.overlap || next.overlap
	return p
}

// handOverLocked makes the message an SMS when its script comes to that.
func (m *Message) handOverLocked() {
	h := m.handover
	if h == nil || h.Step == 0 || int(m.step) != h.Step {
		return
	}
	m.handover = nil
	keys, f := m.Keys(), &m.current
	f.From, f.By, f.Template, f.NumSegments = h.From, h.By, h.Template, int(m.segments)
	if f.Template != nil {
		f.Body = f.Template.Body
	}
	m.account.Journal.Rekey(f.SID, keys, m.Keys())
}

// shownTo returns how webhooks write the number of a handset on RCS: two test payloads differ
// (F-796).
func (a *Account) shownTo(phone string) string {
	if a.quirk().Get(quirk.RCSAddress) == "plain" {
		return address.Bare(phone)
	}
	return address.With(address.RCS, phone)
}
