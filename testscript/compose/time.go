package compose

import (
	"slices"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// grain is the precision of measured times: real times are a little late.
const grain = 10 * time.Millisecond

// atOnce is how long an app may take to send while it answers: no status changes sooner.
const atOnce = 400 * time.Millisecond

// times gives each action its virtual time: that of the latest event before it.
func (c *conversation) times() {
	now := time.Duration(0)
	for i, a := range c.actions {
		if i > 0 {
			now = max(now, c.reached(a.event))
		}
		a.at = now
	}
}

// reached is the virtual time of the last event before the one with this index.
func (c *conversation) reached(event int) time.Duration {
	last := time.Duration(0)
	for _, e := range c.Events[:event] {
		by := c.of[e.SID]
		if by == nil || by.event >= event {
			continue
		}
		if m := c.messages[e.SID]; m != nil && m.Direction != messaging.Inbound {
			last = max(last, c.timeOf(e, m, by))
		}
	}
	return last
}

// timeOf is the virtual time of an event about a message: by its script, if that made the event,
// else the time measured since the message was created. The script's time is exact where the
// measured one is a little late.
func (c *conversation) timeOf(e journal.Event, m *messaging.Snapshot, by *action) time.Duration {
	script, err := carrier.ParseScript(m.Script)
	if err == nil && !scheduled(m) && e.Rule != "deliver" && !c.held(e) {
		i := slices.IndexFunc(
			script,
			func(step carrier.Step) bool { return string(step.Status) == e.Status },
		)
		switch {
		case i >= 0 && e.Type == journal.MessageStatus:
			return c.createdAt(m, by) + script[i].At
		case i >= 0 && e.Type == journal.WebhookAttempt:
			return c.createdAt(m, by) + max(script[i].At, script[i].Send)
		}
	}
	return c.createdAt(m, by) + e.At.Sub(m.Created).Round(grain)
}

// held reports whether an event is a webhook with a fault: its time is determined by the rule and
// not by the script.
func (c *conversation) held(e journal.Event) bool {
	i := slices.IndexFunc(
		c.webhooks[e.SID],
		func(x *journal.Exchange) bool { return x.Name == e.Exchange },
	)
	return e.Exchange != "" && i >= 0 && len(c.webhooks[e.SID][i].Faults) > 0
}

// delay is how long a rule delayed a text: what the app did in response was later by the same time.
func (c *conversation) delay(a *action) time.Duration {
	if a.text == nil || len(c.webhooks[a.text.SID]) == 0 {
		return 0
	}
	if late := c.webhooks[a.text.SID][0].At.Sub(a.text.Created).Round(grain); late > atOnce {
		return late
	}
	return 0
}

// createdAt is the virtual time at which a message was created. The app may have sent it in
// response to a callback.
func (c *conversation) createdAt(m *messaging.Snapshot, by *action) time.Duration {
	if m.Direction != messaging.OutboundAPI || m == by.send {
		return by.at + c.delay(by)
	}
	first := by.text
	if first == nil {
		first = by.send
	}
	if since := m.Created.Sub(first.Created); since > atOnce {
		return by.at + since.Round(grain)
	}
	return by.at
}

// scheduled reports whether a message's script begins later than its creation.
func scheduled(m *messaging.Snapshot) bool {
	return len(m.History) > 0 && m.History[0].Status == carrier.Scheduled
}

// settled reports whether nothing is due for the conversation's messages.
func (c *conversation) settled() bool {
	for sid := range c.of {
		m := c.messages[sid]
		script, err := carrier.ParseScript(m.Script)
		if err != nil || m.By == "deliver" || m.Status.Final() && len(script) == 0 {
			continue
		}
		if m.Created.Add(script.Duration()).After(c.Now) || m.Status == carrier.Scheduled {
			return false
		}
	}
	return true
}
