package testscript

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/webhook"
)

// calm is what the runs of a search have learnt about when the app acts by itself. An app does the
// same whenever it has received the same: after what it once did nothing for the whole wait, the
// clock goes on at once in the next run. Runs share most of what the app receives, so that most
// waits are left out.
type calm struct {
	mu      sync.Mutex
	moments map[state]moment
}

// moment is what the app did first after it had received something.
type moment struct {
	quiet time.Duration // for how long it did nothing, 0 if it was not waited for
	deed  string        // what it did; "" if that is not known
}

func newCalm() *calm { return &calm{moments: map[state]moment{}} }

func (c *calm) after(s state) moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moments[s]
}

// learn adds what a run has seen. What an app did once outweighs that it did nothing before.
func (c *calm) learn(moments map[state]moment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s, m := range moments {
		known := c.moments[s]
		switch {
		case m.deed != "":
			known = moment{deed: m.deed}
		case known.deed == "":
			known.quiet = max(known.quiet, m.quiet)
		}
		c.moments[s] = known
	}
}

// trail is what the app of a run has received and done so far. SIDs and idempotency tokens count
// only for which of them are the same, because each run has others.
type trail struct {
	now   state
	names map[string]string
}

// pass adds something, and returns it as it counts.
func (t *trail) pass(text string) string {
	text = volatile().ReplaceAllStringFunc(text, t.name)
	t.now = sha256.Sum256(append(t.now[:], text...))
	return text
}

func (t *trail) name(id string) string {
	if t.names == nil {
		t.names = map[string]string{}
	}
	name, ok := t.names[id]
	if !ok {
		name = strconv.Itoa(len(t.names))
		t.names[id] = name
	}
	return name
}

// passWebhook adds a webhook that leaves. Where the customer lives follows the number, which is
// another one in each run that shares an app.
func (t *trail) passWebhook(r *webhook.Request, w *world) {
	var b strings.Builder
	_, cut := r.Faults.Get(fault.Cut)
	b.WriteString(r.Method + " " + r.URL + " " + t.name(r.Idempotency) + strconv.FormatBool(cut))
	for _, p := range r.Params {
		switch p.Name {
		case "FromCity", "FromState", "FromZip":
		default:
			b.WriteString("\n" + p.Name + "=" + p.Value)
		}
	}
	t.pass(w.masked(b.String()))
}
