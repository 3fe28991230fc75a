package messaging

import (
	"context"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// Held says of a webhook that has not left yet which rule keeps it back, and until when.
type Held struct {
	Rule  string    `json:"rule"` // r1
	What  string    `json:"what"` // in the rule's words: delay:5s
	Until time.Time `json:"until"`
}

// onWire finds what a rule does to a webhook that is about to leave, and counts its use. No rule sees the webhooks of a bin:
// they never get on a wire. w comes without what the account and the parameters tell.
func (a *Account) onWire(w carrier.Webhook, params webhook.Params) (carrier.Wire, bool) {
	if _, ok := a.Bin(w.URL); ok {
		return carrier.Wire{}, false
	}
	w.To, w.From, w.Status = params.Get("To"), params.Get("From"), params.Get("MessageStatus")
	a.mu.Lock()
	w.First = a.valid == nil
	a.mu.Unlock()
	return a.Rules.Wire(w, a.chance.draw)
}

// hold writes into the journal that a webhook waits: POST /status sent waits 5s.
func (a *Account) hold(wire carrier.Wire, sid string, w carrier.Webhook, status string) {
	what := strings.TrimSpace((&journal.Exchange{Method: w.Method, URL: w.URL}).Summary() + " " + status)
	a.Journal.Append(journal.Event{
		Type: journal.WebhookHeld, SID: sid, Status: status, Rule: "rule " + wire.Fault.Rule, Note: what + " " + waits(wire),
	}, "", nil)
}

// waits says what a webhook waits for.
func waits(w carrier.Wire) string {
	if w.Swapped {
		return "waits for the next callback"
	}
	return "waits " + w.Wait.String()
}

// begin follows the URL of an inbound message, at once or when a rule lets the webhook leave. It never waits for that: time may
// stand still, and whoever sent the text may be the one to move it. What comes later is in no receipt.
func (r *run) begin(ctx context.Context, to directory.Route) {
	a := r.account
	if !a.Rules.AboutWebhooks() {
		r.follow(ctx, to)
		return
	}
	w := carrier.Webhook{Purpose: journal.Inbound, Method: to.Method, URL: to.URL}
	wire, ok := a.onWire(w, r.params)
	if ok {
		r.fault = &wire.Fault
	}
	if wire.Wait == 0 {
		r.follow(ctx, to)
		return
	}
	a.hold(wire, r.message.ID(), w, "")
	r.receipt.Held = &Held{Rule: wire.Fault.Rule, What: wire.Fault.What, Until: a.Clock.Now().Add(wire.Wait)}
	later := &run{account: a, message: r.message, params: r.params, fault: r.fault, receipt: Receipt{Message: r.message}}
	a.Clock.At(r.receipt.Held.Until, func() {
		if !a.wasReset(r.message.resets) {
			later.follow(context.Background(), to)
		}
	})
}

// faultOf returns what a rule does to one of the run's requests. That of the first one is known since [run.begin].
func (r *run) faultOf(from source) *webhook.Fault {
	if from.purpose == journal.Inbound {
		return r.fault
	}
	if !r.account.Rules.AboutWebhooks() {
		return nil
	}
	wire, ok := r.account.onWire(carrier.Webhook{Purpose: from.purpose, Method: from.method, URL: from.url}, from.params)
	if !ok {
		return nil
	}
	return &wire.Fault
}

// meetRules has the rules about webhooks look at callbacks whose turn it is, and returns those that leave now. One that a rule has
// held back before is not looked at again. paused tells that the line waits from now on: whoever sends it must leave it alone, as
// goOn may be sending it already.
func (m *Message) meetRules(jobs []callbackJob) (leaving []callbackJob, paused bool) {
	if !m.account.Rules.AboutWebhooks() {
		return jobs, false
	}
	for _, job := range jobs {
		if job.fault == nil {
			if wire, ok := m.onWire(job); ok {
				job.fault = &wire.Fault
				if wire.Wait > 0 || wire.Swapped {
					paused = m.holdBack(job, wire, len(jobs) > 1) || paused
					continue
				}
			}
		}
		leaving = append(leaving, job)
	}
	return leaving, paused
}

// onWire finds what a rule does to a callback.
func (m *Message) onWire(job callbackJob) (carrier.Wire, bool) {
	f, a := m.Snapshot(), m.account
	w := webhookOf(f)
	a.mu.Lock()
	w.Alone = m.callbacks.last()
	a.mu.Unlock()
	return a.onWire(w, statusParams(f, job))
}

func webhookOf(f Snapshot) carrier.Webhook {
	return carrier.Webhook{Purpose: journal.Status, Method: f.Callback.Method, URL: f.Callback.URL}
}

// holdBack keeps a callback back: for the next one, alone, or with the line behind it, which it reports. Callbacks that go out
// together are no line.
func (m *Message) holdBack(job callbackJob, wire carrier.Wire, together bool) (paused bool) {
	a, f := m.account, m.Snapshot()
	a.hold(wire, f.SID, webhookOf(f), string(job.status))
	a.mu.Lock()
	defer a.mu.Unlock()
	switch at := a.Clock.Now().Add(wire.Wait); {
	case wire.Swapped:
		m.callbacks.swap(job)
	case wire.Overtaken || m.callbacks.overlap || together:
		a.Clock.At(at, func() { m.lineUpAgain(job) })
	default:
		m.callbacks.pause(job)
		a.Clock.At(at, m.goOn)
		return true
	}
	return false
}

// lineUpAgain sends a callback that others were to overtake.
func (m *Message) lineUpAgain(job callbackJob) {
	m.account.mu.Lock()
	m.callbacks.putBack(job)
	m.account.mu.Unlock()
	m.sendReady()
}

// goOn sends the callback that the line has waited for, and the line.
func (m *Message) goOn() {
	m.account.mu.Lock()
	m.callbacks.resume()
	m.account.mu.Unlock()
	m.sendReady()
}
