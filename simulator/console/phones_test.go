package console_test

import (
	"strings"
	"testing"

	"twilsim/simulator/control"
)

// TestHandsetsShowWhatTheyGet: a handset that sent STOP is shown as opted out though it is on, and
// one of WhatsApp says how long an app may write to it.
func TestHandsetsShowWhatTheyGet(t *testing.T) {
	w := newWorld(t)
	w.text("STOP")
	if _, err := w.client.Text(t.Context(), control.Text{From: "whatsapp:+4915550001234",
		To: "whatsapp:" + shop, Body: "Hallo"}); err != nil {
		t.Fatal(err)
	}
	page := w.get("/console").Body.String()
	for _, want := range []string{`<span class="st bad">opted-out</span>`,
		"window open, 1d left", `answered 200</span>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// TestCarrierSearch finds rules by their words.
func TestCarrierSearch(t *testing.T) {
	w := newWorld(t)
	for _, words := range [][]string{{"to=+44*", "then=unreachable"}, {"to=+1*", "then=delivered"}} {
		if _, err := w.client.AddRule(t.Context(), words); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{"to:%2b44*": "1 rule</output> of 2",
		"undelivered": "1 rule</output> of 2", "nothing": "0 rules</output> of 2",
		"to": "2 rules</output> of 2"} {
		if page := w.get("/console/carrier?q=" + query).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s: the page lacks %q", query, want)
		}
	}
}
