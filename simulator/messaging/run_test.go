package messaging

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestDocumentAlerts has a document, or another answer, for each code of section C.4 that a
// document can raise. Each alert must have its level, its position in the document, and its
// exchange.
func TestDocumentAlerts(t *testing.T) {
	typed := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			_, _ = io.WriteString(w, body)
		}
	}
	twiml := func(body string) http.HandlerFunc { return typed("text/xml", body) }
	for _, tt := range []struct {
		name    string
		answer  http.HandlerFunc
		replies int
		want    []string
	}{
		{"nothing to say", twiml("<Response/>"), 0, []string{}},
		{"a reply", twiml("<Response><Message>hi</Message></Response>"), 1, []string{}},
		{"plain text", typed("text/plain", "hi"), 1, []string{}}, // F-097
		{"11100 action", twiml("<Response>\n <Message action='ftp://a'>hi</Message></Response>"), 1,
			[]string{"11100 error 2:11 W1"}},
		{"11200 status 500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, 0,
			[]string{"11200 error 0:0 W1"}},
		{"11216 redirect that Twilio does not follow", func(w http.ResponseWriter,
			r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusPermanentRedirect)
		}, 0, []string{"11216 error 0:0 W1"}}, // F-055
		{"11216 redirect", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(302) }, 0,
			[]string{"11216 error 0:0 W1"}}, // F-126
		{"11750", twiml("<Response>" + strings.Repeat(" ", 64<<10) + "</Response>"), 0,
			[]string{"11750 error 0:0 W1"}}, // F-057
		// F-058
		{"11770 empty", twiml(""), 0, []string{"11770 warning 0:0 W1"}},
		{"11770 no content", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }, 0,
			[]string{"11770 warning 0:0 W1"}},
		{"11770 empty and chunked", func(w http.ResponseWriter,
			_ *http.Request) {
			_ = http.NewResponseController(w).Flush()
		}, 0,
			[]string{"11770 error 0:0 W1"}}, // F-058, F-138
		// F-139
		{"12100", twiml("<Response>\n<Message>\n</Response>"), 0, []string{"12100 error 3:1 W1"}},
		// F-140
		{"12101", twiml("<?xml version='2.0'?><Response/>"), 0, []string{"12101 error 1:1 W1"}},
		// F-141
		{"12102", twiml("<response/>"), 0, []string{"12102 error 1:1 W1"}},
		{"12200", twiml("<Response>\n  <Message tu='1'>hi</Message><Sms>x</Sms></Response>"), 1,
			[]string{"12200 warning 2:12 W1", "12200 warning 2:31 W1"}}, // F-142
		// F-143
		{"12300", typed("application/json", "{}"), 0, []string{"12300 error 0:0 W1"}},
		{"12300 none", typed("", "<Response/>"), 0, []string{"12300 error 0:0 W1"}},
		// F-145
		{"14101 to", twiml(reply(" to='me'", "hi")), 0, []string{"14101 warning 1:20 W1"}},
		{"14101 to itself", twiml(reply(" to='"+shop+"'", "hi")), 0,
			[]string{"14101 warning 1:11 W1"}}, // F-104
		{"14102 from", twiml(reply(" from='far too long a name'", "hi")), 0,
			[]string{"14102 warning 1:20 W1"}}, // F-145
		{"14102 foreign number", twiml(reply(" from='+12025550199'", "hi")), 0,
			[]string{"14102 warning 1:11 W1"}}, // F-105
		{"14102 foreign short code", twiml(reply(" from='55501'", "hi")), 0,
			[]string{"14102 warning 1:11 W1"}}, // F-105
		{"14102 short foreign number", twiml(reply(" from='+12345'", "hi")), 0,
			[]string{"14102 warning 1:11 W1"}}, // F-105
		{"14102 channel", twiml(reply(" from='whatsapp:+12025550199'", "hi")), 0,
			[]string{"14102 warning 1:11 W1"}}, // F-105
		// F-105
		{"alphanumeric sender", twiml(reply(" from='My Shop'", "hi")), 1, []string{}},
		// F-145
		{"14103", twiml(reply("", "")), 0, []string{"14103 warning 1:11 W1"}},
		{"14103 too long", twiml(reply("", strings.Repeat("a", 1601))), 0,
			[]string{"14103 warning 1:11 W1"}}, // F-110
		// F-146
		{"14104", twiml(reply(" method='PUT'", "hi")), 1, []string{"14104 warning 1:20 W1"}},
		{"14105", twiml(reply(" statusCallback='x y'", "hi")), 1,
			[]string{"14105 warning 1:20 W1"}}, // F-146
		{"14109", twiml("<Response>" + strings.Repeat("<Message>hi</Message>\n", 13) +
			"</Response>"), 10, []string{"14109 warning 11:1 W1"}}, // F-100
		{"14110", twiml("<Response><Say>hi</Say><Message>hi</Message></Response>"), 1,
			[]string{"14110 warning 1:11 W1"}}, // F-151
		{"refused replies are none of the ten", twiml("<Response>" + strings.Repeat("<Message to='"+
			shop+"'>hi</Message>", 2) +
			strings.Repeat("<Message>hi</Message>", 10) + "</Response>"), 10,
			[]string{"14101 warning 1:11 W1", "14101 warning 1:50 W1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.handle("/sms", tt.answer)
			a := newAccount(t, app)
			receipt := text(t, a, "hi")
			if diff := cmp.Diff(tt.want, alerts(a)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
			if len(receipt.Alerts) != len(tt.want) || len(receipt.Webhooks) != 1 {
				t.Errorf("receipt has %d alerts and %d webhooks", len(receipt.Alerts),
					len(receipt.Webhooks))
			}
			if len(receipt.Replies) != tt.replies {
				t.Errorf("%d replies, want %d", len(receipt.Replies), tt.replies)
			}
			for _, alert := range receipt.Alerts {
				if alert.SID != receipt.Message.ID() || alert.Title == "" || alert.Text == "" ||
					!alert.At.Equal(start) {
					t.Errorf("alert %+v", alert)
				}
			}
		})
	}
}

// TestOrder checks that the verbs of two documents run from top to bottom, and none after a
// redirect (F-099, F-115).
func TestOrder(t *testing.T) {
	app := newApp(t)
	app.answer("/sms",
		"<Response><Message>1</Message><Message>2</Message><Redirect>more?x=1</Redirect><Message>"+
			"never</Message></Response>")
	app.answer("/more", "<Response><Message>3</Message><Redirect "+
		"method='GET'>/last</Redirect></Response>")
	app.answer("/last", "<Response><Message>4</Message></Response>")
	a := newAccount(t, app)
	receipt := text(t, a, "hi")
	var bodies []string
	for _, m := range receipt.Replies {
		bodies = append(bodies, m.Snapshot().Body)
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, bodies); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	form := app.bodies("/sms")[0]
	want := []request{{Method: "POST", Path: "/sms", Body: form}, {Method: "POST", Path: "/more",
		Query: "x=1", Body: form}, // F-116
		{Method: "GET", Path: "/last", Query: form}}
	got := app.requests("")
	for i := range got {
		got[i].Signature = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	var purposes []journal.Purpose
	for _, x := range receipt.Webhooks {
		purposes = append(purposes, x.Purpose)
	}
	if diff := cmp.Diff([]journal.Purpose{journal.Inbound, journal.Redirect, journal.Redirect},
		purposes); diff != "" {
		t.Errorf("purposes (-want +got):\n%s", diff)
	}
}

// TestRedirectLimit checks that at most 50 documents are fetched (F-100).
func TestRedirectLimit(t *testing.T) {
	for _, tt := range []struct {
		documents int
		fetched   int
		want      []string
	}{
		{1, 1, []string{}},
		{50, 50, []string{}},
		{51, 50, []string{"14106 warning 0:0"}},
		{1000, 50, []string{"14106 warning 0:0"}},
	} {
		t.Run(strconv.Itoa(tt.documents), func(t *testing.T) {
			app := newApp(t)
			app.handle("/sms", func(w http.ResponseWriter, r *http.Request) {
				n, _ := strconv.Atoi(r.URL.Query().Get("n"))
				w.Header().Set("Content-Type", "text/xml")
				if n+1 < tt.documents {
					fmt.Fprintf(w, "<Response><Redirect>?n=%d</Redirect></Response>", n+1)
					return
				}
				_, _ = io.WriteString(w, "<Response/>")
			})
			a := newAccount(t, app)
			text(t, a, "hi")
			if n := len(app.requests("/sms")); n != tt.fetched {
				t.Errorf("%d documents were fetched, want %d", n, tt.fetched)
			}
			if diff := cmp.Diff(tt.want, alerts(a)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReplyLimit checks that the limit counts the replies of a whole run (F-100).
func TestReplyLimit(t *testing.T) {
	app := newApp(t)
	six := strings.Repeat("<Message>hi</Message>", 6)
	app.answer("/sms", "<Response>"+six+"<Redirect>/more</Redirect></Response>")
	app.answer("/more", "<Response>\n"+six+"<Redirect>/last</Redirect></Response>")
	app.answer("/last", "<Response><Message>hi</Message></Response>")
	a := newAccount(t, app)
	if receipt := text(t, a, "hi"); len(receipt.Replies) != 10 {
		t.Errorf("%d replies", len(receipt.Replies))
	}
	if diff := cmp.Diff([]string{"14109 warning 2:85 W2"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	// The next inbound message has ten replies of its own.
	app.answer("/sms", reply("", "hi"))
	if receipt := text(t, a, "hi"); len(receipt.Replies) != 1 {
		t.Errorf("%d replies to the next", len(receipt.Replies))
	}
}

// TestReplyLoop checks that the 31st reply within 30 seconds fails, per pair of numbers (F-101).
func TestReplyLoop(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	a := newAccount(t, app)
	send := func(from string) *Message {
		t.Helper()
		receipt, err := a.Receive(t.Context(), Text{From: from, To: shop, Body: "hi"})
		if err != nil || len(receipt.Replies) != 1 {
			t.Fatalf("%v, receipt %+v", err, receipt)
		}
		return receipt.Replies[0]
	}
	var last *Message
	for range 30 {
		last = send(customer)
	}
	if len(alerts(a)) != 0 {
		t.Fatalf("alerts %q", alerts(a))
	}
	broken, other := send(customer), send("+12025550143")
	if diff := cmp.Diff([]string{"14107 error 1:11 W31"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	advance(t, a, 29*time.Second)
	for _, tt := range []struct {
		name string
		m    *Message
		want []string
	}{
		{"the 30th", last, []string{"queued 0s", "sent 500ms", "delivered 1s"}},
		{"the 31st", broken, []string{"queued 0s", "failed 0s 14107"}},
		{"another handset's", other, []string{"queued 0s", "sent 500ms", "delivered 1s"}},
	} {
		if diff := cmp.Diff(tt.want, history(tt.m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if f := broken.Snapshot(); f.By != "14107" ||
		f.ErrorMessage() != "SMS send rate limit exceeded" {
		t.Errorf("decided by %q, %q", f.By, f.ErrorMessage())
	}
	failed := 0
	for _, body := range app.bodies("/status") {
		if param(t, body, "MessageSid") == broken.ID() {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d callbacks of the broken reply", failed)
	}
	if broken = send(customer); broken.Snapshot().By != "14107" {
		t.Error("after 29 s the loop is still one")
	}
	advance(t, a, time.Second) // 30 s after the first 31; of the pair only the last one is younger
	if m := send(customer); m.Snapshot().By != "" {
		t.Errorf("after 30 s decided by %q", m.Snapshot().By)
	}
}

// TestPairsAreForgotten checks that the detection of reply loops does not remember every handset of
// a long run.
func TestPairsAreForgotten(t *testing.T) {
	a := newAccount(t, nil)
	for i := range 10_000 {
		a.looping(pair{shop, "+1202555" + strconv.Itoa(i)})
		advance(t, a, time.Second)
	}
	if n := len(a.pairs); n > 2*fewPairs {
		t.Errorf("%d pairs are remembered", n)
	}
}
