package testscript

import (
	"fmt"
	"net/http"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// directedTransport carries webhooks, and spoils those that the schedule names.
type directedTransport struct {
	director *director
	next     http.RoundTripper
}

// RoundTrip sends a webhook. The schedule applies to the first attempt of a point only, and not to
// copies and fallbacks.
func (t *directedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	d := t.director
	r := webhook.RequestOf(req)
	if r == nil { // a picture of a message
		return t.next.RoundTrip(req)
	}
	d.mu.Lock()
	point := d.pointLocked(string(r.Purpose), r.SID, r.Params.Get("MessageStatus"))
	first := d.seen[point] == 0 && r.ReplayOf == "" && r.Purpose != journal.Fallback &&
		r.Purpose != messaging.Custom
	d.cause = point
	kills := d.quiet.begin(point, r)
	d.history.begins(webhookText(r))
	d.mu.Unlock()
	defer func() {
		d.history.noteAsked(r.Idempotency)
		if d.quiet.end(point) != kills { // the app was killed meanwhile
			d.mu.Lock()
			d.broken[r.Idempotency] = true
			d.mu.Unlock()
		}
	}()
	if !first {
		return t.next.RoundTrip(req)
	}
	for _, deviation := range d.schedule {
		if deviation.Point != point {
			continue
		}
		switch {
		case deviation.What == explore.With && deviation.Detail == "itself":
			d.note(deviation)
			return t.twice(req)
		case deviation.What == explore.Same && deviation.In:
			d.note(deviation)
			return t.beside(req, func() { d.addText(deviation, "") })
		case deviation.What == explore.Unheard:
			return t.unheard(req, deviation, func() {})
		case deviation.What == explore.Kill && deviation.In:
			return t.unheard(req, deviation, func() { d.killNow(deviation) })
		}
	}
	return t.next.RoundTrip(req)
}

// unheard sends a request and loses its answer.
func (t *directedTransport) unheard(req *http.Request, deviation explore.Deviation,
	then func()) (*http.Response, error) {
	d := t.director
	d.note(deviation)
	d.mu.Lock()
	d.broken[req.Header.Get("I-Twilio-Idempotency-Token")] = true
	d.mu.Unlock()
	response, err := t.next.RoundTrip(req)
	if err == nil {
		_ = response.Body.Close() // nobody reads it
	}
	then()
	return nil, errUnheard
}

var errUnheard = fmt.Errorf("the answer was lost on purpose: %w", errKilled)

// twice sends a request and a copy of it at once. The answer to the one is lost. The copy has a
// context of its own, as it may take longer than the other.
func (t *directedTransport) twice(req *http.Request) (*http.Response, error) {
	return t.beside(req, func() {
		again := req.Clone(webhook.Detached(req))
		if req.GetBody != nil {
			again.Body, _ = req.GetBody() // a string: never fails
		}
		if response, err := t.next.RoundTrip(again); err == nil {
			_ = response.Body.Close() // the answer to the other counts
		}
	})
}

// beside sends a request while f runs.
func (t *directedTransport) beside(req *http.Request, f func()) (*http.Response, error) {
	end := t.director.world.account.Clock.Begin()
	done := make(chan struct{})
	go func() {
		defer end()
		defer close(done)
		f()
	}()
	response, err := t.next.RoundTrip(req)
	<-done
	return response, err
}
