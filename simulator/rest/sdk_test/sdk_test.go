// Package sdk_test checks the API with Twilio's official Go SDK, unmodified except for its
// transport (F-472), and against the digest of Twilio's OpenAPI documents. It is a folder of its
// own because both have more dependencies than all of package rest.
package sdk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
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

// recipient is the number of a handset.
const recipient = "+12025550142"

// world is a simulator, an app that receives its callbacks, and the SDK that the app would use.
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
	now := time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)
	w := &world{t: t, Server: &simulator.Server{Clock: clock.Virtual(now)}}
	server := httptest.NewServer(w.Server)
	w.SetURL(server.URL)
	w.app = httptest.NewServer(http.HandlerFunc(w.receive))
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

// receive is the app. It checks the signature of each callback with the SDK's validator.
func (w *world) receive(_ http.ResponseWriter, r *http.Request) {
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

// received returns the statuses of the callbacks so far, with their error codes.
func (w *world) received() []string {
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

// transport sends requests for Twilio's hosts to the simulator, and checks every successful answer
// against Twilio's documents.
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

// must returns v, and fails the test if the SDK returned an error.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// text returns the parameters of a text message. Those that are "" are left out.
func text(to, from, body string) *api.CreateMessageParams {
	params := &api.CreateMessageParams{}
	if to != "" {
		params.SetTo(to)
	}
	if from != "" {
		params.SetFrom(from)
	}
	if body != "" {
		params.SetBody(body)
	}
	return params
}

// send sends a text with a StatusCallback.
func (w *world) send(to, body string) *api.ApiV2010Message {
	w.t.Helper()
	params := text(to, simulator.DefaultPhoneNumber, body)
	m, err := w.api.CreateMessage(params.SetStatusCallback(w.app.URL + "/status?a=1"))
	return must(w.t, m, err)
}

// summary has the fields of a message that the tests compare.
type summary struct{ Status, Body, From, To, Segments, Direction, Error string }

func summarize(m *api.ApiV2010Message) summary {
	orNull := func(s *string) string {
		if s == nil {
			return "null"
		}
		return *s
	}
	e := orNull(m.ErrorMessage)
	if m.ErrorCode != nil {
		e = fmt.Sprint(*m.ErrorCode, " ", e)
	}
	return summary{
		Status: orNull(m.Status), Body: orNull(m.Body), From: orNull(m.From), To: orNull(m.To),
		Segments: orNull(m.NumSegments), Direction: orNull(m.Direction), Error: e,
	}
}

func TestMessage(t *testing.T) {
	w := newWorld(t)
	const from = simulator.DefaultPhoneNumber
	created := w.send(recipient, "hi é")
	want := summary{"queued", "hi é", from, recipient, "1", "outbound-api", "null"}
	if diff := cmp.Diff(want, summarize(created)); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	if created.DateSent != nil { // F-353
		t.Errorf("date_sent is %s", *created.DateSent)
	}
	w.advance(5 * time.Second)
	fetched, err := w.api.FetchMessage(*created.Sid, &api.FetchMessageParams{})
	want.Status = "delivered"
	if diff := cmp.Diff(want, summarize(must(t, fetched, err))); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sent", "delivered"}, w.received()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	// F-394
	redacted, err := w.api.UpdateMessage(*created.Sid, (&api.UpdateMessageParams{}).SetBody(""))
	if got := summarize(must(t, redacted, err)); got.Body != "" {
		t.Errorf("redacted: %+v", got)
	}
	feedback, err := w.api.CreateMessageFeedback(*created.Sid,
		(&api.CreateMessageFeedbackParams{}).SetOutcome("confirmed"))
	must(t, feedback, err)
	if *feedback.Outcome != "confirmed" || *feedback.MessageSid != *created.Sid {
		t.Errorf("feedback: %+v", feedback)
	}
	w.advance(time.Hour)
	if err := w.api.DeleteMessage(*created.Sid, &api.DeleteMessageParams{}); err != nil {
		t.Fatal(err)
	}
	_, err = w.api.FetchMessage(*created.Sid, &api.FetchMessageParams{})
	wantError(t, err, 404, 20404) // F-398
}

// TestFailure: an undelivered message has its error code.
func TestFailure(t *testing.T) {
	w := newWorld(t)
	m := w.send("+15005550103", "hi") // our magic recipient
	w.advance(time.Minute)
	fetched, err := w.api.FetchMessage(*m.Sid, &api.FetchMessageParams{})
	want := summary{"undelivered", "hi", simulator.DefaultPhoneNumber, "+15005550103", "1",
		"outbound-api", "30003 Unreachable destination handset"}
	if diff := cmp.Diff(want, summarize(must(t, fetched, err))); diff != "" {
		t.Errorf("fetched (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sent", "undelivered 30003"}, w.received()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, err error, status, code int) {
	t.Helper()
	var e *client.TwilioRestError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an error of the SDK", err)
	}
	page := fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code)
	if e.Status != status || e.Code != code || e.Message == "" || e.MoreInfo != page {
		t.Errorf("got %+v, want %d with %d", e, status, code)
	}
}

func TestErrors(t *testing.T) {
	w := newWorld(t)
	from := simulator.DefaultPhoneNumber
	long := strings.Repeat("é", 1601)
	for _, tt := range []struct {
		name         string
		params       *api.CreateMessageParams
		status, code int
	}{
		{"no To", text("", from, "hi"), 400, 21604},                           // F-202
		{"bad To", text("123", from, "hi"), 400, 21211},                       // F-192
		{"no From", text(recipient, "", "hi"), 400, 21603},                    // F-201
		{"another's From", text(recipient, "+12025550177", "hi"), 400, 21606}, // F-203
		{"nothing to send", text(recipient, from, ""), 400, 21619},            // F-211
		{"too long", text(recipient, from, long), 400, 21617},                 // F-210
		{"opted out", text("+15005550110", from, "hi"), 400, 21610},           // F-206
		{"too many requests", text("+15005550120", from, "hi"), 429, 20429},   // F-378
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.api.CreateMessage(tt.params)
			wantError(t, err, tt.status, tt.code)
		})
	}
	if n := w.Account().Journal.Count("message"); n != 0 {
		t.Errorf("%d messages were created", n)
	}
	m := w.send(recipient, "hi")
	_, err := w.api.UpdateMessage(*m.Sid, (&api.UpdateMessageParams{}).SetBody("new"))
	wantError(t, err, 400, 30400) // F-394
	_, err = w.api.UpdateMessage("SM00000000000000000000000000000009",
		(&api.UpdateMessageParams{}).SetStatus("canceled"))
	wantError(t, err, 404, 20404) // F-376
}

// TestList lists 125 messages with filters. The SDK fetches the pages.
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

// TestMedia lists, fetches and deletes the files that a handset sent.
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

// TestService creates a service with a sender, sends through it, schedules and cancels.
func TestService(t *testing.T) {
	w := newWorld(t)
	order := (&msg.CreateServiceParams{}).SetFriendlyName("Alerts")
	service, err := w.msg.CreateService(order.SetStatusCallback(w.app.URL + "/service"))
	must(t, service, err)
	number, err := w.api.CreateIncomingPhoneNumber(
		(&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber("+12025550111"))
	must(t, number, err)
	sender, err := w.msg.CreatePhoneNumber(*service.Sid,
		(&msg.CreatePhoneNumberParams{}).SetPhoneNumberSid(*number.Sid))
	if must(t, sender, err); *sender.PhoneNumber != "+12025550111" || *sender.CountryCode != "US" {
		t.Errorf("got %+v", sender)
	}
	_, err = w.msg.CreatePhoneNumber(*service.Sid,
		(&msg.CreatePhoneNumberParams{}).SetPhoneNumberSid(*number.Sid))
	wantError(t, err, 409, 21710) // F-425
	params := (&api.CreateMessageParams{}).SetTo(recipient).SetBody("hi")
	params.SetMessagingServiceSid(*service.Sid)
	m, err := w.api.CreateMessage(params)
	// F-355, F-359
	want := summary{"accepted", "hi", "null", recipient, "0", "outbound-api", "null"}
	if diff := cmp.Diff(want, summarize(must(t, m, err))); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	w.advance(time.Minute)
	m, err = w.api.FetchMessage(*m.Sid, &api.FetchMessageParams{})
	want = summary{"delivered", "hi", "+12025550111", recipient, "1", "outbound-api", "null"}
	if diff := cmp.Diff(want, summarize(must(t, m, err))); diff != "" {
		t.Errorf("delivered (-want +got):\n%s", diff)
	}
	// F-156, F-186
	if diff := cmp.Diff([]string{"queued", "sent", "delivered"}, w.received()); diff != "" {
		t.Errorf("callbacks (-want +got):\n%s", diff)
	}
	params.SetScheduleType("fixed").SetSendAt(w.Account().Clock.Now().Add(time.Hour))
	m, err = w.api.CreateMessage(params)
	if got := summarize(must(t, m, err)); got.Status != "scheduled" { // F-439
		t.Errorf("got %+v", got)
	}
	// F-395
	m, err = w.api.UpdateMessage(*m.Sid, (&api.UpdateMessageParams{}).SetStatus("canceled"))
	if got := summarize(must(t, m, err)); got.Status != "canceled" {
		t.Errorf("got %+v", got)
	}
}

// TestServiceList pages through services and senders by their absolute links (F-423).
func TestServiceList(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		name := fmt.Sprint("s", i)
		_, err := w.msg.CreateService((&msg.CreateServiceParams{}).SetFriendlyName(name))
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

// TestResources creates, lists, changes and deletes numbers, applications and accounts.
func TestResources(t *testing.T) {
	w := newWorld(t)
	draft := (&api.CreateApplicationParams{}).SetFriendlyName("app").SetSmsUrl(w.app.URL + "/sms")
	app, err := w.api.CreateApplication(draft)
	must(t, app, err)
	order := (&api.CreateIncomingPhoneNumberParams{}).SetAreaCode("415")
	number, err := w.api.CreateIncomingPhoneNumber(order.SetSmsApplicationSid(*app.Sid))
	must(t, number, err)
	if !strings.HasPrefix(*number.PhoneNumber, "+1415") ||
		*number.SmsApplicationSid != *app.Sid || !number.Capabilities.Sms {
		t.Errorf("got %+v", number)
	}
	number, err = w.api.UpdateIncomingPhoneNumber(*number.Sid,
		(&api.UpdateIncomingPhoneNumberParams{}).SetSmsUrl(w.app.URL).SetSmsMethod("GET"))
	if must(t, number, err); *number.SmsUrl != w.app.URL || *number.SmsMethod != "GET" {
		t.Errorf("got %+v", number)
	}
	numbers, err := w.api.ListIncomingPhoneNumber(
		(&api.ListIncomingPhoneNumberParams{}).SetPageSize(1))
	if must(t, numbers, err); len(numbers) != 2 {
		t.Errorf("got %d numbers", len(numbers))
	}
	err = w.api.DeleteIncomingPhoneNumber(*number.Sid, &api.DeleteIncomingPhoneNumberParams{})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := w.api.CreateAccount((&api.CreateAccountParams{}).SetFriendlyName("sub"))
	must(t, sub, err)
	accounts, err := w.api.ListAccount(&api.ListAccountParams{})
	must(t, accounts, err)
	if len(accounts) != 2 || *accounts[0].Sid != *sub.Sid ||
		*sub.OwnerAccountSid != simulator.DefaultAccountSID {
		t.Errorf("got %+v", accounts)
	}
	list, err := w.api.ListMessage((&api.ListMessageParams{}).SetPathAccountSid(*sub.Sid)) // F-374
	if must(t, list, err); len(list) != 0 {
		t.Errorf("got %+v", list)
	}
}

// TestFaults: a rule spoils one answer of the API, and not the next.
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
			_, err = w.api.CreateMessage(text(recipient, simulator.DefaultPhoneNumber, "hi"))
			if tt.status == 0 {
				reset := regexp.MustCompile("connection reset|EOF")
				if err == nil || !reset.MatchString(err.Error()) {
					t.Errorf("got %v, want a reset connection", err)
				}
			} else {
				wantError(t, err, tt.status, tt.code)
			}
			w.send(recipient, "again")
		})
	}
}

// TestCredentials: an API key is accepted, a wrong token is not (F-371, F-375).
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
