package testscript

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// verdict judges a run that was played under a schedule. It makes the checks K1 to K6; the explorer
// adds K7, the invariants, and K8, the lines.
type verdict struct {
	world    *world
	director *director
	memory   *memory
	entries  []doorEntry
	failures []explore.Failure
}

// newVerdict finds what went wrong at the door, whatever the scenario checks.
func newVerdict(w *world, m *memory, entries []doorEntry) *verdict {
	v := &verdict{world: w, director: w.director, memory: m, entries: entries}
	v.checkProcess()
	v.checkAnswers()
	v.checkDoubles()
	v.checkStopped()
	v.checkAlerts()
	return v
}

// add adds a failure, unless the baseline has it too: what also fails without a deviation is for
// the scenario itself to check.
func (v *verdict) add(f explore.Failure) {
	if v.memory != nil && v.memory.failures[f.Key()] {
		return
	}
	if !slices.ContainsFunc(v.failures, func(o explore.Failure) bool { return o.Key() == f.Key() }) {
		f.Text = aliased(v.world.withoutDirs(v.world.handsets.usual(f.Text)))
		v.failures = append(v.failures, f)
	}
}

// checkProcess is K3: the app has ended, or does not start again.
func (v *verdict) checkProcess() {
	w := v.world
	v.director.mu.Lock()
	err := v.director.failed
	v.director.mu.Unlock()
	if err != nil { // so the app has ended, too
		v.add(explore.Failure{Check: "K3", Place: "app", Text: endsOf(err.Error()),
			Try: "have the app start whatever a killed one left behind"})
		return
	}
	if w.app != nil && w.app.done != nil && (w.app.ended() || w.app.endedWithin(v.exitDelay())) {
		text := w.app.exitError(w.log).Error()
		v.add(explore.Failure{Check: "K3", Place: "app", Text: firstLine(text),
			Try: "catch the error, and answer the webhook"})
	}
}

// endsOf returns the first line of an error and, if it has more, the last one: of a program that
// ended, the last thing that it printed.
func endsOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) == 1 {
		return lines[0]
	}
	return lines[0] + ": " + strings.TrimSpace(lines[len(lines)-1])
}

// exitDelay is how long the app may still take to end: it has closed a connection, unless nothing
// says so.
func (v *verdict) exitDelay() time.Duration {
	for _, e := range v.entries {
		if e.App && e.exchange.Error == webhook.HungUp && !spoiled(e.exchange) {
			return exitDelay
		}
	}
	return 0
}

// checkAnswers is K1 and K2: a webhook that was not spoiled is not answered with success.
func (v *verdict) checkAnswers() {
	for _, e := range v.entries {
		x := e.exchange
		if x.Purpose == journal.API || !e.App || x.Signature != "valid" || x.Code == "" || spoiled(x) {
			continue
		}
		f := explore.Failure{Place: placeOf(x), Text: fmt.Sprintf("%s answered %s", e.Text, e.Answer)}
		switch {
		case x.Status >= 500 || x.Status == 0:
			f.Check, f.Try = "K1", "answer 2xx, and deal with what is missing later"
		case x.Status >= 400:
			f.Check, f.Try = "K2", "answer 2xx: Twilio does not send it again (F-184); keep what is "+
				"not known yet, and use it when it is"
		default:
			continue
		}
		v.add(f)
	}
}

// placeOf is where a webhook went, without SIDs, for the key of a failure.
func placeOf(x *journal.Exchange) string {
	return x.Method + " " + volatile().ReplaceAllString(x.Path(), "SID")
}

// spoiled reports whether something was done to the request on its way.
func spoiled(x *journal.Exchange) bool {
	for _, f := range x.Faults {
		if f.Kind != "duplicate" {
			return true
		}
	}
	return false
}

// checkDoubles is K4: a handset gets a text more often than in the baseline.
func (v *verdict) checkDoubles() {
	if v.memory == nil {
		return
	}
	added := 0
	for _, d := range v.director.schedule {
		if d.Info() == explore.Adds {
			added++
		}
	}
	counts := v.world.received()
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		to, body, _ := strings.Cut(key, " ")
		usual := v.memory.counts[key]
		if usual == 0 || counts[key] <= usual*(1+added) {
			continue // a text that the baseline does not have may be an apology
		}
		v.add(explore.Failure{
			Check: "K4", Place: "text to " + to,
			Text: fmt.Sprintf("%s got %q %s, and %s was expected", to, body, times(counts[key]),
				times(usual*(1+added))),
			Try: v.tryDoubles(), Handset: to, Body: body, Usual: usual * (1 + added),
		})
	}
}

func (v *verdict) tryDoubles() string {
	for _, d := range v.director.schedule {
		if d.What == explore.Lost {
			return "do not send again what may have been sent: put a key of your own into the " +
				"StatusCallback URL, and wait for it"
		}
	}
	return "remember the MessageSid of each webhook, and do nothing for one that came before"
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// checkStopped is K5: the app texts a customer whose STOP it has received (F-444, F-447).
func (v *verdict) checkStopped() {
	d := v.director
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.creates {
		if c.stopped {
			v.add(explore.Failure{Check: "K5", Place: "text to " + c.to,
				Text: "the app texts " + c.to + " after the customer's STOP (F-444)",
				Try:  "look whether the customer has opted out before each text, not only at the first"})
		}
	}
}

// checkAlerts is K6: an alert that the app caused and no line expects.
func (v *verdict) checkAlerts() {
	w, d := v.world, v.director
	for _, thing := range w.account.Journal.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		if alert.Level != journal.LevelError || alert.Expected() || v.ownAlert(alert) {
			continue
		}
		x, _ := exchangeOf(w.account, alert)
		place := alert.Code
		if x != nil {
			place += " " + placeOf(x)
		}
		d.mu.Lock()
		point := d.names[alert.SID]
		d.mu.Unlock()
		text := fmt.Sprintf("alert %s %s: %s", alert.Code, alert.Title, alert.Text)
		if point != "" {
			text = point + ": " + text
		}
		v.add(explore.Failure{Check: "K6", Place: place, Text: text, Try: alert.Try})
	}
}

// ownAlert reports whether a deviation raised the alert, or K1 or K2 says it already. After a STOP
// that a deviation adds, 21610 is no mistake of the app: it may have sent before it could know.
func (v *verdict) ownAlert(alert *journal.Alert) bool {
	x, ok := exchangeOf(v.world.account, alert)
	if ok && (spoiled(x) || v.isBroken(x) || x.Code == alert.Code) {
		return true
	}
	d := v.director
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ends := d.schedule.At(d.names[alert.SID], explore.Ends)
	stopped := slices.ContainsFunc(d.schedule,
		func(s explore.Deviation) bool { return s.What == explore.Stop || s.What == explore.Refused })
	return ends || stopped && alert.Code == "21610"
}

func (v *verdict) isBroken(x *journal.Exchange) bool {
	v.director.mu.Lock()
	defer v.director.mu.Unlock()
	return v.director.broken[x.Header.Get("I-Twilio-Idempotency-Token")]
}
