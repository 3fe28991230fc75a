package messaging

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// flowApp is the smallest app that a whole flow needs. It checks nothing, so that the benchmark
// measures the simulator.
func flowApp(tb testing.TB) *httptest.Server {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/sms" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w,
				`<Response><Message action="/status">Hello</Message></Response>`)
		}
	}))
	tb.Cleanup(app.Close)
	return app
}

// flowAccount is an account of its own, with a client of its own.
func flowAccount(tb testing.TB, app *httptest.Server, keep int) *Account {
	a := New(Options{Seed: 1, Clock: clock.Virtual(start), Keep: keep, Hooks: &webhook.Client{}})
	if _, err := a.SetNumber(shop, app.URL+"/sms", ""); err != nil {
		tb.Fatal(err)
	}
	return a
}

// flow is the flow of the tutorial: a text, its reply, two callbacks.
func flow(tb testing.TB, a *Account) {
	ctx := context.Background()
	receipt, err := a.Receive(ctx, Text{From: customer, To: shop, Body: "hi"})
	if err != nil || len(receipt.Replies) != 1 {
		tb.Fatalf("%v, receipt %+v", err, receipt)
	}
	if err := a.Clock.Advance(ctx, 2*time.Second); err != nil {
		tb.Fatal(err)
	}
}

// inParallel runs b.N flows on eight goroutines. each returns the flow of one goroutine.
func inParallel(b *testing.B, each func() (flow func(), done func())) {
	b.SetParallelism((8 + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		flow, done := each()
		defer done()
		for pb.Next() {
			flow()
		}
	})
}

// BenchmarkFlow is a whole flow: inbound webhook, TwiML, two callbacks, all recorded.
func BenchmarkFlow(b *testing.B) {
	app := flowApp(b)
	inParallel(b, func() (func(), func()) {
		a := flowAccount(b, app, 1000)
		return func() { flow(b, a) }, a.Close
	})
}

// BenchmarkFlowBare makes the three requests of BenchmarkFlow with a plain client. It measures the
// cost of the network and the app.
func BenchmarkFlowBare(b *testing.B) {
	app := flowApp(b)
	a := flowAccount(b, app, 0)
	flow(b, a)
	a.Close()
	type bare struct {
		url, body string
		header    http.Header
	}
	var requests []bare
	for _, thing := range a.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		header := http.Header{}
		for name, value := range x.Header.All() {
			if name != "Host" && name != "Content-Length" {
				header.Set(name, value)
			}
		}
		requests = append(requests, bare{x.URL, x.Body, header})
	}
	if len(requests) != 3 {
		b.Fatalf("%d requests", len(requests))
	}
	inParallel(b, func() (func(), func()) {
		transport := &http.Transport{DisableCompression: true}
		client := &http.Client{Transport: transport}
		return func() {
			for _, r := range requests {
				request, err := http.NewRequest(http.MethodPost, r.url, strings.NewReader(r.body))
				if err != nil {
					b.Fatal(err)
				}
				request.Header = r.header
				response, err := client.Do(request)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.ReadAll(response.Body)
				_ = response.Body.Close()
			}
		}, transport.CloseIdleConnections
	})
}

// BenchmarkFlowAlone is BenchmarkFlow with one goroutine: the time of a flow is then that of each
// step one after the other.
func BenchmarkFlowAlone(b *testing.B) {
	a := flowAccount(b, flowApp(b), 1000)
	defer a.Close()
	b.ReportAllocs()
	for b.Loop() {
		flow(b, a)
	}
}

// BenchmarkMemoryPerFlow is what a flow leaves behind when everything is kept: two messages, three
// exchanges and eight lines of the journal. It reports kept-B/op; run it with some thousand flows,
// as it measures the heap.
func BenchmarkMemoryPerFlow(b *testing.B) {
	app := flowApp(b)
	a := flowAccount(b, app, 0)
	defer a.Close()
	flow(b, a)
	before := heap()
	n := 0
	for b.Loop() {
		flow(b, a)
		n++
	}
	b.ReportMetric(float64(heap()-before)/float64(n), "kept-B/op")
	runtime.KeepAlive(a)
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
