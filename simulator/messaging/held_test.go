package messaging

import (
	stdcmp "cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// webhookLines describes the account's webhooks and alerts, each with its virtual time: what a rule
// held back, what was sent or dropped, and which rule did it.
func webhookLines(a *Account) []string {
	lines := []string{}
	events, _ := a.Journal.Events(0)
	for _, e := range events {
		what := stdcmp.Or(e.Status, "inbound")
		switch e.Type {
		case journal.WebhookHeld:
			what = "held " + what
		case journal.WebhookAttempt:
			thing, _ := a.Journal.Thing(journal.Webhooks, e.Exchange)
			x := thing.(*journal.Exchange)
			if x.Purpose != journal.Inbound && x.Purpose != journal.Status {
				what = string(x.Purpose)
			}
			what += " " + fmt.Sprint(x.Status)
			if x.Signature != "valid" {
				what += " " + x.Signature
			}
		case journal.AlertRaised:
			what = "alert " + e.Note[:5]
		default:
			continue
		}
		if e.Rule != "" {
			what += " " + strings.TrimPrefix(e.Rule, "rule ")
		}
		lines = append(lines, e.At.Sub(start).String()+" "+what)
	}
	return lines
}

// validating is an app that refuses requests that Twilio's own validator refuses, and answers
// texts.
func validating(t *testing.T) *app {
	app := newApp(t)
	validator := client.NewRequestValidator("0123456789abcdef0123456789abcdef")
	check := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			all := app.requests("")
			got := all[len(all)-1]
			if !validator.ValidateBody(app.URL+r.URL.RequestURI(), []byte(got.Body),
				got.Signature) {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte(answer))
		}
	}
	app.handle("/sms", check(reply(" action='/status'", "hi")))
	app.handle("/status", check(""))
	return app
}

// sendTo sends a message through the API whose callbacks go to the app.
func sendTo(t *testing.T, a *Account, app *app) *Message {
	t.Helper()
	m, err := a.Send(t.Context(), Draft{To: customer, From: shop, Body: "hi", HasBody: true,
		StatusCallback: app.URL + "/status"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var faultTests = []struct {
	fault   string
	inbound []string // of a text whose webhook has the fault
	status  []string // of a message whose first callback has it
}{
	{"delay:5s",
		[]string{"0s held inbound r1", "5s inbound 200 r1", "5.5s sent 200", "6s delivered 200"},
		[]string{"500ms held sent r1", "5.5s sent 200 r1", "5.5s delivered 200"}},
	{"late:5s",
		[]string{"0s held inbound r1", "5s inbound 200 r1", "5.5s sent 200", "6s delivered 200"},
		[]string{"500ms held sent r1", "1s delivered 200", "5.5s sent 200 r1"}},
	{"reorder", nil, []string{"500ms held sent r1", "1s delivered 200", "1s sent 200 r1"}},
	{"duplicate",
		[]string{"0s inbound 200 r1", "0s inbound 200 r1", "500ms sent 200", "1s delivered 200"},
		[]string{"500ms sent 200 r1", "500ms sent 200 r1", "1s delivered 200"}},
	{"duplicate:3,delay:200ms",
		[]string{"0s held inbound r1", "200ms inbound 200 r1", "200ms inbound 200 r1",
			"200ms inbound 200 r1", "700ms sent 200", "1.2s delivered 200"},
		[]string{"500ms held sent r1", "700ms sent 200 r1", "700ms sent 200 r1",
			"700ms sent 200 r1", "1s delivered 200"}},
	{"drop", []string{"0s inbound 0 r1"}, []string{"500ms sent 0 r1", "1s delivered 200"}},
	{"cut",
		[]string{"0s inbound 0 r1", "0s alert 11200"},
		[]string{"500ms sent 0 r1", "500ms alert 11200", "1s delivered 200"}},
	{"param",
		[]string{"0s inbound 200 r1", "500ms sent 200", "1s delivered 200"},
		[]string{"500ms sent 200 r1", "1s delivered 200"}},
	{"signature:bad",
		[]string{"0s inbound 403 bad r1", "0s alert 11200"},
		[]string{"500ms sent 403 bad r1", "500ms alert 11200", "1s delivered 200"}},
	{"signature:missing",
		[]string{"0s inbound 403 missing r1", "0s alert 11200"},
		[]string{"500ms sent 403 missing r1", "500ms alert 11200", "1s delivered 200"}},
	{"signature:stale",
		[]string{"0s inbound 403 stale r1", "0s alert 11200"},
		[]string{"500ms sent 403 stale r1", "500ms alert 11200", "1s delivered 200"}},
	{"signature:wrong-url",
		[]string{"0s inbound 403 wrong-url r1", "0s alert 11200"},
		[]string{"500ms sent 403 wrong-url r1", "500ms alert 11200", "1s delivered 200"}},
}

// TestFaults applies each fault to the webhook of a text, to a reply's callback and to that of a
// message from the API.
func TestFaults(t *testing.T) {
	for _, tt := range faultTests {
		for _, where := range []string{"inbound", "reply", "api"} {
			want := tt.status
			if where == "inbound" {
				want = tt.inbound
			}
			if want == nil {
				continue // ParseRule refuses it
			}
			t.Run(tt.fault+" "+where, func(t *testing.T) {
				app := validating(t)
				a := newAccount(t, app)
				if where == "inbound" {
					addRule(t, a, "webhook=inbound", "fault="+tt.fault, "times=1")
				} else {
					addRule(t, a, "webhook=status", "status=sent", "fault="+tt.fault, "times=1")
				}
				if where == "api" {
					sendTo(t, a, app)
				} else {
					text(t, a, "hi")
				}
				advance(t, a, time.Minute)
				got := webhookLines(a)
				if where == "reply" { // the text's own is none of these
					got = got[1:]
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("webhooks (-want +got):\n%s", diff)
				}
				if used := a.Rules.List()[0].Used; used != 1 {
					t.Errorf("the rule was used %d times", used)
				}
			})
		}
	}
}

// TestFaultReplayed checks that the first webhook of all gets no replayed signature, because there
// is none to replay.
func TestFaultReplayed(t *testing.T) {
	app := validating(t)
	a := newAccount(t, app)
	addRule(t, a, "webhook=*", "fault=signature:replayed", "times=1")
	text(t, a, "hi")
	advance(t, a, time.Minute)
	want := []string{"0s inbound 200", "500ms sent 403 replayed r1", "500ms alert 11200",
		"1s delivered 200"}
	if diff := cmp.Diff(want, webhookLines(a)); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}

// TestFaultHeld checks a text whose webhook is delayed: the receipt says so, and the answer runs
// when it comes.
func TestFaultHeld(t *testing.T) {
	app := validating(t)
	a := newAccount(t, app)
	addRule(t, a, "webhook=inbound", "fault=delay:5s")
	receipt := text(t, a, "hi")
	want := &Receipt{Message: receipt.Message, Held: &Held{Rule: "r1", What: "delay:5s",
		Until: start.Add(5 * time.Second)}}
	if diff := cmp.Diff(want, receipt,
		cmp.Comparer(func(x, y *Message) bool { return x == y })); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	advance(t, a, 4*time.Second)
	if n := len(app.requests("")); n != 0 {
		t.Errorf("the app was called %d times too early", n)
	}
	advance(t, a, time.Minute)
	if n := a.Journal.Count(journal.Messages); n != 2 || len(receipt.Replies) != 0 {
		t.Errorf("%d messages, receipt %+v", n, receipt)
	}
}

// TestFaultHeldReal checks that Receive does not wait for a delayed webhook under a real clock
// either.
func TestFaultHeldReal(t *testing.T) {
	app := validating(t)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "webhook=inbound", "fault=late:10ms")
	receipt := text(t, a, "hi")
	if receipt.Held == nil {
		t.Fatalf("receipt %+v", receipt)
	}
	query, err := journal.ParseQuery(journal.Messages, MessageFields(),
		[]string{"reply_to=" + receipt.Message.ID()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Journal.Await(t.Context(), query); err != nil {
		t.Error(err)
	}
}

// TestFaultOvertaking delays one text, so that the app receives the next one first.
func TestFaultOvertaking(t *testing.T) {
	app := validating(t)
	a := newAccount(t, app)
	addRule(t, a, "webhook=inbound", "fault=late:1s", "times=1")
	text(t, a, "first")
	text(t, a, "second")
	advance(t, a, time.Minute)
	var got []string
	for _, body := range app.bodies("/sms") {
		got = append(got, param(t, body, "Body"))
	}
	if diff := cmp.Diff([]string{"second", "first"}, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

// TestFaultDuplicate checks that both copies have the same idempotency token (F-036) and signature,
// and that only the last answer counts.
func TestFaultDuplicate(t *testing.T) {
	app := newApp(t)
	app.handle("/sms", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprint(w, reply("", fmt.Sprint("answer ", len(app.requests("/sms")))))
	})
	a := newAccount(t, app)
	addRule(t, a, "webhook=inbound", "fault=duplicate:3")
	receipt := text(t, a, "hi")
	var bodies []string
	for _, m := range receipt.Replies {
		bodies = append(bodies, m.Snapshot().Body)
	}
	if diff := cmp.Diff([]string{"answer 3"}, bodies); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	tokens, signatures := map[string]int{}, map[string]int{}
	for _, x := range receipt.Webhooks {
		tokens[x.Header.Get("I-Twilio-Idempotency-Token")]++
		signatures[x.Header.Get("X-Twilio-Signature")]++
	}
	if len(receipt.Webhooks) != 3 || len(tokens) != 1 || len(signatures) != 1 {
		t.Errorf("%d webhooks, tokens %v, signatures %v", len(receipt.Webhooks), tokens, signatures)
	}
}

// TestFaultQueue has several callbacks and a rule that delays or reorders some of them.
func TestFaultQueue(t *testing.T) {
	const script = "then=sent,delivered,read"
	for _, tt := range []struct {
		name  string
		rules [][]string
		want  []string
	}{
		{"each waits", [][]string{{script, "illegal"}, {"webhook=status", "fault=delay:5s"}},
			[]string{"500ms held sent r2", "5.5s sent 200 r2", "5.5s held delivered r2",
				"10.5s delivered 200 r2", "10.5s held read r2",
				"15.5s read 200 r2"}},
		{"each is late", [][]string{{script, "illegal"}, {"webhook=status", "fault=late:5s"}},
			[]string{"500ms held sent r2", "1s held delivered r2", "1.5s held read r2",
				"5.5s sent 200 r2", "6s delivered 200 r2",
				"6.5s read 200 r2"}},
		// the last has none
		{"neighbours swap", [][]string{{script, "illegal"}, {"webhook=status", "fault=reorder"}},
			[]string{"500ms held sent r2", "1s delivered 200", "1s sent 200 r2", "1.5s read 200"}},
		{"none to swap with", [][]string{{"then=sent"}, {"webhook=status", "fault=reorder"}},
			[]string{"500ms sent 200"}},
		{"behind a dropped one", [][]string{{script, "illegal"}, {"webhook=status", "status=sent",
			"fault=reorder"},
			{"webhook=status", "status=delivered", "fault=drop"}},
			[]string{"500ms held sent r2", "1s delivered 0 r3", "1s sent 200 r2", "1.5s read 200"}},
		{"behind a late one", [][]string{{"then=sent,delivered"}, {"webhook=status", "status=sent",
			"fault=reorder"},
			{"webhook=status", "status=delivered", "fault=late:1m"}},
			[]string{"500ms held sent r2", "1s held delivered r3", "1m1s delivered 200 r3",
				"1m1s sent 200 r2"}},
		{"the first of two rules", [][]string{{script, "illegal"}, {"webhook=status", "status=delivered",
			"fault=drop"}, {"webhook=*", "fault=param"}},
			[]string{"500ms sent 200 r3", "1s delivered 0 r2", "1.5s read 200 r3"}},
		{"overlap keeps no line", [][]string{{script, "overlap", "illegal"},
			{"webhook=status", "status=sent",
				"fault=delay:5s"}},
			[]string{"1.5s held sent r2", "1.5s delivered 200", "1.5s read 200",
				"6.5s sent 200 r2"}},
		{"overlap has nothing to swap", [][]string{{script, "overlap", "illegal"},
			{"webhook=status", "fault=reorder"}},
			[]string{"1.5s sent 200", "1.5s delivered 200", "1.5s read 200"}},
		{"copies are callbacks of their own", [][]string{{"then=sent*2,delivered"},
			{"webhook=status", "fault=drop", "times=1"}},
			[]string{"500ms sent 0 r2", "500ms sent 200", "1s delivered 200"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := validating(t)
			a := newAccount(t, app)
			for _, rule := range tt.rules {
				addRule(t, a, rule...)
			}
			sendTo(t, a, app)
			advance(t, a, time.Hour)
			if diff := cmp.Diff(tt.want, webhookLines(a)); diff != "" {
				t.Errorf("webhooks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFaultMatch checks which webhooks match a rule.
func TestFaultMatch(t *testing.T) {
	for _, tt := range []struct {
		words string
		want  []string
	}{
		{"webhook=*", []string{"inbound", "redirect", "sent", "delivered"}},
		{"webhook=inbound", []string{"inbound"}},
		{"webhook=redirect", []string{"redirect"}},
		{"webhook=status", []string{"sent", "delivered"}},
		{"webhook=fallback", nil},
		{"webhook=* to=" + shop, []string{"inbound", "redirect"}},
		{"webhook=* from=" + shop, []string{"sent", "delivered"}},
		{"webhook=* status=deliver*", []string{"delivered"}},
		{"webhook=* path=/s*s", []string{"inbound", "sent", "delivered"}},
		{"webhook=* url=~/next\\?a=1$", []string{"redirect"}},
		{"webhook=* chance=50%", []string{"inbound", "redirect", "delivered"}},
		{"webhook=* times=3", []string{"inbound", "redirect", "sent"}},
	} {
		t.Run(tt.words, func(t *testing.T) {
			app := validating(t)
			app.answer("/sms", "<Response><Redirect>/next?a=1#rc=0</Redirect></Response>")
			app.answer("/next", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			addRule(t, a, append(strings.Fields(tt.words), "fault=param")...)
			text(t, a, "hi")
			advance(t, a, time.Minute)
			var got []string
			for _, line := range webhookLines(a) {
				if fields := strings.Fields(line); fields[len(fields)-1] == "r1" {
					got = append(got, fields[1])
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("touched (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFaultParam checks that a changed parameter of one request does not change the other requests
// of the run (F-026, F-116).
func TestFaultParam(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			app := validating(t)
			app.answer("/sms", "<Response><Redirect method='"+method+
				"'>/next</Redirect></Response>")
			a := newAccount(t, app)
			if _, err := a.SetNumber(shop, app.URL+"/sms", method); err != nil {
				t.Fatal(err)
			}
			addRule(t, a, "webhook=inbound", "fault=param:Some%2CThing=a+b,param:Body=other")
			text(t, a, "hi")
			var got []string
			for _, r := range app.requests("") {
				form := r.Query + r.Body
				got = append(got, param(t, form, "Body")+"|"+param(t, form, "Some,Thing"))
			}
			if diff := cmp.Diff([]string{"other|a b", "hi|"}, got); diff != "" {
				t.Errorf("Body and the new parameter (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFaultCutGET checks that cut does nothing to a GET, which has no body.
func TestFaultCutGET(t *testing.T) {
	app := validating(t)
	a := newAccount(t, app)
	if _, err := a.SetNumber(shop, app.URL+"/sms", "GET"); err != nil {
		t.Fatal(err)
	}
	addRule(t, a, "webhook=*", "fault=cut", "times=1")
	text(t, a, "hi")
	advance(t, a, time.Minute)
	want := []string{"0s inbound 200", "500ms sent 0 r1", "500ms alert 11200", "1s delivered 200"}
	if diff := cmp.Diff(want, webhookLines(a)); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}

// TestFaultBin checks that faults do not apply to bins, which are not called over the network.
func TestFaultBin(t *testing.T) {
	a := newAccount(t, nil)
	bin, err := a.SetBin("menu", reply("", "hi"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetNumber(shop, bin.URL, ""); err != nil {
		t.Fatal(err)
	}
	addRule(t, a, "webhook=*", "fault=drop")
	if receipt := text(t, a, "hi"); len(receipt.Replies) != 1 || a.Rules.List()[0].Used != 0 {
		t.Errorf("receipt %+v, rule %+v", receipt, a.Rules.List()[0])
	}
}

// TestFaultReset checks that a reset drops webhooks that are held back in any way.
func TestFaultReset(t *testing.T) {
	for _, fault := range []string{"delay:5s", "late:5s", "reorder"} {
		t.Run(fault, func(t *testing.T) {
			app := validating(t)
			a := newAccount(t, app)
			if fault != "reorder" {
				addRule(t, a, "webhook=inbound", "fault="+fault, "times=1")
				text(t, a, "held")
			}
			addRule(t, a, "webhook=status", "fault="+fault)
			sendTo(t, a, app)
			advance(t, a, 700*time.Millisecond)
			a.Reset()
			advance(t, a, time.Hour)
			if n := len(app.requests("")); n != 0 || a.Journal.Count(journal.Webhooks) != 0 {
				t.Errorf("%d requests, webhooks %q", n, webhookLines(a))
			}
			text(t, a, "after") // no rule is left
			advance(t, a, time.Hour)
			if n := len(app.requests("")); n != 3 {
				t.Errorf("%d requests after the reset, want 3", n)
			}
		})
	}
}

// TestFaultMoved moves a message by hand, or deletes it, while a callback of it is held back.
func TestFaultMoved(t *testing.T) {
	for _, tt := range []struct {
		fault string
		want  []string
	}{
		{"delay:5s", []string{"500ms held sent r1", "5.5s sent 200 r1", "5.5s undelivered 200"}},
		{"late:5s", []string{"500ms held sent r1", "700ms undelivered 200", "5.5s sent 200 r1"}},
		{"reorder", []string{"500ms held sent r1", "700ms undelivered 200", "700ms sent 200 r1"}},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			app := validating(t)
			a := newAccount(t, app)
			addRule(t, a, "webhook=status", "status=sent", "fault="+tt.fault)
			m := sendTo(t, a, app)
			advance(t, a, 700*time.Millisecond)
			if _, err := a.Deliver(m.ID(), "undelivered", 30003, false); err != nil {
				t.Fatal(err)
			}
			if err := a.Delete(m.ID()); err != nil {
				t.Fatal(err)
			}
			advance(t, a, time.Hour)
			if diff := cmp.Diff(tt.want, webhookLines(a)); diff != "" {
				t.Errorf("webhooks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRaceAndOverlap checks that race and overlap work for replies and for messages from the API
// (F-169, F-170), and together with rules about webhooks.
func TestRaceAndOverlap(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules [][]string
		begun []string // when the create call, or the text, has returned
		done  []string
	}{
		{"race", [][]string{{"then=sent,delivered", "race"}}, []string{"0s sent 200"},
			[]string{"0s sent 200", "1s delivered 200"}},
		{"overlap", [][]string{{"then=sent,delivered", "overlap"}}, nil, []string{"1s sent 200",
			"1s delivered 200"}},
		{"race, doubled", [][]string{{"then=sent", "race"}, {"webhook=status", "fault=duplicate"}},
			[]string{"0s sent 200 r2", "0s sent 200 r2"}, []string{"0s sent 200 r2",
				"0s sent 200 r2"}},
		{"race, held back", [][]string{{"then=sent", "race"}, {"webhook=status", "fault=delay:5s"}},
			[]string{"0s held sent r2"}, []string{"0s held sent r2", "5s sent 200 r2"}},
		{"overlap, doubled", [][]string{{"then=sent,delivered", "overlap"},
			{"webhook=status", "status=sent", "fault=duplicate"}},
			nil, []string{"1s sent 200 r2", "1s sent 200 r2", "1s delivered 200"}},
	} {
		for _, where := range []string{"reply", "api"} {
			t.Run(tt.name+" "+where, func(t *testing.T) {
				app := newApp(t)
				app.answer("/sms", reply(" action='/status'", "hi"))
				a := newAccount(t, app)
				for _, rule := range tt.rules {
					addRule(t, a, rule...)
				}
				lines := func() []string {
					var lines []string
					for _, line := range webhookLines(a) {
						if line != "0s inbound 200" { // it is recorded before the reply is made
							lines = append(lines, line)
						}
					}
					return lines
				}
				if where == "reply" {
					text(t, a, "hi")
				} else {
					sendTo(t, a, app)
				}
				if diff := cmp.Diff(tt.begun, lines()); diff != "" {
					t.Errorf("at first (-want +got):\n%s", diff)
				}
				advance(t, a, time.Minute)
				if diff := cmp.Diff(tt.done, lines()); diff != "" {
					t.Errorf("in the end (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestFaultSlow has a real clock, a slow app, and callbacks that a rule delays meanwhile. They must
// be sent one by one.
func TestFaultSlow(t *testing.T) {
	app := newApp(t)
	g := newGate(t, app)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "then=sent@0s,delivered@0s,read@0s", "illegal")
	addRule(t, a, "webhook=status", "status=sent", "fault=delay:1ms")
	addRule(t, a, "webhook=status", "status=delivered", "fault=late:1ms")
	text(t, a, "hi")
	got := map[string]int{}
	for range 3 {
		got[<-g.arrived]++
		g.open <- struct{}{}
	}
	if diff := cmp.Diff(map[string]int{"sent": 1, "delivered": 1, "read": 1}, got); diff != "" ||
		g.most.Load() != 1 {
		t.Errorf("%d in flight together, callbacks (-want +got):\n%s", g.most.Load(), diff)
	}
}

// TestFaultPause delays callbacks for so short a time that the delay may end before the queue is
// paused. They must be sent one by one.
func TestFaultPause(t *testing.T) {
	app := newApp(t)
	g := newGate(t, app)
	close(g.open)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "then=delivered@0s*30", "illegal")
	addRule(t, a, "webhook=status", "fault=delay:1us")
	text(t, a, "hi")
	for range 30 {
		<-g.arrived
	}
	if most := g.most.Load(); most != 1 {
		t.Errorf("%d in flight together", most)
	}
}

// TestFaultReplay checks that faults do not apply to a replay by hand.
func TestFaultReplay(t *testing.T) {
	app := validating(t)
	a := newAccount(t, app)
	x := text(t, a, "hi").Webhooks[0]
	addRule(t, a, "webhook=*", "fault=drop")
	if again, err := a.Replay(t.Context(), x, Edit{}); err != nil || again.Status != 200 ||
		again.Faults != nil {
		t.Errorf("replayed %+v, %v", again, err)
	}
}
