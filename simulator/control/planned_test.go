package control

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestPlanned follows a reply whose last callback leaves late, and one that a rule holds back.
func TestPlanned(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.rule(t, "then=sent,delivered@2s>9s")
	w.rule(t, "webhook=status", "status=sent", "fault=delay:3s")
	w.text(t, "hi")
	reply := w.message(t, "latest").SID
	type row struct {
		In     time.Duration
		Kind   messaging.PlannedKind
		Status carrier.Status
		Held   bool
		By     string
	}
	rows := func() (rows []row) {
		t.Helper()
		planned, err := w.client.Planned(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range planned.Planned {
			rows = append(rows, row{p.At.Sub(start), p.Kind, p.Status, p.Held, p.By})
		}
		return rows
	}
	check := func(when string, want []row) {
		t.Helper()
		if diff := cmp.Diff(want, rows()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	const ms = time.Millisecond
	check("at first", []row{
		{500 * ms, messaging.PlannedStatus, carrier.Sent, false, "rule r1"},
		{500 * ms, messaging.PlannedCallback, carrier.Sent, false, "rule r1"},
		{2 * time.Second, messaging.PlannedStatus, carrier.Delivered, false, "rule r1"},
		{9 * time.Second, messaging.PlannedCallback, carrier.Delivered, false, "rule r1"},
	})
	if got := w.message(t, reply).Sim.Planned; len(got) != 4 {
		t.Errorf("the message has %d planned steps, want 4", len(got))
	}
	w.advance(t, time.Second)
	check("while the rule holds the first callback", []row{
		{2 * time.Second, messaging.PlannedStatus, carrier.Delivered, false, "rule r1"},
		{3500 * ms, messaging.PlannedCallback, carrier.Sent, true, "rule r2"},
		{9 * time.Second, messaging.PlannedCallback, carrier.Delivered, false, "rule r1"},
	})
	w.advance(t, 4*time.Second)
	check("while the script holds the last one", []row{
		{9 * time.Second, messaging.PlannedCallback, carrier.Delivered, true, "rule r1"},
	})
	w.advance(t, 10*time.Second)
	check("at the end", nil)
	w.rule(t, "webhook=inbound", "fault=late:1h")
	w.text(t, "again")
	check("an inbound webhook", []row{
		{15*time.Second + time.Hour, messaging.PlannedWebhook, "", true, "rule r3"}})
	if _, err := w.client.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, n := w.account.NextPlanned(0); len(left) > 0 || n > 0 {
		t.Errorf("%d steps are planned after a reset", n)
	}
	w.send(t, messaging.Draft{To: ana, From: shop, Body: "once more"})
	if _, n := w.account.NextPlanned(0); n != 2 {
		t.Errorf("%d steps of a message after a reset are planned, want sent and delivered", n)
	}
}

// TestFirstPlanned compares the first steps of many messages with those of each.
func TestFirstPlanned(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	var want []messaging.Planned
	for i := range 300 {
		w.rule(t, "to="+ana, fmt.Sprintf("then=sent,delivered@%ds", 1+(i*37)%100), "times=1")
		w.send(t, messaging.Draft{To: ana, From: shop, Body: "hi"})
		if i%3 == 0 {
			w.advance(t, time.Second)
		}
	}
	for _, thing := range w.account.Journal.Things(journal.Messages) {
		want = append(want, w.account.Planned(thing.ID())...)
	}
	slices.SortStableFunc(want, func(x, y messaging.Planned) int { return x.At.Compare(y.At) })
	if len(want) < 100 {
		t.Fatalf("only %d steps are planned", len(want))
	}
	for _, limit := range []int{1, 10, 50, 0} {
		first := want
		if limit > 0 {
			first = want[:limit]
		}
		got, n := w.account.NextPlanned(limit)
		if diff := cmp.Diff(first, got); diff != "" || n != len(want) {
			t.Errorf("limit %d: %d in all, want %d (-want +got):\n%s", limit, n, len(want), diff)
		}
	}
}

func (w *world) rule(t *testing.T, words ...string) {
	t.Helper()
	if _, err := w.client.AddRule(t.Context(), words); err != nil {
		t.Fatal(err)
	}
}

func (w *world) message(t *testing.T, ref string) *Message {
	t.Helper()
	m, err := w.client.Message(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPreviewCountsNothing(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.rule(t, "to="+ana, "then=unreachable", "times=2", "chance=20%")
	if _, err := w.client.SetPhone(t.Context(), ana, Phone{State: "landline"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got, err := w.client.Preview(t.Context(), carrier.Message{To: ana})
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			By, Then     string
			Chance       float64
			Left, Refuse int
		}
		var rows []row
		for _, p := range got.Previews {
			rows = append(rows, row{p.By, p.Then, p.Chance, p.Left, p.Refuse})
		}
		want := []row{{"rule r1", "unreachable", 0.2, 2, 0}, {"phone landline", "landline", 1, 0, 0}}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
	if used := w.account.Rules.List()[0].Used; used != 0 {
		t.Errorf("the rule was used %d times", used)
	}
	status, body := w.ask("POST", "/preview", `{"then":"sent,delivrd"}`)
	if e := errorOf(t, body); status != 400 || !strings.HasPrefix(e.Try, "delivered ") {
		t.Errorf("got %d %s", status, body)
	}
}

func TestAlertGroups(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "fail")
	w.text(t, "fail")
	if _, err := w.client.Acknowledge(t.Context(), Acknowledge{Alerts: []string{"A1"}}); err != nil {
		t.Fatal(err)
	}
	got, err := w.client.AlertGroups(t.Context(), []string{"level=error"})
	if err != nil || len(got.Groups) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if g := got.Groups[0]; g.Count != 2 || g.Open != 1 || g.Last.Name != "A2" || g.First.Name != "A1" {
		t.Errorf("got %+v", g)
	}
}

func TestSkip(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, body := range []string{"STOP", "fail", "fail"} {
		w.text(t, body)
	}
	status, body := w.ask("GET", "/messages?limit=1&skip=1", "")
	all, err := w.client.Messages(t.Context(), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got Messages
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if status != 200 || len(got.Messages) != 1 || got.Messages[0].SID != all.Messages[1].SID ||
		got.Matched != all.Matched {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := w.ask("GET", "/messages?skip=99", ""); status != 200 ||
		!strings.Contains(body, `"messages":[]`) {
		t.Errorf("behind the end: %d %s", status, body)
	}
}
