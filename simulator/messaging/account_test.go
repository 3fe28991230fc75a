package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/sid"
)

func TestNew(t *testing.T) {
	one, same, other := New(Options{Seed: 7}), New(Options{Seed: 7}), New(Options{Seed: 8})
	for _, a := range []*Account{one, same, other} {
		defer a.Close()
	}
	if !sid.Valid(one.SID, "AC") || strings.Trim(one.Token, "0123456789abcdef") != "" ||
		len(one.Token) != 32 { // F-003, F-478
		t.Errorf("SID %s, token %s", one.SID, one.Token)
	}
	if one.SID != same.SID || one.Token != same.Token || one.SID == other.SID ||
		one.Token == other.Token {
		t.Error("SID and token do not come from the seed")
	}
	if one.Clock.Rate() != 1 {
		t.Errorf("the clock has rate %v", one.Clock.Rate())
	}
}

// TestReset checks that everything but numbers and bins is forgotten, and that scheduled work is
// dropped.
func TestReset(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi")+"<x/>")
	a := newAccount(t, app)
	addRule(t, a, "to=+44*", "then=stuck")
	if _, err := a.SetBin("b", ""); err != nil {
		t.Fatal(err)
	}
	text(t, a, "hi") // 12100: the document has two roots
	app.answer("/sms", reply(" action='/status'", "hi"))
	text(t, a, "hi")
	a.RaiseUnmodelled(&journal.Exchange{}, "GET /")
	a.RecordRequest(&journal.Exchange{Method: "GET", URL: "/"}, time.Millisecond)
	if err := a.SpoilNext("missing"); err != nil {
		t.Fatal(err)
	}
	last := a.Journal.Last()
	want := Removed{Messages: 3, Webhooks: 2, Requests: 1, Alerts: 2, Rules: 1, Handsets: 1,
		Scheduled: 1}
	if diff := cmp.Diff(want, a.Reset()); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Removed{}, a.Reset()); diff != "" {
		t.Errorf("removed the second time (-want +got):\n%s", diff)
	}
	advance(t, a, time.Hour)
	if n := len(app.requests("/status")); n != 0 {
		t.Errorf("%d callbacks came after the reset", n)
	}
	events, _ := a.Journal.Events(0)
	if len(events) != 1 || events[0].Type != journal.Cleared || events[0].ID != last+2 {
		t.Errorf("events %+v", events)
	}
	if len(a.Numbers()) != 1 || len(a.Bins()) != 1 {
		t.Errorf("numbers %v, bins %v", a.Numbers(), a.Bins())
	}
	if receipt := text(t, a, "hi"); receipt.Webhooks[0].Signature != "valid" ||
		receipt.Webhooks[0].Name != "W1" {
		t.Errorf("the next webhook is %s, its signature %s", receipt.Webhooks[0].Name,
			receipt.Webhooks[0].Signature)
	}
}

// TestResetInFlight resets the account while a callback is being answered. Neither that callback
// nor those queued behind it may come into the journal.
func TestResetInFlight(t *testing.T) {
	app := newApp(t)
	g := newGate(t, app)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "then=sent@0s,delivered@0s*3,read@1h", "illegal")
	text(t, a, "hi")
	<-g.arrived
	a.Reset()
	close(g.open)
	if err := a.Clock.AwaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(app.requests("/status")); n != 1 {
		t.Errorf("%d callbacks", n)
	}
	if events, _ := a.Journal.Events(0); len(events) != 1 || events[0].Type != journal.Cleared {
		t.Errorf("events %+v", events)
	}
	if n, _ := a.Clock.Pending(); n != 0 {
		t.Errorf("%d pieces of work are scheduled", n)
	}
}

// story uses most features: replies, media, redirects, errors, rules with a chance, handsets, and
// callbacks made by hand and with bad signatures.
func story(t *testing.T, app *app, a *Account) string {
	ctx := context.Background()
	check := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	for _, words := range []string{"to=+1202555014? then=sent,undelivered:30003@2s chance=50%",
		"to=+1202555015? then=sent@1s>9s,delivered@2s*2"} {
		rule, err := carrier.ParseRule(strings.Fields(words))
		check(err)
		a.Rules.Add(rule)
	}
	_, err := a.SetHandset("+12025550160", carrier.HandsetOff)
	check(err)
	for i, from := range []string{"+12025550140", "+12025550141", "+12025550142", "+12025550150",
		"+12025550160", "+15005550113"} {
		receipt, err := a.Receive(ctx, Text{From: from, To: shop, Body: fmt.Sprint("hi ", i),
			Media: []Media{{ContentType: "image/gif", Data: []byte("GIF")}}})
		check(err)
		if i == 3 {
			check(a.SpoilNext("bad"))
		}
		check(a.Clock.Advance(ctx, 700*time.Millisecond))
		if i == 2 {
			_, err = a.Deliver(receipt.Replies[0].ID(), carrier.Undelivered, 30007, true)
			check(err)
		}
	}
	_, err = a.Clock.Run(ctx)
	check(err)
	return normal(a)
}

// normal returns an account's journal without real times.
func normal(a *Account) string {
	var b strings.Builder
	events, _ := a.Journal.Events(0)
	encoder := json.NewEncoder(&b)
	for _, e := range events {
		e.Real = time.Time{}
		_ = encoder.Encode(e)
	}
	for _, kind := range []journal.Kind{journal.Webhooks, journal.Alerts, journal.Messages} {
		for _, thing := range a.Journal.Things(kind) {
			switch x := thing.(type) {
			case *journal.Exchange:
				copied := *x
				copied.Real, copied.Duration = time.Time{}, 0
				_ = encoder.Encode(copied)
			case *journal.Alert:
				_ = encoder.Encode(x)
			case *Message:
				_ = encoder.Encode(x.Snapshot())
			}
		}
	}
	return b.String()
}

// storyApp answers with a reply, a redirect to another one, and an error for one text.
func storyApp(t *testing.T) *app {
	app := newApp(t)
	app.answer("/sms", "<Response><Message "+
		"action='/status'>one</Message><Redirect>/more</Redirect></Response>")
	app.answer("/more", "<Response><Message statusCallback='/status' "+
		"tu='x'><Body>two</Body><Media>/cat.png</Media></Message></Response>")
	app.handle("/status", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Twilio-Signature") == "" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, "ok")
	})
	return app
}

// TestDeterminism runs a story three times: the same seed gives the same journal, another seed
// another one.
func TestDeterminism(t *testing.T) {
	app := storyApp(t)
	tell := func(seed uint64) string {
		a := New(Options{Seed: seed, Clock: clock.Virtual(start)})
		defer a.Close()
		if _, err := a.SetNumber(shop, app.URL+"/sms", ""); err != nil {
			t.Fatal(err)
		}
		return story(t, app, a)
	}
	first, second, other := tell(1), tell(1), tell(2)
	if diff := cmp.Diff(strings.Split(first, "\n"), strings.Split(second, "\n")); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	if first == other {
		t.Error("another seed tells the same story")
	}
	if n := strings.Count(first, "\n"); n < 100 {
		t.Errorf("the story has %d lines:\n%s", n, first)
	}
}

// TestTwoAccounts runs two accounts at the same time: each has the journal that it has alone.
func TestTwoAccounts(t *testing.T) {
	app := storyApp(t)
	tell := func(seed uint64) string {
		a := New(Options{Seed: seed, Clock: clock.Virtual(start)})
		defer a.Close()
		if _, err := a.SetNumber(shop, app.URL+"/sms", ""); err != nil {
			t.Error(err)
		}
		return story(t, app, a)
	}
	want := []string{tell(1), tell(2)}
	got := make([]string, 2)
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() { got[i] = tell(uint64(i + 1)) })
	}
	wait.Wait()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("side by side (-alone +together):\n%s", diff)
	}
}

// TestConcurrentUse is for the race detector. It does everything at once, under a clock that runs a
// thousand times as fast.
func TestConcurrentUse(t *testing.T) {
	app := storyApp(t)
	a := newAccountAt(t, app, clock.Fast(1000))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for range 5 {
				receipt, err := a.Receive(context.Background(),
					Text{From: fmt.Sprint("+1202555014", i), To: shop, Body: "hi"})
				if err != nil {
					t.Error(err)
					return
				}
				m := receipt.Replies[0]
				_, _ = a.Deliver(m.ID(), carrier.Failed, 0, true)
				_, _ = a.SetHandset(customer, carrier.HandsetOff)
				_, _ = m.Field("status")
				_ = normal(a)
			}
		})
	}
	wait.Wait()
	query, err := journal.ParseQuery(journal.Messages, MessageFields(),
		[]string{"direction=outbound-reply", "status=delivered"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Journal.Await(t.Context(), query); err != nil {
		t.Error(err)
	}
}

func Example() {
	a := New(Options{Seed: 1, Clock: clock.Virtual(start)})
	defer a.Close()
	_, _ = a.SetBin("echo", "<Response><Message>You said {{Body}}</Message></Response>")
	_, _ = a.SetNumber("+12025550100", "echo", "POST")

	receipt, _ := a.Receive(context.Background(), Text{From: "+12025550142", To: "+12025550100",
		Body: "hello"})
	_ = a.Clock.Advance(context.Background(), time.Second)
	fmt.Println(receipt.Replies[0].Summary())
	// Output: outbound-reply +12025550100 -> +12025550142 delivered "You said hello"
}
