package messaging

import (
	"strings"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// faultsOf returns what a rule does to a webhook that is about to leave, and counts the rule's use.
// Rules do not apply to the webhooks of a bin, which are not sent over the network. The caller
// leaves the fields of w empty that come from the account and the parameters. It takes the rules'
// lock, so the account's must not be held. First is what a replayed signature needs: there is none
// to replay before the first valid one.
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

// departure is when a webhook leaves according to its faults.
type departure struct {
	wait      time.Duration // how much later it leaves
	overtaken bool          // the callbacks behind it do not wait for it
	swapped   bool          // it leaves once the next callback of its message was answered
}

// departureOf reads the faults that delay a webhook. Of several times the last counts.
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
	what := strings.TrimSpace((&journal.Exchange{Method: w.Method, URL: w.URL}).Summary() + " " +
		status)
	a.Journal.Append(journal.Event{
		Type: journal.WebhookHeld, SID: sid, Status: status, Rule: "rule " + faults.Rule(),
		Note: what + " " + departureOf(faults).String(),
	}, "", nil)
}
