package messaging

import (
	"context"
	"strings"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// Held says of a webhook that has not left yet which rule keeps it back, and until when.
type Held struct {
	Rule  string    `json:"rule"` // r1
	What  string    `json:"what"` // in the rule's words: delay:5s
	Until time.Time `json:"until"`
}

// faultsOf returns what a rule does to a webhook that is about to leave, and counts the rule's use.
// No rule sees the webhooks of a bin: they never get on a wire. w comes without the fields that
// follow from the account and from the parameters.
func (a *Account) faultsOf(w fault.Webhook, params webhook.Params) fault.List {
	if _, ok := a.Bin(w.URL); ok {
		return nil
	}
	w.To, w.From, w.Status = params.Get("To"), params.Get("From"), params.Get("MessageStatus")
	a.mu.Lock()
	w.First = a.valid == nil
	a.mu.Unlock()
	return a.Rules.Faults(w, a.chance.draw)
}

// departure is when a webhook leaves, as its faults say.
type departure struct {
	wait      time.Duration // it leaves so much later
	overtaken bool          // the callbacks behind it do not wait for it
	swapped   bool          // it leaves once the next callback of its message was answered
}

func departureOf(faults fault.List) (d departure) {
	for _, f := range faults {
		switch f.Kind {
		case fault.Delay:
			d.wait = f.Wait
		case fault.Late:
			d.wait, d.overtaken = f.Wait, true
		case fault.Reorder:
			d.swapped = true
		}
	}
	return d
}

// atOnce reports whether the webhook leaves now.
func (d departure) atOnce() bool { return d.wait == 0 && !d.swapped }

// String returns what the webhook waits for.
func (d departure) String() string {
	if d.swapped {
		return "waits for the next callback"
	}
	return "waits " + d.wait.String()
}

// recordHeld writes into the journal that a webhook waits: POST /status sent waits 5s.
func (a *Account) recordHeld(faults fault.List, sid string, w fault.Webhook, status string) {
	what := strings.TrimSpace((&journal.Exchange{Method: w.Method, URL: w.URL}).Summary() + " " + status)
	a.Journal.Append(journal.Event{
		Type: journal.WebhookHeld, SID: sid, Status: status, Rule: "rule " + faults.Rule(),
		Note: what + " " + departureOf(faults).String(),
	}, "", nil)
}

// begin follows the URL of an inbound message, at once or when a rule lets the webhook leave. It never waits for that: time may
// stand still, and whoever sent the text may be the one to move it. What comes later is in no receipt.
func (r *run) begin(ctx context.Context, to directory.Route) {
	a := r.account
	if !a.Rules.AboutWebhooks() {
		r.follow(ctx, to)
		return
	}
	w := fault.Webhook{Purpose: fault.Inbound, Method: to.Method, URL: to.URL}
	r.faults = a.faultsOf(w, r.params)
	wait := departureOf(r.faults).wait
	if wait == 0 {
		r.follow(ctx, to)
		return
	}
	a.recordHeld(r.faults, r.message.ID(), w, "")
	r.receipt.Held = &Held{Rule: r.faults.Rule(), What: r.faults.String(), Until: a.Clock.Now().Add(wait)}
	later := &run{account: a, message: r.message, params: r.params, faults: r.faults, receipt: Receipt{Message: r.message}}
	a.Clock.At(r.receipt.Held.Until, func() {
		if !a.wasReset(r.message.resets) {
			later.follow(context.Background(), to)
		}
	})
}

// faultsOf returns what a rule does to one of the run's requests. Those of the first request are
// known since [run.begin].
func (r *run) faultsOf(from source) fault.List {
	if from.purpose == journal.Inbound {
		return r.faults
	}
	if !r.account.Rules.AboutWebhooks() {
		return nil
	}
	w := fault.Webhook{Purpose: string(from.purpose), Method: from.method, URL: from.url}
	return r.account.faultsOf(w, from.params)
}

// meetRules has the rules about webhooks look at callbacks whose turn it is, and returns those that leave now. One that a rule has
// held back before is not looked at again. paused tells that the line waits from now on: whoever sends it must leave it alone, as
// goOn may be sending it already.
func (m *Message) meetRules(jobs []callbackJob) (leaving []callbackJob, paused bool) {
	if !m.account.Rules.AboutWebhooks() {
		return jobs, false
	}
	for _, job := range jobs {
		if len(job.faults) == 0 {
			job.faults = m.faultsOf(job)
			if !departureOf(job.faults).atOnce() {
				paused = m.holdBack(job, len(jobs) > 1) || paused
				continue
			}
		}
		leaving = append(leaving, job)
	}
	return leaving, paused
}

// faultsOf returns what a rule does to a callback.
func (m *Message) faultsOf(job callbackJob) fault.List {
	f, a := m.Snapshot(), m.account
	w := callbackWebhook(f)
	a.mu.Lock()
	w.Alone = m.callbacks.last()
	a.mu.Unlock()
	return a.faultsOf(w, a.statusParams(f, job))
}

func callbackWebhook(f Snapshot) fault.Webhook {
	return fault.Webhook{Purpose: fault.Status, Method: f.Callback.Method, URL: f.Callback.URL}
}

// holdBack keeps a callback back: for the next one, alone, or with the line behind it, which it reports. Callbacks that go out
// together are no line.
func (m *Message) holdBack(job callbackJob, together bool) (paused bool) {
	a, f, d := m.account, m.Snapshot(), departureOf(job.faults)
	a.recordHeld(job.faults, f.SID, callbackWebhook(f), string(job.status))
	a.mu.Lock()
	defer a.mu.Unlock()
	switch at := a.Clock.Now().Add(d.wait); {
	case d.swapped:
		m.callbacks.swap(job)
	case d.overtaken || m.callbacks.overlap || together:
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
