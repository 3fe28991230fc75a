package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// addRule adds a rule to the account.
func addRule(t testing.TB, a *Account, words ...string) carrier.Rule {
	t.Helper()
	rule, err := carrier.ParseRule(words)
	if err != nil {
		t.Fatal(err)
	}
	return a.Rules.Add(rule)
}

// TestDispatch checks what decides a delivery: a rule before the handset's state, before a magic
// recipient, before the default.
func TestDispatch(t *testing.T) {
	usual := []string{"queued 0s", "sent 500ms", "delivered 1s"}
	off := []string{"queued 0s", "sent 500ms", "undelivered 2s 30003"}
	for _, tt := range []struct {
		name     string
		to       string
		rules    string // separated by ;
		handset  carrier.HandsetState
		history  []string
		callback []string
		by       string
	}{
		{"usual", customer, "", "", usual, []string{"sent", "delivered"}, ""},
		{"rule", customer, "then=sent@1s,undelivered:30005@3s", "", []string{"queued 0s", "sent 1s",
			"undelivered 3s 30005"},
			[]string{"sent", "undelivered"}, "rule r1"},
		{"rule for another", customer, "to=+44* then=unreachable", "", usual,
			[]string{"sent", "delivered"}, ""},
		{"first rule wins", customer, "then=stuck;then=unreachable", "", []string{"queued 0s"},
			[]string{}, "rule r1"},
		{"rule by direction", customer, "direction=outbound-api " +
			"then=stuck;direction=outbound-reply then=unreachable", "", off,
			[]string{"sent", "undelivered"}, "rule r2"},
		{"rule by body and from", customer, "body=bye then=stuck;from=+12025550100 body=hi " +
			"then=filtered", "",
			[]string{"queued 0s", "sent 500ms", "undelivered 2s 30007"},
			[]string{"sent", "undelivered"}, "rule r2"},
		{"handset off", customer, "", carrier.HandsetOff, off, []string{"sent", "undelivered"},
			"phone off"},
		{"handset on", customer, "", carrier.HandsetOn, usual, []string{"sent", "delivered"}, ""},
		{"landline", customer, "", carrier.HandsetLandline, []string{"queued 0s", "sent 500ms",
			"undelivered 2s 30006"},
			[]string{"sent", "undelivered"}, "phone landline"},
		{"number gone", customer, "", carrier.HandsetGone, []string{"queued 0s", "sent 500ms",
			"undelivered 2s 30005"},
			[]string{"sent", "undelivered"}, "phone gone"},
		{"opted out", customer, "", carrier.HandsetOptedOut,
			// F-444
			[]string{"queued 0s", "failed 0s 21610"}, []string{"failed"}, "phone opted-out"},
		{"rule before handset", customer, "then=stuck", carrier.HandsetOff, []string{"queued 0s"},
			[]string{}, "rule r1"},
		{"magic", "+15005550103", "", "", off, []string{"sent", "undelivered"},
			"magic unreachable"},
		{"magic refusal", "+15005550110", "", "", []string{"queued 0s", "failed 0s 21610"},
			[]string{"failed"}, "magic opted-out"},
		{"magic 429", "+15005550120", "", "", usual, []string{"sent", "delivered"},
			"magic rate-limited"},
		{"magic late", "+15005550111", "", "", []string{"queued 0s", "sent 500ms", "delivered 30s"},
			[]string{"sent", "delivered"}, "magic late"},
		{"magic duplicated", "+15005550112", "", "", usual, []string{"sent", "delivered",
			"delivered"}, "magic duplicated"},
		{"magic reordered", "+15005550113", "", "", usual, []string{"delivered", "sent"},
			"magic reordered"}, // F-169
		{"magic lost", "+15005550114", "", "", usual, []string{"sent"}, "magic lost-final"},
		{"magic without an entry", "+15005550199", "", "", usual, []string{"sent", "delivered"},
			""},
		{"handset before magic", "+15005550103", "", carrier.HandsetLandline,
			[]string{"queued 0s", "sent 500ms", "undelivered 2s 30006"},
			[]string{"sent", "undelivered"}, "phone landline"},
		{"rule before magic", "+15005550103", "then=delivered", "", usual,
			[]string{"sent", "delivered"}, "rule r1"},
		{"sending is not reported", customer, "then=sending,sent,delivered", "",
			[]string{"queued 0s", "sending 500ms", "sent 1s", "delivered 1.5s"},
			[]string{"sent", "delivered"}, "rule r1"}, // F-157, F-491
		{"read", customer, "then=read illegal", "", []string{"queued 0s", "sent 500ms",
			"delivered 1s", "read 1.5s"},
			[]string{"sent", "delivered", "read"}, "rule r1"},
		{"an SMS is not read", customer, "then=read", "", usual, []string{"sent", "delivered"},
			"rule r1, never read"}, // F-162
		{"illegal", customer, "then=delivered,queued,failed:30001 illegal", "",
			[]string{"queued 0s", "delivered 500ms", "queued 1s", "failed 1.5s 30001"},
			// F-156: queued has a callback if the script has it
			[]string{"delivered", "queued", "failed"}, "rule r1"},
		{"all marks", customer, "then=~sent@1s,delivered@2s>4s*2", "",
			[]string{"queued 0s", "sent 1s", "delivered 2s"},
			[]string{"delivered", "delivered"}, "rule r1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			if tt.rules != "" {
				for rule := range strings.SplitSeq(tt.rules, ";") {
					addRule(t, a, strings.Fields(rule)...)
				}
			}
			if tt.handset != "" {
				if _, err := a.SetHandset(tt.to, tt.handset); err != nil {
					t.Fatal(err)
				}
			}
			receipt, err := a.Receive(t.Context(), Text{From: tt.to, To: shop, Body: "hi"})
			if err != nil {
				t.Fatal(err)
			}
			m := receipt.Replies[0]
			if diff := cmp.Diff([]string{"queued 0s"}, history(m)); diff != "" ||
				len(app.requests("/status")) != 0 {
				t.Errorf("before the clock moved (-want +got):\n%s\ncallbacks %q", diff,
					app.bodies("/status"))
			}
			advance(t, a, time.Minute)
			if diff := cmp.Diff(tt.history, history(m)); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.callback, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
			if got := m.Snapshot().By; got != tt.by {
				t.Errorf("decided by %q, want %q", got, tt.by)
			}
		})
	}
}

// TestTimes checks that a rule with times=2 is used twice.
func TestTimes(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply("", "hi"))
	a := newAccount(t, app)
	addRule(t, a, "then=stuck", "times=2")
	var by []string
	for range 3 {
		by = append(by, text(t, a, "hi").Replies[0].Snapshot().By)
	}
	if diff := cmp.Diff([]string{"rule r1", "rule r1", ""}, by); diff != "" {
		t.Errorf("decided by (-want +got):\n%s", diff)
	}
}

// TestDeliver moves messages by hand, as F-167 allows and as it forbids.
func TestDeliver(t *testing.T) {
	for _, tt := range []struct {
		name    string
		script  string
		after   time.Duration // how far the script has got
		status  carrier.Status
		code    int
		illegal bool
		err     string
		history []string
		called  []string
	}{
		{"before the first step", "sent,delivered", 0, carrier.Sent, 0, false, "",
			[]string{"queued 0s", "sent 0s"}, []string{"sent"}},
		{"in the middle", "sent,delivered", 700 * time.Millisecond, carrier.Undelivered, 30003,
			false, "",
			[]string{"queued 0s", "sent 500ms", "undelivered 700ms 30003"},
			[]string{"sent", "undelivered"}},
		{"the usual code", "sent", time.Second, carrier.Undelivered, 0, false, "",
			[]string{"queued 0s", "sent 500ms", "undelivered 1s 30008"},
			[]string{"sent", "undelivered"}},
		{"failed", "stuck", time.Second, carrier.Failed, 30001, false, "",
			[]string{"queued 0s", "failed 1s 30001"}, []string{"failed"}},
		{"sending is not reported", "stuck", time.Second, carrier.Sending, 0, false, "",
			[]string{"queued 0s", "sending 1s"}, []string{}},
		{"illegal", "stuck", time.Second, carrier.Delivered, 0, false,
			"a message that is queued cannot become delivered, only sending, sent or failed",
			[]string{"queued 0s"}, []string{}},
		{"illegal, and the script goes on", "sent@2s", time.Second, carrier.Delivered, 0, false,
			"a message that is queued cannot become delivered, only sending, sent or failed",
			[]string{"queued 0s", "sent 2s"}, []string{"sent"}},
		{"let through", "stuck", time.Second, carrier.Delivered, 0, true, "",
			[]string{"queued 0s", "delivered 1s"}, []string{"delivered"}},
		{"after the end", "sent,delivered", 2 * time.Second, carrier.Failed, 0, false,
			"a message that is delivered cannot become failed, only read",
			[]string{"queued 0s", "sent 500ms", "delivered 1s"}, []string{"sent", "delivered"}},
		{"an SMS is not read", "sent,delivered", 2 * time.Second, carrier.Read, 0, false,
			"is an SMS, and those are never read",
			[]string{"queued 0s", "sent 500ms", "delivered 1s"}, []string{"sent", "delivered"}},
		{"read", "sent,delivered", 2 * time.Second, carrier.Read, 0, true, "",
			[]string{"queued 0s", "sent 500ms", "delivered 1s", "read 2s"},
			[]string{"sent", "delivered", "read"}},
		{"unknown status", "stuck", 0, "delivrd", 0, false, `unknown status "delivrd"`,
			[]string{"queued 0s"}, []string{}},
		{"no status for a script", "stuck", 0, "accepted", 0, true,
			"a script cannot set the status accepted", []string{"queued 0s"},
			[]string{}},
		{"marks in the status", "stuck", 0, "sent@5s", 0, false, `"sent@5s" is not one status`,
			[]string{"queued 0s"}, []string{}},
		{"a script in the status's place", "stuck", 0, "sent,delivered", 0, false,
			`"sent,delivered" is not one status`, []string{"queued 0s"}, []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			addRule(t, a, "then="+tt.script)
			m := text(t, a, "hi").Replies[0]
			advance(t, a, tt.after)
			got, err := a.Deliver(m.ID(), tt.status, tt.code, tt.illegal)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(),
				tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if err == nil && (got != m || m.Snapshot().By != "deliver") {
				t.Errorf("message %v, decided by %q", got, m.Snapshot().By)
			}
			advance(t, a, time.Hour) // no timer overwrites the status
			if diff := cmp.Diff(tt.history, history(m)); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.called, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeliverWhatCannotBe(t *testing.T) {
	a := newAccount(t, nil)
	inbound := text(t, a, "hi").Message
	for _, tt := range []struct{ sid, want string }{
		{"SM0", `there is no message "SM0"`},
		{inbound.ID(), inbound.ID() + " is inbound: it has arrived, and Twilio reports no " +
			"statuses for it"}, // F-165
	} {
		if _, err := a.Deliver(tt.sid, carrier.Sent, 0, true); err == nil ||
			err.Error() != tt.want {
			t.Errorf("error %v, want %q", err, tt.want)
		}
	}
}

// TestThirtyDays advances the clock by a month in one step.
func TestThirtyDays(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	a := newAccount(t, app)
	addRule(t, a, "then=sent@1d>29d,delivered@30d")
	m := text(t, a, "hi").Replies[0]
	advance(t, a, 30*24*time.Hour-time.Nanosecond)
	if diff := cmp.Diff([]string{"sent"}, app.statuses(t, "/status")); diff != "" {
		t.Errorf("callbacks just before (-want +got):\n%s", diff)
	}
	advance(t, a, time.Nanosecond)
	if diff := cmp.Diff([]string{"queued 0s", "sent 24h0m0s", "delivered 720h0m0s"},
		history(m)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if n := len(app.requests("/status")); n != 2 {
		t.Errorf("%d callbacks", n)
	}
}

// TestKept checks that a message that the journal has dropped does not come back with its next
// status.
func TestKept(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	a := New(Options{Clock: newAccount(t, nil).Clock, Keep: 4})
	defer a.Close()
	if _, err := a.SetNumber(shop, app.URL+"/sms", ""); err != nil {
		t.Fatal(err)
	}
	var want []string
	for range 5 {
		receipt := text(t, a, "hi")
		want = append(want, receipt.Message.ID(), receipt.Replies[0].ID())
	}
	advance(t, a, time.Minute)
	var got []string
	for _, thing := range a.Journal.Things(journal.Messages) {
		got = append(got, thing.ID())
	}
	if diff := cmp.Diff(want[len(want)-4:], got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if n := len(app.requests("/status")); n != 10 {
		t.Errorf("%d callbacks, want 10: a forgotten message is delivered all the same", n)
	}
}

func TestMessageFields(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi")+"<!-- -->")
	a := newAccount(t, app)
	addRule(t, a, "then=unreachable")
	receipt := text(t, a, "wörld 👍")
	m := receipt.Replies[0]
	advance(t, a, time.Minute)
	got := map[string]string{}
	for _, name := range MessageFields() {
		if value, ok := m.Field(name); ok {
			got[name] = value
		}
	}
	want := map[string]string{
		"sid": m.ID(), "status": "undelivered", "error_code": "30003", "from": shop, "to": customer,
		"body":      "hi",
		"direction": "outbound-reply", "num_segments": "1", "num_media": "0", "encoding": "GSM-7",
		"account_sid": a.SID,
		"reply_to":    receipt.Message.ID(), "callback": app.URL + "/status", "by": "rule r1",
		"phone": customer,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if encoding, _ := receipt.Message.Field("encoding"); encoding != "UCS-2" {
		t.Errorf("encoding of the inbound one %q", encoding)
	}
	for _, name := range []string{"error_code", "reply_to", "callback", "colour"} {
		if value, ok := receipt.Message.Field(name); ok {
			t.Errorf("the inbound message has %s %q", name, value)
		}
	}
	if want := `outbound-reply +12025550100 -> +12025550142 undelivered "hi"`; m.Summary() != want {
		t.Errorf("summary %s", m.Summary())
	}
}
