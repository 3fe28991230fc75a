package console_test

import (
	"strings"
	"testing"
	"time"
)

// TestCopiesAreDrawn: an alert that was raised more than once is drawn on an axis with its copies.
func TestCopiesAreDrawn(t *testing.T) {
	w := newWorld(t)
	w.text("fail")
	if page := w.page("/console/alerts/A1"); strings.Contains(page, "Copies") {
		t.Error("one alert has copies")
	}
	w.advance(time.Minute)
	w.text("fail")
	w.text("fail")
	page := w.page("/console/alerts/A2")
	for _, want := range []string{"3 alerts of this kind",
		"To scale: A1 at 0 s, 2 copies at 1m, the open one, A2 at 1m"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page)
		}
	}
}

// TestDueIsDrawn: what is due is drawn on an axis that begins now.
func TestDueIsDrawn(t *testing.T) {
	w := newWorld(t)
	if strings.Contains(w.page("/console/carrier"), "To scale") {
		t.Error("nothing is drawn")
	}
	if _, err := w.client.AddRule(t.Context(), []string{"then=sent@1s,delivered@6s"}); err != nil {
		t.Fatal(err)
	}
	w.send("To=%2B12025550143&Body=one")
	if page := w.page("/console/carrier"); !strings.Contains(page,
		`aria-label="To scale: sent at 1 s, delivered at 6 s"`) {
		t.Errorf("what is due is not drawn: %s", page)
	}
}

// TestDisabledRule: the page says that a rule is disabled, and leads to a file of all rules.
func TestDisabledRule(t *testing.T) {
	w := newWorld(t)
	if page := w.page("/console/carrier"); strings.Contains(page, "rule-file") {
		t.Error("no rules can be exported")
	}
	for _, words := range [][]string{{"then=failed", "race"}, {"api=POST:Messages", "respond=500"}} {
		if _, err := w.client.AddRule(t.Context(), words); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.client.DisableRule(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	page := w.page("/console/carrier?rule=r1")
	for _, want := range []string{`>disabled</span>`, `data-api="POST /rules/r1/enable"`,
		`href="/sim/v1/rule-file"`, `name="race" data-as="bool" checked`,
		"twilsim rule set r1 then=failed disabled race"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
}

// TestAttemptsAreDrawn: an alert about one of several copies of a callback draws them all.
func TestAttemptsAreDrawn(t *testing.T) {
	w := newWorld(t)
	for _, words := range [][]string{{"then=sent@1s,delivered@6s"},
		{"webhook=status", "status=sent", "fault=duplicate"}} {
		if _, err := w.client.AddRule(t.Context(), words); err != nil {
			t.Fatal(err)
		}
	}
	w.text("hi")
	w.advance(2 * time.Second)
	page := w.page("/console/alerts/latest")
	if !strings.Contains(page, `<li>W2</li><li>W3</li></ul>`) ||
		!strings.Contains(page, "To scale: W2 500 at 0 s, W3 500 at 0 s") {
		t.Errorf("the copies are not drawn: %s", page)
	}
}

// TestRealTimes: a timeline has the times of the account, or those of this machine.
func TestRealTimes(t *testing.T) {
	w := newWorld(t)
	receipt := w.text("hi")
	path := "/console/messages/" + receipt.Message.SID
	page := w.page(path)
	if !strings.Contains(page, `href="`+path+`?time=real"`) ||
		!strings.Contains(page, `<time datetime="2026-11-26T10:42:07Z">10:42:07.000<span`) {
		t.Errorf("the timeline does not have the account's times: %s", page)
	}
	page = w.page(path + "?time=real")
	if !strings.Contains(page, `href="`+path+`"`) ||
		strings.Contains(page, `<time datetime="2026-11-26T10:42:07Z">10:42:07.000<span`) {
		t.Errorf("the timeline has the account's times: %s", page)
	}
}

// TestOrder: a comparison says in which order the two were sent and answered, and how they are
// signed.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	w.text("hi")
	w.advance(5 * time.Second)
	page := w.page("/console/webhooks/W3?compare=W2")
	for _, want := range []string{`Order as sent: <span class="id">W2 W3</span>. Order as answered: ` +
		`<span class="id">W2 W3</span>.`, "Both are signed with the account’s token."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
}
