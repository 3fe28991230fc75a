package simulator_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// kept measures how much longer requests take with a long history than with one of 1,000 messages.
func (s *suite) kept(b *testing.B) {
	many := keptMany(b)
	// A search looks at the newest things up to the last multiple of 1,024, at most so many. Both
	// histories have as many of them.
	many += 1024 - (many-1000)%1024
	small, large := keptServer(b, 1000), keptServer(b, many)
	// A collection costs each allocated byte the same whatever is kept, but one collection of a long
	// history takes longer than a whole round.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, op := range keptOperations() {
		ratio := compare(func() { op.repeat(b, large) }, func() { op.repeat(b, small) })
		s.add("kept", fmt.Sprintf("%d kept / 1000 kept: %s", many, op.name), ratio, 1.5)
	}
}

// keptWorld is a simulator with a history, called without a network.
type keptWorld struct {
	sim     *simulator.Server
	account *messaging.Account
	n       int
}

// keptOperation is one request, or several.
type keptOperation struct {
	name   string
	times  int
	invoke func(b *testing.B, w *keptWorld)
}

func (op keptOperation) repeat(b *testing.B, w *keptWorld) {
	for range op.times {
		op.invoke(b, w)
	}
}

// ask is a request that must succeed.
func (w *keptWorld) ask(b *testing.B, method, path, contentType, body string) {
	r := httptest.NewRequest(method, "http://127.0.0.1:2010"+path, strings.NewReader(body))
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	r.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	if w.sim.ServeHTTP(recorder, r); recorder.Code >= 300 {
		b.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
}

const messagesURL = "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"

// keptOperations are the requests whose time should not depend on the history.
func keptOperations() []keptOperation {
	get := func(path string) func(*testing.B, *keptWorld) {
		return func(b *testing.B, w *keptWorld) { w.ask(b, "GET", path, "", "") }
	}
	return []keptOperation{
		{"create", 50, func(b *testing.B, w *keptWorld) {
			w.ask(b, "POST", messagesURL, suiteForm, "Body=hi&From=%2B12025550100&To=%2B12025550142")
		}},
		{"text", 50, func(b *testing.B, w *keptWorld) {
			w.ask(b, "POST", control.Prefix+"/texts", "application/json", textJSON)
			if err := w.account.Clock.Advance(b.Context(), time.Minute); err != nil {
				b.Fatal(err)
			}
		}},
		{"list", 10, get(messagesURL)},
		{"list in the middle", 10, func(b *testing.B, w *keptWorld) {
			w.ask(b, "GET", messagesURL+"?PageToken=PA"+keptSID(w.n/2), "", "")
		}},
		{"list before the middle", 10, func(b *testing.B, w *keptWorld) {
			w.ask(b, "GET", messagesURL+"?Page=9&PageToken=PB"+keptSID(w.n/2), "", "")
		}},
		{"list To", 10, get(messagesURL + "?To=%2B12025550103")},
		{"list From", 10, get(messagesURL + "?From=%2B12025550100")},
		{"list DateSent<", 10, func(b *testing.B, w *keptWorld) {
			day := keptStart.Add(time.Duration(w.n/2) * time.Second).Format(time.RFC3339)
			w.ask(b, "GET", messagesURL+"?DateSent%3C="+day, "", "")
		}},
		{"control list", 10, get(control.Prefix + "/messages")},
		{"control search by number", 10, get(control.Prefix + "/messages?q=to=%2B12025550103")},
		{"control search in bodies", 10, get(control.Prefix + "/messages?q=body=~code")},
		{"control search for a rare status", 10, get(control.Prefix + "/messages?q=status=failed")},
		{"control search for a rare text", 10, get(control.Prefix + "/messages?q=body=~needle")},
		{"control search for a rare answer", 10, get(control.Prefix + "/webhooks?q=http=404")},
		{"control list of a handset", 10, get(control.Prefix + "/messages?q=phone=%2B12025550103")},
		{"control list behind the middle", 10, func(b *testing.B, w *keptWorld) {
			w.ask(b, "GET", fmt.Sprint(control.Prefix, "/messages?skip=", w.n/2), "", "")
		}},
		{"console phones", 5, get("/console")},
		{"console messages", 5, get("/console/messages")},
		{"console search", 5, get("/console/messages?q=needle")},
		{"console webhooks", 5, get("/console/webhooks")},
		{"console carrier", 5, get("/console/carrier")},
		{"metrics", 10, get("/metrics")},
		{"control story", 20, func(b *testing.B, w *keptWorld) {
			w.ask(b, "GET", control.Prefix+"/messages/"+keptSID(w.n/2)+"/story", "", "")
		}},
		{"await", 20, get(control.Prefix + "/await?kind=message&q=to=%2B12025550103")},
		{"event stream", 20, func(b *testing.B, w *keptWorld) { w.stream(b) }},
	}
}

// stream opens the stream of events, causes one and reads it.
func (w *keptWorld) stream(b *testing.B) {
	server := httptest.NewServer(w.sim)
	defer server.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+control.Prefix+
		"/events?after=latest", nil)
	if err != nil {
		b.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	w.ask(b, "GET", messagesURL+"?PageSize=1", "", "")
	if _, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil {
		b.Fatal(err)
	}
}

var keptStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func keptSID(n int) string { return fmt.Sprintf("SM%032x", n) }

// keptServer returns a simulator with a history of n messages to ten numbers, one a second, each
// with a callback.
func keptServer(b *testing.B, n int) *keptWorld {
	end := keptStart.Add(time.Duration(n) * time.Second)
	app := newSuiteApp(b)
	sim := &simulator.Server{Clock: clock.Virtual(end), ForwardTo: app.URL}
	b.Cleanup(sim.Close)
	w := &keptWorld{sim: sim, account: sim.Account(), n: n}
	if err := w.account.Load(keptHistory(n)); err != nil {
		b.Fatal(err)
	}
	return w
}

func keptHistory(n int) messaging.History {
	var h messaging.History
	for i := range n {
		at := keptStart.Add(time.Duration(i) * time.Second)
		sid := keptSID(i)
		h.Messages = append(h.Messages, messaging.Snapshot{
			SID: sid, AccountSID: simulator.DefaultAccountSID, From: simulator.DefaultPhoneNumber,
			To: fmt.Sprintf("+120255501%02d", i%10), Body: "Your code is 123456", NumSegments: 1,
			Direction: messaging.OutboundAPI, Status: carrier.Sent, Created: at, Updated: at, Sent: at,
		})
		name := fmt.Sprint("W", i+1)
		h.Webhooks = append(h.Webhooks, &journal.Exchange{Name: name, SID: sid,
			Purpose: journal.Status, Method: "POST", URL: "http://127.0.0.1/status", Status: 204, At: at})
		h.Events = append(h.Events,
			journal.Event{ID: int64(2*i + 1), At: at, SID: sid, Type: journal.MessageCreated},
			journal.Event{ID: int64(2*i + 2), At: at, SID: sid, Type: journal.WebhookAttempt,
				Exchange: name, HTTP: 204})
	}
	return h
}

// memory measures what is kept of a whole flow, of a create with its request, and of an account
// that nobody uses.
func (s *suite) memory(b *testing.B) {
	app := newSuiteApp(b)
	sim, server := suiteServer(b, app, 0)
	account, ctx := sim.Account(), context.Background()
	s.amount("memory", "kept of a whole flow", keptOf(2000, func() {
		if _, err := account.Receive(ctx, messaging.Text{From: suiteCustomer,
			To: simulator.DefaultPhoneNumber, Body: "hi"}); err != nil {
			b.Fatal(err)
		}
		if err := account.Clock.Advance(ctx, 2*time.Second); err != nil {
			b.Fatal(err)
		}
	}), 3, "KiB")
	client := &http.Client{}
	s.amount("memory", "kept of a create with its request", keptOf(2000, func() {
		r := request(b, "POST", server.URL+messagesURL, suiteForm,
			"Body=Your+order+has+been+shipped.&From=%2B12025550100&To=%2B12025550142")
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		send(b, client, r)
	}), 1.5, "KiB")
	client.CloseIdleConnections()
	many := &simulator.Server{AnyAccount: true}
	defer many.Close()
	n := 0
	s.amount("memory", "an idle account", keptOf(2000, func() {
		n++
		sid := fmt.Sprintf("AC%032x", n)
		r := httptest.NewRequest("GET", "http://127.0.0.1:2010/2010-04-01/Accounts/"+sid+".json", nil)
		r.SetBasicAuth(sid, simulator.DefaultAuthToken)
		recorder := httptest.NewRecorder()
		if many.ServeHTTP(recorder, r); recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body)
		}
	}), 10, "KiB")
	runtime.KeepAlive(sim)
}

// keptOf returns how many KiB each of n calls leaves behind.
func keptOf(n int, call func()) float64 {
	for range 50 {
		call()
	}
	before := liveBytes()
	for range n {
		call()
	}
	return float64(liveBytes()-before) / float64(n) / 1024
}

func liveBytes() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
