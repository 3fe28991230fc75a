package messaging

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// The numbers of most tests.
const (
	customer = "+12025550142"
	shop     = "+12025550100"
)

// start is the time at which the virtual clocks begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// app is an app under test. It gives the answers that a test sets, and records its requests.
type app struct {
	*httptest.Server

	mu      sync.Mutex
	answers map[string]http.HandlerFunc // by path
	got     []request
}

// request is one request to the app.
type request struct {
	Method, Path, Query, Body string
	Signature                 string
}

// newApp starts an app that answers every path with 200 and an empty body.
func newApp(t testing.TB) *app {
	a := &app{answers: map[string]http.HandlerFunc{}}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.got = append(a.got, request{r.Method, r.URL.Path, r.URL.RawQuery, string(body),
		r.Header.Get("X-Twilio-Signature")})
	answer := a.answers[r.URL.Path]
	a.mu.Unlock()
	w.Header()["Date"] = nil
	if answer != nil {
		answer(w, r)
	}
}

// handle sets the handler of a path.
func (a *app) handle(path string, answer http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[path] = answer
}

// answer sets the document with which a path is answered.
func (a *app) answer(path, document string) {
	a.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, document)
	})
}

// requests returns the requests for the path, "" for all.
func (a *app) requests(path string) []request {
	a.mu.Lock()
	defer a.mu.Unlock()
	var got []request
	for _, r := range a.got {
		if path == "" || r.Path == path {
			got = append(got, r)
		}
	}
	return got
}

// bodies returns the bodies of the requests at the path.
func (a *app) bodies(path string) []string {
	var bodies []string
	for _, r := range a.requests(path) {
		bodies = append(bodies, r.Body)
	}
	return bodies
}

// statuses returns the statuses that callbacks to the path reported, in the order of the requests.
func (a *app) statuses(t testing.TB, path string) []string {
	statuses := []string{}
	for _, body := range a.bodies(path) {
		statuses = append(statuses, param(t, body, "MessageStatus"))
	}
	return statuses
}

func param(t testing.TB, form, name string) string {
	params, err := webhook.ParseParams(form)
	if err != nil {
		t.Fatal(err)
	}
	return params.Get(name)
}

// newAccount returns an account under a virtual clock whose number calls the app.
func newAccount(t testing.TB, app *app) *Account {
	return newAccountAt(t, app,
		clock.Virtual(start))
}

func newAccountAt(t testing.TB, app *app, c *clock.Clock) *Account {
	a := New(Options{SID: "AC00000000000000000000000000000001",
		Token: "0123456789abcdef0123456789abcdef", Seed: 1, Clock: c})
	t.Cleanup(a.Close)
	url := ""
	if app != nil {
		url = app.URL + "/sms"
	}
	if _, err := a.SetNumber(shop, url, ""); err != nil {
		t.Fatal(err)
	}
	return a
}

// text sends a text from the customer to the shop.
func text(t testing.TB, a *Account, body string) *Receipt {
	t.Helper()
	receipt, err := a.Receive(t.Context(), Text{From: customer, To: shop, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// advance moves the account's virtual clock.
func advance(t testing.TB, a *Account, d time.Duration) {
	t.Helper()
	if err := a.Clock.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// alerts returns the account's alerts as code, level, line and column, and whether they name an
// exchange.
func alerts(a *Account) []string {
	lines := []string{}
	for _, thing := range a.Journal.Things(journal.Alerts) {
		x := thing.(*journal.Alert)
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %d:%d %s", x.Code, x.Level,
			x.Line, x.Column, x.Exchange)))
	}
	return lines
}

// history returns the statuses of a message with their seconds and codes.
func history(m *Message) []string {
	var lines []string
	for _, c := range m.Snapshot().History {
		line := fmt.Sprintf("%s %s", c.Status, c.At.Sub(start))
		if c.ErrorCode != 0 {
			line += fmt.Sprintf(" %d", c.ErrorCode)
		}
		lines = append(lines, line)
	}
	return lines
}

func reply(attributes, body string) string {
	return "<Response><Message" + attributes + ">" + body + "</Message></Response>"
}
