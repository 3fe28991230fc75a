package messaging

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// TestStatusParams compares the bodies of callbacks byte by byte (F-171 to F-182, F-614).
func TestStatusParams(t *testing.T) {
	const rest = "&To=%2B12025550142&MessageSid=SID&AccountSid=AC00000000000000000000000000000001" +
		"&From=%2B12025550100&ApiVersion=2010-04-01"
	form := func(begin, status string) string {
		return begin + "SmsSid=SID&SmsStatus=" + status + "&MessageStatus=" + status + rest
	}
	for _, tt := range []struct {
		script string
		want   []string
	}{
		{"sent,delivered", []string{form("", "sent"), form("RawDlrDoneDate=2603011200&",
			"delivered")}},
		// F-175: the carrier's time is that of the status, however late the callback is.
		{"sent@30s,delivered@90s>30m*2", []string{form("", "sent"),
			form("RawDlrDoneDate=2603011201&", "delivered"),
			form("RawDlrDoneDate=2603011201&", "delivered")}},
		{"sent,undelivered:30003", []string{form("", "sent"),
			form("RawDlrDoneDate=2603011200&ErrorCode=30003&", "undelivered")}},
		{"sent:30003,delivered:30003", []string{form("", "sent"), form("RawDlrDoneDate=2603011200&",
			"delivered")}}, // F-174
		{"failed:30001", []string{form("ErrorCode=30001&", "failed")}},
		{"sent,delivered,read", []string{form("", "sent"), form("RawDlrDoneDate=2603011200&",
			"delivered"), form("", "read")}},
		{"stuck", nil},
	} {
		t.Run(tt.script, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(" action='/status'", "hi"))
			a := newAccount(t, app)
			addRule(t, a, "then="+tt.script, "illegal") // an SMS that is read
			m := text(t, a, "hi").Replies[0]
			advance(t, a, time.Hour)
			got := app.bodies("/status")
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], m.ID(), "SID")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("bodies (-want +got):\n%s", diff)
			}
			for _, thing := range a.Journal.Things(journal.Webhooks)[1:] {
				x := thing.(*journal.Exchange)
				if x.Purpose != journal.Status || x.SID != m.ID() ||
					x.Header.Get(
						// F-033
						"Content-Type") != "application/x-www-form-urlencoded; charset=utf-8" {
					t.Errorf("exchange %+v", x)
				}
			}
		})
	}
}

// TestCallbackURL checks which attribute of <Message> is used (F-106 to F-108, F-190).
func TestCallbackURL(t *testing.T) {
	const media = "<Media>https://shop.example/cat.png</Media>"
	for _, tt := range []struct {
		name, attributes, body string
		want                   []string // method and path of the callbacks
	}{
		{"none", "", "hi", nil},
		{"action", " action='/a'", "hi", []string{"POST /a", "POST /a"}},
		{"action by GET", " action='/a' method='GET'", "hi", []string{"GET /a", "GET /a"}},
		{"statusCallback", " statusCallback='s'", "hi", []string{"POST /s", "POST /s"}},
		{"statusCallback is always a POST", " statusCallback='/s' method='GET'", "hi",
			[]string{"POST /s", "POST /s"}}, // F-181
		// F-108
		{"both, a text", " action='/a' statusCallback='/s'", "hi", []string{"POST /a", "POST /a"}},
		{"both, with media", " action='/a' statusCallback='/s' method='GET'", media,
			[]string{"POST /s", "POST /s"}}, // F-108
		{"action, with media", " action='/a'", media, []string{"POST /a", "POST /a"}},
		// F-049
		{"a fragment stays here", " action='/a#rc=2'", "hi", []string{"POST /a", "POST /a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", reply(tt.attributes, tt.body))
			a := newAccount(t, app)
			m := text(t, a, "hi").Replies[0]
			advance(t, a, time.Minute)
			var got []string
			for _, r := range app.requests("")[1:] {
				got = append(got, r.Method+" "+r.Path)
				if query := r.Query; r.Method == "GET" &&
					(param(t, query, "MessageSid") != m.ID() || r.Body != "") {
					t.Errorf("GET has query %q and body %q", query, r.Body)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
			if f := m.Snapshot(); strings.HasPrefix(f.SID, "MM") != (tt.body == media) { // F-351
				t.Errorf("SID %s for %d files", f.SID, len(f.Media))
			}
		})
	}
}

// TestCallbackFails checks that a failed callback is lost, with an alert, and that the next one is
// sent (F-184, F-185). Any other answer is ignored, TwiML included (F-113, F-181).
func TestCallbackFails(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	app.handle("/status", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("MessageStatus") == "" { // the body is read already
			w.Header().Set("Content-Type", "text/xml")
		}
		if len(app.requests("/status")) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte("<Response><Message>no</Message></Response>"))
	})
	a := newAccount(t, app)
	m := text(t, a, "hi").Replies[0]
	advance(t, a, time.Minute)
	if diff := cmp.Diff([]string{"sent", "delivered"}, app.statuses(t, "/status")); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"11200 error 0:0 W2", "SIM-5 warning 0:0 W3"},
		alerts(a)); diff != "" { // F-185; F-181
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	if alert := a.Journal.Things(journal.Alerts)[0].(*journal.Alert); alert.SID != m.ID() {
		t.Errorf("alert about %s", alert.SID)
	}
	if n := a.Journal.Count(journal.Messages); n != 2 {
		t.Errorf("%d messages", n)
	}
}

// gate is an app that answers a callback only when the test opens the gate.
type gate struct {
	arrived chan string   // the status of each callback
	open    chan struct{} // one for each that may end
	now     atomic.Int32  // callbacks in flight
	most    atomic.Int32
}

func newGate(t *testing.T, app *app) *gate {
	g := &gate{arrived: make(chan string, 100), open: make(chan struct{})}
	app.answer("/sms", reply(" action='/status'", "hi"))
	app.handle("/status", func(http.ResponseWriter, *http.Request) {
		n := g.now.Add(1)
		defer g.now.Add(-1)
		for most := g.most.Load(); n > most && !g.most.CompareAndSwap(most,
			n); most = g.most.Load() {
		}
		bodies := app.bodies("/status")
		g.arrived <- param(t, bodies[len(bodies)-1], "MessageStatus")
		<-g.open
	})
	return g
}

// TestOneInFlight has a slow app under a real clock. The statuses change faster than it answers,
// but the callbacks must be sent one by one.
func TestOneInFlight(t *testing.T) {
	app := newApp(t)
	g := newGate(t, app)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "then=sent@0s,delivered@0s*3,read@1ms", "illegal")
	m := text(t, a, "hi").Replies[0]
	var got []string
	for range 5 {
		got = append(got, <-g.arrived)
		if len(got) == 1 { // all statuses have come while the first callback is held
			query, err := journal.ParseQuery(journal.Messages, MessageFields(),
				[]string{"sid=" + m.ID(), "status=read"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Journal.Await(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		g.open <- struct{}{}
	}
	if err := a.Clock.AwaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"sent", "delivered", "delivered", "delivered", "read"},
		got); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	if most := g.most.Load(); most != 1 {
		t.Errorf("%d callbacks were in flight together", most)
	}
}

// TestManyInFlight checks that callbacks of different messages do not wait for each other.
func TestManyInFlight(t *testing.T) {
	app := newApp(t)
	g := newGate(t, app)
	a := newAccountAt(t, app, clock.Real())
	addRule(t, a, "then=sent@0s")
	text(t, a, "hi")
	text(t, a, "hi")
	<-g.arrived
	<-g.arrived
	close(g.open)
}

// TestOverlap asks for callbacks in flight together, under a virtual clock. None is answered before
// all have arrived.
func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		script string
		want   int32
	}{
		{"sent,delivered", 2},
		{"sent@1s>5s,delivered@2s*2", 3},
		{"sending,sent,~delivered", 1},
	} {
		t.Run(tt.script, func(t *testing.T) {
			app := newApp(t)
			g := newGate(t, app)
			a := newAccount(t, app)
			addRule(t, a, "then="+tt.script, "overlap")
			m := text(t, a, "hi").Replies[0]
			advanced := make(chan error)
			go func() { advanced <- a.Clock.Advance(t.Context(), time.Minute) }()
			for range tt.want {
				<-g.arrived
			}
			close(g.open)
			if err := <-advanced; err != nil {
				t.Fatal(err)
			}
			if most := g.most.Load(); most != tt.want || len(g.arrived) != 0 {
				t.Errorf("%d callbacks were in flight together, want %d; %d more came", most,
					tt.want, len(g.arrived))
			}
			if f := m.Snapshot(); f.Status != "delivered" {
				t.Errorf("status %s", f.Status)
			}
		})
	}
}

// TestOverlapOrder answers the second callback before the first. Names and the journal must keep
// the order of the statuses.
func TestOverlapOrder(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	second := make(chan struct{})
	app.handle("/status", func(http.ResponseWriter, *http.Request) {
		if len(app.requests("/status")) == 1 {
			<-second // the first to come is the last to be answered
			return
		}
		close(second)
	})
	a := newAccount(t, app)
	addRule(t, a, "then=sent,delivered", "overlap")
	text(t, a, "hi")
	advance(t, a, time.Minute)
	var got []string
	for _, thing := range a.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		got = append(got, x.Name+" "+x.Params().Get("MessageStatus"))
	}
	if diff := cmp.Diff([]string{"W1 ", "W2 sent", "W3 delivered"}, got); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}

// TestDeliverStopsOverlap checks that callbacks waiting for overlap are sent when the message is
// moved by hand.
func TestDeliverStopsOverlap(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status'", "hi"))
	a := newAccount(t, app)
	addRule(t, a, "then=sent,delivered@1h", "overlap")
	m := text(t, a, "hi").Replies[0]
	advance(t, a, time.Second)
	if got := app.statuses(t, "/status"); len(got) != 0 {
		t.Errorf("callbacks %q", got)
	}
	if _, err := a.Deliver(m.ID(), "undelivered", 30003, false); err != nil {
		t.Fatal(err)
	}
	advance(t, a, 2*time.Hour)
	if diff := cmp.Diff([]string{"sent", "undelivered"}, app.statuses(t, "/status")); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
}
