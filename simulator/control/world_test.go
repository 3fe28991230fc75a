package control

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

const (
	ana  = "+12025550142"
	shop = "+12025550100"
)

// start is when the virtual clock of a world begins.
var start = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

// world is an account with a virtual clock, an app that it calls, and the API on loopback.
type world struct {
	account *messaging.Account
	api     *api
	app     *testApp
	server  *httptest.Server
	client  *Client
}

func newWorld(t testing.TB, options messaging.Options) *world {
	t.Helper()
	w := &world{app: newApp(t)}
	options.Seed = 1
	if options.Clock == nil {
		options.Clock = clock.Virtual(start)
	}
	// The app believes itself to be shop.example, as behind a tunnel.
	options.Hooks = &webhook.Client{Routes: webhook.Routes{{Public: "https://shop.example",
		Local: w.app.server.URL}}}
	w.account = messaging.New(options)
	t.Cleanup(w.account.Close)
	if _, err := w.account.SetNumber(shop, "https://shop.example/sms", ""); err != nil {
		t.Fatal(err)
	}
	w.api = newAPI(messaging.NewAccounts(w.account), Info{Version: "0.1.0", Seed: 1,
		Started: start})
	w.server = httptest.NewServer(w.api)
	t.Cleanup(w.server.Close)
	w.client = &Client{URL: w.server.URL, HTTP: w.server.Client()}
	return w
}

// ask makes a request of the API without a network, and returns the status and the body.
func (w *world) ask(method, path, body string) (int, string) {
	r := httptest.NewRequest(method, "http://localhost:2010"+Prefix+path, strings.NewReader(body))
	recorder := httptest.NewRecorder()
	w.api.ServeHTTP(recorder, r)
	return recorder.Code, recorder.Body.String()
}

// text makes the handset text the shop.
func (w *world) text(t testing.TB, body string) *Receipt {
	t.Helper()
	receipt, err := w.client.Text(t.Context(), Text{From: ana, To: shop, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// send sends a message as the app does, and records the request that asks for it.
func (w *world) send(t testing.TB, d messaging.Draft) *messaging.Message {
	t.Helper()
	m, err := w.account.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	w.record(m.ID(), "POST", "/Messages.json", 201)
	return m
}

// record writes a request of the app into the journal. Its path lies under the account.
func (w *world) record(sid, method, path string, status int) *journal.Exchange {
	x := &journal.Exchange{
		Purpose: journal.API, SID: sid, Attempt: 1, Method: method, URL: "/2010-04-01/Accounts/" +
			w.account.SID + path, Status: status,
		Header: "Authorization: Basic [masked]\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
			"Host: api.twilio.com\r\n" +
			"User-Agent: twilio-node/6.0.2 (linux x64) node/24.0.0\r\n",
		Body: "To=%2B12025550142&Body=hi", Signature: "none",
	}
	w.account.RecordRequest(x, time.Millisecond)
	return x
}

// pool puts the shop's number into the pool of a service, and returns the service's SID.
func (w *world) pool(t testing.TB, service string) string {
	t.Helper()
	number, _ := w.account.Number(shop)
	if _, err := w.account.AddSender(service, directory.PhoneNumberSender, number.SID); err != nil {
		t.Fatal(err)
	}
	return service
}

func (w *world) advance(t testing.TB, d time.Duration) {
	t.Helper()
	if _, err := w.client.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// received is a request as an app sees it.
type received struct {
	Method, Host, URI string
	Header            http.Header
	Body              string
}

// testApp replies Hello to every text, and breaks on one that says fail.
type testApp struct {
	server *httptest.Server

	mu   sync.Mutex
	seen []received
}

func newApp(t testing.TB) *testApp {
	app := &testApp{}
	app.server = httptest.NewServer(app)
	t.Cleanup(app.server.Close)
	return app
}

func (app *testApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	app.mu.Lock()
	app.seen = append(app.seen, received{r.Method, r.Host, r.RequestURI, r.Header, string(body)})
	app.mu.Unlock()
	switch {
	case bytes.Contains(body, []byte("Body=fail")):
		http.Error(w, "sorry", http.StatusInternalServerError)
	case strings.HasPrefix(r.URL.Path, "/sms"):
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Message action="/status">Hello</Message></Response>`)
	}
}

// requests returns what the app has seen so far.
func (app *testApp) requests() []received {
	app.mu.Lock()
	defer app.mu.Unlock()
	return append([]received(nil), app.seen...)
}

// compact writes v as one line of JSON, for a comparison.
func compact(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := encodeJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// errorOf reads an answer that must be an error in our shape, whole and alone.
func errorOf(t *testing.T, body string) Error {
	t.Helper()
	var e Error
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || e.Message == "" {
		t.Fatalf("no error in our shape: %v\n%s", err, body)
	}
	return e
}
