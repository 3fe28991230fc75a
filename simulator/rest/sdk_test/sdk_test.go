// Package sdk_test holds the API against two judges: Twilio's official Go SDK, unmodified but for
// its transport (F-472), and Twilio's OpenAPI documents, where they are at hand. It is a folder
// of its own because both have more dependencies than all of package rest.
package sdk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	msg "github.com/twilio/twilio-go/rest/messaging/v1"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
)

// recipient is a handset.
const recipient = "+12025550142"

// world is a simulator, an app that hears its callbacks, and the SDK that the app would use.
type world struct {
	*simulator.Server
	t   *testing.T
	api *api.ApiService
	msg *msg.ApiService
	app *httptest.Server

	mu       sync.Mutex
	statuses []string
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, Server: &simulator.Server{Clock: clock.Virtual(time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC))}}
	server := httptest.NewServer(w.Server)
	w.SetURL(server.URL)
	w.app = httptest.NewServer(http.HandlerFunc(w.hear))
	t.Cleanup(func() { w.Close(); server.Close(); w.app.Close() })
	w.api, w.msg = w.as(server.URL, simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	return w
}

// as returns the SDK's services with those credentials.
func (w *world) as(url, user, password string) (*api.ApiService, *msg.ApiService) {
	c := w.client(url, user, password)
	return api.NewApiServiceWithClient(c), msg.NewApiServiceWithClient(c)
}

// client returns the SDK's client with those credentials.
func (w *world) client(url, user, password string) *client.Client {
	c := &client.Client{Credentials: client.NewCredentials(user, password),
		HTTPClient: &http.Client{
			Transport: &transport{w.t, strings.TrimPrefix(url, "http://"), newOracle(w.t)},
		}}
	c.SetAccountSid(simulator.DefaultAccountSID)
	return c
}

// hear is the app: it checks each callback's signature with the SDK's own validator.
func (w *world) hear(_ http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		w.t.Error(err)
	}
	params := map[string]string{}
	for name := range r.PostForm {
		params[name] = r.PostForm.Get(name)
	}
	validator := client.NewRequestValidator(simulator.DefaultAuthToken)
	if !validator.Validate(w.app.URL+r.URL.String(), params, r.Header.Get("X-Twilio-Signature")) {
		w.t.Errorf("the SDK refuses the signature of %s %v", r.URL, params)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.statuses = append(w.statuses,
		strings.TrimSpace(params["MessageStatus"]+" "+params["ErrorCode"]))
}

func (w *world) heard() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.statuses)
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if err := w.Account().Clock.Advance(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
}

// transport sends what is meant for Twilio's hosts to the simulator, and holds every good answer
// against the oracle.
type transport struct {
	t      *testing.T
	host   string
	oracle *oracle
}

func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Host, ".twilio.com") {
		return nil, fmt.Errorf("the SDK was sent to %s", r.URL.Host)
	}
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host = "http", tr.host, r.URL.Host
	response, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	if response.StatusCode < 300 {
		if err := tr.oracle.check(r.Method, r.URL.Path, response.StatusCode, body); err != nil {
			tr.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
	}
	return response, nil
}

// must stops the test on an error of the SDK.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// send sends a text, with callbacks to the app.
func (w *world) send(to, body string) *api.ApiV2010Message {
	w.t.Helper()
	params := (&api.CreateMessageParams{}).SetTo(to).SetFrom(simulator.DefaultPhoneNumber).SetBody(body)
	m, err := w.api.CreateMessage(params.SetStatusCallback(w.app.URL + "/status?a=1"))
	return must(w.t, m, err)
}

// said is what a test reads of a message.
type said struct{ Status, Body, From, To, Segments, Direction, Error string }

func of(m *api.ApiV2010Message) said {
	text := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	e := text(m.ErrorMessage)
	if m.ErrorCode != nil {
		e = fmt.Sprint(*m.ErrorCode, " ", e)
	}
	return said{text(m.Status), text(m.Body), text(m.From), text(m.To), text(m.NumSegments),
		text(m.Direction), e}
}

func TestMessage(t *testing.T) {
	w := newWorld(t)
	const from = simulator.DefaultPhoneNumber
	created := w.send(recipient, "hi é")
	want := said{"queued", "hi é", from, recipient, "1", "outbound-api", "null"}
	if diff := cmp.Diff(want, of(created)); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	if created.DateSent != nil { // F-353
		t.Errorf("date_sent is %s", *created.DateSent)
	}
	w.advance(5 * time.Second)
	fetched, err := w.api.FetchMessage(*created.Sid, &api.FetchMessageParams{})
	want.Status = "delivered"
	if diff := cmp.Diff(want, of(must(t, fetched, err))); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sent", "delivered"}, w.heard()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	// F-394
	redacted, err := w.api.UpdateMessage(*created.Sid, (&api.UpdateMessageParams{}).SetBody(""))
	if got := of(must(t, redacted, err)); got.Body != "" {
		t.Errorf("redacted: %+v", got)
	}
	feedback, err := w.api.CreateMessageFeedback(*created.Sid,
		(&api.CreateMessageFeedbackParams{}).SetOutcome("confirmed"))
	if got := must(t, feedback,
		err); *got.Outcome != "confirmed" || *got.MessageSid != *created.Sid {
		t.Errorf("feedback: %+v", got)
	}
	w.advance(time.Hour)
	if err := w.api.DeleteMessage(*created.Sid, &api.DeleteMessageParams{}); err != nil {
		t.Fatal(err)
	}
	_, err = w.api.FetchMessage(*created.Sid, &api.FetchMessageParams{})
	wantError(t, err, 404, 20404) // F-398
}

// TestFailure: an undelivered message says why.
func TestFailure(t *testing.T) {
	w := newWorld(t)
	m := w.send("+15005550103", "hi") // our magic recipient
	w.advance(time.Minute)
	fetched, err := w.api.FetchMessage(*m.Sid, &api.FetchMessageParams{})
	want := said{"undelivered", "hi", simulator.DefaultPhoneNumber, "+15005550103", "1",
		"outbound-api", "30003 Unreachable destination handset"}
	if diff := cmp.Diff(want, of(must(t, fetched, err))); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sent", "undelivered 30003"}, w.heard()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, err error, status, code int) {
	t.Helper()
	var e *client.TwilioRestError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an error of the SDK", err)
	}
	if e.Status != status || e.Code != code || e.Message == "" || e.MoreInfo != fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code) {
		t.Errorf("got %+v, want %d with %d", e, status, code)
	}
}

func TestErrors(t *testing.T) {
	w := newWorld(t)
	from := simulator.DefaultPhoneNumber
	for _, tt := range []struct {
		name         string
		params       *api.CreateMessageParams
		status, code int
	}{
		// F-202
		{"no To", (&api.CreateMessageParams{}).SetFrom(from).SetBody("hi"), 400, 21604},
		{"bad To", (&api.CreateMessageParams{}).SetTo("123").SetFrom(from).SetBody("hi"), 400,
			21211}, // F-192
		// F-201
		{"no From", (&api.CreateMessageParams{}).SetTo(recipient).SetBody("hi"), 400, 21603},
		{"somebody's From",
			(&api.CreateMessageParams{}).SetTo(recipient).SetFrom("+12025550177").SetBody("hi"),
			400, 21606}, // F-203
		{"nothing to send", (&api.CreateMessageParams{}).SetTo(recipient).SetFrom(from), 400,
			21619}, // F-211
		{"too long", (&api.CreateMessageParams{}).SetTo(recipient).SetFrom(from).SetBody(strings.Repeat("é", 1601)), 400, 21617}, // F-210
		{"opted out",
			(&api.CreateMessageParams{}).SetTo("+15005550110").SetFrom(from).SetBody("hi"), 400,
			21610}, // F-206
		{"too many requests",
			(&api.CreateMessageParams{}).SetTo("+15005550120").SetFrom(from).SetBody("hi"), 429,
			20429}, // F-378
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.api.CreateMessage(tt.params)
			wantError(t, err, tt.status, tt.code)
		})
	}
	if n := w.Account().Journal.Count("message"); n != 0 {
		t.Errorf("%d messages were made", n)
	}
	m := w.send(recipient, "hi")
	_, err := w.api.UpdateMessage(*m.Sid, (&api.UpdateMessageParams{}).SetBody("new"))
	wantError(t, err, 400, 30400) // F-394
	_, err = w.api.UpdateMessage("SM00000000000000000000000000000009",
		(&api.UpdateMessageParams{}).SetStatus("canceled"))
	wantError(t, err, 404, 20404) // F-376
}

// TestList pages through 125 messages by itself, with filters.
func TestList(t *testing.T) {
	w := newWorld(t)
	for i := range 125 {
		to := recipient
		if i%5 == 0 {
			to = "+12025550143"
		}
		w.send(to, fmt.Sprint(i))
		if i == 99 {
			w.advance(24 * time.Hour)
		}
	}
	w.advance(time.Minute)
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name        string
		params      *api.ListMessageParams
		n           int
		first, last string
	}{
		{"all", (&api.ListMessageParams{}).SetPageSize(20), 125, "124", "0"}, // F-389, F-390
		{"all in pages of 50", &api.ListMessageParams{}, 125, "124", "0"},
		{"limit", (&api.ListMessageParams{}).SetPageSize(10).SetLimit(33), 33, "124", "92"},
		// F-386
		{"to", (&api.ListMessageParams{}).SetTo("+12025550143").SetPageSize(7), 25, "120", "0"},
		{"from nobody", (&api.ListMessageParams{}).SetFrom("+12025550143"), 0, "", ""},
		{"after", (&api.ListMessageParams{}).SetDateSentAfter(day).SetPageSize(6), 25, "124",
			"100"},
		{"before", (&api.ListMessageParams{}).SetDateSentBefore(day).SetPageSize(30), 100, "99",
			"0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := w.api.ListMessage(tt.params)
			must(t, list, err)
			got := struct {
				n           int
				first, last string
			}{n: len(list)}
			seen := map[string]bool{}
			for _, m := range list {
				seen[*m.Sid] = true
			}
			if len(list) > 0 {
				got.first, got.last = *list[0].Body, *list[len(list)-1].Body
			}
			if got.n != tt.n || got.first != tt.first || got.last != tt.last || len(seen) != tt.n {
				t.Errorf("got %+v with %d SIDs, want %d from %q to %q", got, len(seen), tt.n,
					tt.first, tt.last)
			}
		})
	}
}

// TestMedia lists, fetches and deletes what a handset sent.
func TestMedia(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Account().SetNumber(w.Account().Numbers()[0].PhoneNumber, w.app.URL+"/sms",
		""); err != nil {
		t.Fatal(err)
	}
	receipt, err := w.Account().Receive(t.Context(),
		messaging.Text{From: recipient, To: simulator.DefaultPhoneNumber, Media: []messaging.Media{
			messaging.ReadMedia("cat.gif", []byte("GIF89a")),
			messaging.ReadMedia("dog.png", []byte("PNG")),
		}})
	must(t, receipt, err)
	sid := receipt.Message.ID()
	list, err := w.api.ListMedia(sid, &api.ListMediaParams{})
	if must(t, list, err); len(list) != 2 || *list[0].ContentType != "image/gif" {
		t.Fatalf("got %+v", list)
	}
	one, err := w.api.FetchMedia(sid, *list[1].Sid, &api.FetchMediaParams{})
	if must(t, one, err); *one.ContentType != "image/png" || *one.ParentSid != sid {
		t.Errorf("got %+v", one)
	}
	if err := w.api.DeleteMedia(sid, *list[0].Sid, &api.DeleteMediaParams{}); err != nil {
		t.Fatal(err)
	}
	list, err = w.api.ListMedia(sid, &api.ListMediaParams{})
	if must(t, list, err); len(list) != 1 {
		t.Errorf("got %+v", list)
	}
}

// TestService makes a service with a pool, sends by it, schedules and cancels.
func TestService(t *testing.T) {
	w := newWorld(t)
	service, err := w.msg.CreateService((&msg.CreateServiceParams{}).SetFriendlyName("Alerts").SetStatusCallback(w.app.URL + "/service"))
	must(t, service, err)
	number, err := w.api.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber("+12025550111"))
	must(t, number, err)
	sender, err := w.msg.CreatePhoneNumber(*service.Sid,
		(&msg.CreatePhoneNumberParams{}).SetPhoneNumberSid(*number.Sid))
	if must(t, sender, err); *sender.PhoneNumber != "+12025550111" || *sender.CountryCode != "US" {
		t.Errorf("got %+v", sender)
	}
	_, err = w.msg.CreatePhoneNumber(*service.Sid,
		(&msg.CreatePhoneNumberParams{}).SetPhoneNumberSid(*number.Sid))
	wantError(t, err, 409, 21710) // F-425
	params := (&api.CreateMessageParams{}).SetTo(recipient).SetMessagingServiceSid(*service.Sid).SetBody("hi")
	m, err := w.api.CreateMessage(params)
	want := said{"accepted", "hi", "null", recipient, "0", "outbound-api", "null"} // F-355, F-359
	if diff := cmp.Diff(want, of(must(t, m, err))); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	w.advance(time.Minute)
	m, err = w.api.FetchMessage(*m.Sid, &api.FetchMessageParams{})
	want = said{"delivered", "hi", "+12025550111", recipient, "1", "outbound-api", "null"}
	if diff := cmp.Diff(want, of(must(t, m, err))); diff != "" {
		t.Errorf("delivered (-want +got):\n%s", diff)
	}
	// F-156, F-186
	if diff := cmp.Diff([]string{"queued", "sent", "delivered"}, w.heard()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	params.SetScheduleType("fixed").SetSendAt(w.Account().Clock.Now().Add(time.Hour))
	m, err = w.api.CreateMessage(params)
	if got := of(must(t, m, err)); got.Status != "scheduled" { // F-439
		t.Errorf("got %+v", got)
	}
	// F-395
	m, err = w.api.UpdateMessage(*m.Sid, (&api.UpdateMessageParams{}).SetStatus("canceled"))
	if got := of(must(t, m, err)); got.Status != "canceled" {
		t.Errorf("got %+v", got)
	}
}

// TestServiceList pages through services and senders by their absolute links (F-423).
func TestServiceList(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		_, err := w.msg.CreateService((&msg.CreateServiceParams{}).SetFriendlyName(fmt.Sprint("s", i)))
		must(t, i, err)
	}
	services, err := w.msg.ListService((&msg.ListServiceParams{}).SetPageSize(3))
	if must(t, services, err); len(services) != 7 {
		t.Errorf("got %d services", len(services))
	}
	for i := range 4 {
		_, err := w.msg.CreateAlphaSender(*services[0].Sid,
			(&msg.CreateAlphaSenderParams{}).SetAlphaSender(fmt.Sprint("Sender", i)))
		must(t, i, err)
	}
	senders, err := w.msg.ListAlphaSender(*services[0].Sid,
		(&msg.ListAlphaSenderParams{}).SetPageSize(3))
	if must(t, senders, err); len(senders) != 4 {
		t.Errorf("got %d senders", len(senders))
	}
	if err := w.msg.DeleteService(*services[0].Sid); err != nil {
		t.Fatal(err)
	}
	_, err = w.msg.FetchService(*services[0].Sid)
	wantError(t, err, 404, 20404)
}

// TestResources goes through numbers, applications and accounts.
func TestResources(t *testing.T) {
	w := newWorld(t)
	app, err := w.api.CreateApplication((&api.CreateApplicationParams{}).SetFriendlyName("app").SetSmsUrl(w.app.URL + "/sms"))
	must(t, app, err)
	number, err := w.api.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetAreaCode("415").SetSmsApplicationSid(*app.Sid))
	if must(t, number, err); !strings.HasPrefix(*number.PhoneNumber,
		"+1415") || *number.SmsApplicationSid != *app.Sid || !number.Capabilities.Sms {
		t.Errorf("got %+v", number)
	}
	number, err = w.api.UpdateIncomingPhoneNumber(*number.Sid,
		(&api.UpdateIncomingPhoneNumberParams{}).SetSmsUrl(w.app.URL).SetSmsMethod("GET"))
	if must(t, number, err); *number.SmsUrl != w.app.URL || *number.SmsMethod != "GET" {
		t.Errorf("got %+v", number)
	}
	numbers, err := w.api.ListIncomingPhoneNumber((&api.ListIncomingPhoneNumberParams{}).SetPageSize(1))
	if must(t, numbers, err); len(numbers) != 2 {
		t.Errorf("got %d numbers", len(numbers))
	}
	if err := w.api.DeleteIncomingPhoneNumber(*number.Sid,
		&api.DeleteIncomingPhoneNumberParams{}); err != nil {
		t.Fatal(err)
	}
	sub, err := w.api.CreateAccount((&api.CreateAccountParams{}).SetFriendlyName("sub"))
	must(t, sub, err)
	accounts, err := w.api.ListAccount(&api.ListAccountParams{})
	if must(t, accounts, err); len(accounts) != 2 || *accounts[0].Sid != *sub.Sid || *sub.OwnerAccountSid != simulator.DefaultAccountSID {
		t.Errorf("got %+v", accounts)
	}
	list, err := w.api.ListMessage((&api.ListMessageParams{}).SetPathAccountSid(*sub.Sid)) // F-374
	if must(t, list, err); len(list) != 0 {
		t.Errorf("got %+v", list)
	}
}

// TestFaults: a rule faults the API, once.
func TestFaults(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		respond      string
		status, code int
	}{{"429", 429, 20429}, {"500", 500, 20500}, {"reset", 0, 0}} {
		t.Run(tt.respond, func(t *testing.T) {
			rule, err := carrier.ParseRule([]string{"api=POST:Messages", "respond=" + tt.respond,
				"times=1"})
			w.Account().Rules.Add(must(t, rule, err))
			_, err = w.api.CreateMessage((&api.CreateMessageParams{}).SetTo(recipient).SetFrom(simulator.DefaultPhoneNumber).SetBody("hi"))
			if tt.status == 0 {
				if err == nil || !strings.Contains(err.Error(),
					"connection reset") && !strings.Contains(err.Error(), "EOF") {
					t.Errorf("got %v", err)
				}
			} else {
				wantError(t, err, tt.status, tt.code)
			}
			w.send(recipient, "again")
		})
	}
}

// TestCredentials: an API key does, a wrong token does not (F-371, F-375).
func TestCredentials(t *testing.T) {
	w := newWorld(t)
	key, secret := w.Account().AddKey("ci")
	server := httptest.NewServer(w.Server)
	defer server.Close()
	withKey, _ := w.as(server.URL, key, secret)
	_, err := withKey.ListMessage(&api.ListMessageParams{})
	must(t, key, err)
	_, err = withKey.CreateAccount(&api.CreateAccountParams{})
	wantError(t, err, 401, 20003)
	wrong, services := w.as(server.URL, simulator.DefaultAccountSID, "wrong")
	_, err = wrong.ListMessage(&api.ListMessageParams{})
	wantError(t, err, 401, 20003)
	_, err = services.ListService(&msg.ListServiceParams{})
	wantError(t, err, 401, 20003)
}
