package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/events"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

var start = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

// sink is a program that receives events.
type sink struct {
	*httptest.Server
	t     *testing.T
	token string

	mu     sync.Mutex
	down   bool
	events []map[string]any
	times  []time.Time
	now    func() time.Time
}

func newSink(t *testing.T, a *messaging.Account) *sink {
	s := &sink{t: t, token: a.Token, now: a.Clock.Now}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, s.now())
	if s.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	body, _ := io.ReadAll(r.Body)
	validator := client.NewRequestValidator(s.token)
	if !validator.ValidateBody(s.URL+r.RequestURI, body, r.Header.Get("X-Twilio-Signature")) {
		s.t.Errorf("the SDK refuses the signature of %s", r.RequestURI)
	}
	var batch []map[string]any
	if err := json.Unmarshal(body, &batch); err != nil || len(batch) != 1 {
		s.t.Errorf("%v, %s", err, body)
	}
	s.events = append(s.events, batch...)
}

func newAccount(t *testing.T) *messaging.Account {
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(start),
		Products: []messaging.ProductType{events.Product}})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		t.Fatal(err)
	}
	return a
}

// subscribe makes a sink and a subscription.
func subscribe(t *testing.T, s *events.State, url string, types ...string) {
	t.Helper()
	made, missing, err := s.CreateSink("sink", "webhook",
		fmt.Sprintf(`{"destination":%q,"method":"POST"}`, url))
	if err != nil || missing != "" {
		t.Fatal(missing, err)
	}
	var wanted []string
	for _, name := range types {
		wanted = append(wanted, fmt.Sprintf(`{"type":%q}`, name))
	}
	if _, missing, err = s.CreateSubscription("all", made.SID, wanted); err != nil || missing != "" {
		t.Fatal(missing, err)
	}
}

func send(t *testing.T, a *messaging.Account, to string) {
	t.Helper()
	if _, err := a.Send(context.Background(),
		messaging.Draft{From: "+12025550100", To: to, Body: "Hi", HasBody: true}); err != nil {
		t.Fatal(err)
	}
}

func advance(t *testing.T, a *messaging.Account, d time.Duration) {
	t.Helper()
	if err := a.Clock.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

const prefix = "com.twilio.messaging.message."

// TestData: the keys of the data are those that have a value (F-735, F-736, F-738, F-741).
func TestData(t *testing.T) {
	a := newAccount(t)
	out := newSink(t, a)
	subscribe(t, events.Of(a), out.URL+"/events", prefix+"queued", prefix+"sent", prefix+"delivered",
		"com.twilio.messaging.inbound-message.received")
	send(t, a, "+12025550142")
	if _, err := a.Receive(t.Context(), messaging.Text{From: "+442079460018", To: "+12025550100",
		Body: "Hi"}); err != nil {
		t.Fatal(err)
	}
	advance(t, a, time.Minute)
	var got []string
	for _, e := range out.events {
		data := e["data"].(map[string]any)
		got = append(got, fmt.Sprint(e["type"], " ", data["messageStatus"]))
		for _, key := range []string{"errorCode", "messagingServiceSid", "mnc", "mcc", "toZip"} {
			if value, ok := data[key]; ok {
				t.Errorf("%v has %s=%v", e["type"], key, value)
			}
		}
	}
	const inbound = "com.twilio.messaging.inbound-message.received <nil>"
	want := inbound + "|" + prefix + "sent SENT|" + prefix + "delivered DELIVERED"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
	data := out.events[0]["data"].(map[string]any)
	if data["fromCountry"] != "GB" || data["fromCity"] != "LONDON" || data["toState"] != "DC" ||
		data["numMedia"] != 0.0 || fmt.Sprint(data["recipients"]) != "[]" {
		t.Errorf("the inbound data is %v", data)
	}
}

// TestIntervals: attempts grow apart, and end after four hours (F-729).
func TestIntervals(t *testing.T) {
	a := newAccount(t)
	out := newSink(t, a)
	out.down = true
	subscribe(t, events.Of(a), out.URL+"/events", prefix+"sent")
	send(t, a, "+12025550142")
	advance(t, a, 24*time.Hour)
	first, last := out.times[0], out.times[len(out.times)-1]
	if n := len(out.times); n < 20 || n > 40 {
		t.Errorf("%d attempts", n)
	}
	if d := last.Sub(first); d > 4*time.Hour || d < 3*time.Hour+30*time.Minute {
		t.Errorf("the last attempt is %v after the first", d)
	}
	for i := 2; i < 8; i++ {
		if out.times[i].Sub(out.times[i-1]) <= out.times[i-1].Sub(out.times[i-2]) {
			t.Errorf("interval %d is not longer than the one before", i)
		}
	}
	// the first, the tenth, and then one in 20 minutes (F-730)
	if n := a.Journal.Count(journal.Alerts); n < 8 || n > 16 {
		t.Errorf("%d alerts", n)
	}
}

// TestRestart: sinks, subscriptions and what waits are there again after a restart.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	run := func(do func(*messaging.Account, *events.State)) {
		f, err := storage.Open(file, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(start),
			Products: []messaging.ProductType{events.Product}})
		defer a.Close()
		accounts := messaging.NewAccounts(a)
		err = accounts.Store(f, func(string) bool { return true }, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		accounts.Resume()
		do(a, events.Of(a))
		if err := accounts.CloseStorage(); err != nil {
			t.Error(err)
		}
	}
	var out *sink
	run(func(a *messaging.Account, s *events.State) {
		out = newSink(t, a)
		if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
			t.Fatal(err)
		}
		subscribe(t, s, out.URL+"/events", prefix+"sent")
		send(t, a, "+12025550142")
		advance(t, a, time.Second) // sent, and its event waits
	})
	run(func(a *messaging.Account, s *events.State) {
		if len(s.Sinks()) != 1 || len(s.Subscriptions()) != 1 {
			t.Errorf("%v, %v", s.Sinks(), s.Subscriptions())
		}
		advance(t, a, time.Minute)
		if len(out.events) != 1 {
			t.Errorf("%d events", len(out.events))
		}
	})
}

// TestReset: a reset drops what waits, and keeps sinks and subscriptions.
func TestReset(t *testing.T) {
	a := newAccount(t)
	out := newSink(t, a)
	subscribe(t, events.Of(a), out.URL+"/events", prefix+"sent")
	send(t, a, "+12025550142")
	advance(t, a, time.Second)
	a.Reset()
	advance(t, a, time.Hour)
	if len(out.events) != 0 || len(events.Of(a).Sinks()) != 1 {
		t.Errorf("%d events, %d sinks", len(out.events), len(events.Of(a).Sinks()))
	}
}

// TestReorder: a rule has an event leave after the sink's next one, and the last one leave at once.
func TestReorder(t *testing.T) {
	a := newAccount(t)
	out := newSink(t, a)
	subscribe(t, events.Of(a), out.URL+"/events", prefix+"sent", prefix+"delivered")
	rule, err := carrier.ParseRule([]string{"webhook=event", "fault=reorder"})
	if err != nil {
		t.Fatal(err)
	}
	a.Rules.Add(rule)
	send(t, a, "+12025550142")
	advance(t, a, time.Minute)
	var got []string
	for _, e := range out.events {
		got = append(got, strings.TrimPrefix(e["type"].(string), prefix))
	}
	if want := "delivered sent"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
