package console_test

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"twilsim/simulator/control"
)

const ben = "+12025550143"

// page returns a page with its texts as a person sees them.
func (w *world) page(path string) string {
	w.t.Helper()
	return html.UnescapeString(w.get(path).Body.String())
}

// TestUnread: the list of handsets has the number of texts to each that nobody has looked at. The
// thread that is open is looked at.
func TestUnread(t *testing.T) {
	w := newWorld(t)
	w.text("hello")
	w.send("To=%2B12025550143&Body=one")
	w.send("To=%2B12025550143&Body=two")
	const two = `<span class="cnt new">2<span class="vh"> new</span></span>`
	page := w.page("/console?phone=%2B12025550142")
	if strings.Count(page, two) != 1 || strings.Count(page, "cnt new") != 1 ||
		!strings.Contains(page, `data-thread="+12025550142" data-unread="1"`) {
		t.Errorf("the page does not say that two texts are unread: %s", page)
	}
	if _, err := w.client.ReadThread(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	if page := w.page("/console?phone=%2B12025550142"); strings.Contains(page, "cnt new") {
		t.Errorf("what was read is unread: %s", page)
	}
}

// TestManyHandsets: of thousands of handsets the page lists the first, and finds the others.
func TestManyHandsets(t *testing.T) {
	w := newWorld(t)
	for i := range 5000 {
		name := fmt.Sprintf("Customer %d", i)
		number := fmt.Sprintf("+1303555%04d", i)
		if _, err := w.sim.Account().NameHandset(number, name); err != nil {
			t.Fatal(err)
		}
	}
	page := w.page("/console")
	if n := strings.Count(page, "<li data-key="); n > 101 || !strings.Contains(page, "and 4900 more") {
		t.Errorf("the page lists %d handsets: %.300s", n, page)
	}
	page = w.page("/console?h=customer+4321")
	if strings.Count(page, "<li data-key=") != 1 || !strings.Contains(page, "+13035554321</span>") {
		t.Errorf("the handset is not found: %.300s", page)
	}
	if page = w.page("/console?h=nobody"); !strings.Contains(page, "No handset matches") {
		t.Errorf("the page does not say that nothing matches: %.300s", page)
	}
}

// TestWhy: a message that did not arrive leads to what decided it, a rule or the handset.
func TestWhy(t *testing.T) {
	w := newWorld(t)
	if _, err := w.client.SetPhone(t.Context(), ben, control.Phone{State: "off"}); err != nil {
		t.Fatal(err)
	}
	w.send("To=%2B12025550143&Body=one")
	w.advance(10e9)
	page := w.page("/console?phone=%2B12025550143")
	const link = `why? <a class="nb" href="/console?phone=%2b12025550143&pane=handset"`
	if !strings.Contains(page, link) {
		t.Errorf("the thread does not lead to the handset: %s", page)
	}
	if page := w.page("/console?phone=%2B12025550143&pane=handset"); !strings.Contains(page,
		`data-pane="handset"`) {
		t.Error("the page does not show the handset")
	}
}

// TestDropped: a link to a message for which there was no more room says what was dropped.
func TestDropped(t *testing.T) {
	w := newWorld(t)
	w.sim.Keep = 3
	first := w.text("first").Message.SID
	for i := range 5 {
		w.text(fmt.Sprintf("text %d", i))
	}
	page := w.page("/console/messages/" + first)
	if !strings.Contains(page, "were dropped, those since 2026-11-26T10:42:07Z are kept") {
		t.Errorf("the page does not say what was dropped: %s", page)
	}
}
