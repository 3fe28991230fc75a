package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// ask makes a request for a host to the handler.
func ask(s *simulator.Server, host, path string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
	request.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

// TestRouting checks that the path and the host of a request decide which API answers.
func TestRouting(t *testing.T) {
	s := &simulator.Server{Version: "test"}
	defer s.Close()
	account := "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + ".json"
	tests := []struct {
		host, path string
		status     int
		want       string
	}{
		{"127.0.0.1:2010", "/sim/v1", 200, `"version":"test"`},
		{"127.0.0.1:2010", account, 200, `"friendly_name"`},
		{"127.0.0.1:2010", "/v1/Services", 200, `"services"`},
		{"api.twilio.com", account, 200, `"friendly_name"`},
		{"messaging.twilio.com", "/v1/Services", 200, `"services"`},
		{"127.0.0.1:2010", "/v1/Alerts", 200, `"alerts"`},
		{"monitor.twilio.com", "/v1/Alerts", 200, `"alerts"`},
		{"api.twilio.com", "/sim/v1", 501, `does not simulate`},
		{"trusthub.twilio.com", "/v1/Policies", 501, `does not simulate`},
		{"127.0.0.1:2010", "/nothing", 501, `does not simulate`},
	}
	for _, tt := range tests {
		t.Run(tt.host+tt.path, func(t *testing.T) {
			got := ask(s, tt.host, tt.path)
			if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.want) {
				t.Errorf("got %d %s, want %d with %q", got.Code, got.Body, tt.status, tt.want)
			}
			if !json.Valid(got.Body.Bytes()) {
				t.Errorf("not JSON: %s", got.Body)
			}
		})
	}
}

// TestUnmodelledHook checks that the hook is called for each request that is not simulated.
func TestUnmodelledHook(t *testing.T) {
	var asked []string
	s := &simulator.Server{Unmodelled: func(r *http.Request) { asked = append(asked, r.URL.Path) }}
	defer s.Close()
	ask(s, "127.0.0.1:2010", "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Calls.json")
	if len(asked) != 1 || !strings.HasSuffix(asked[0], "/Calls.json") {
		t.Errorf("the hook was called with %q", asked)
	}
}

// TestAllowedHosts checks that only hosts that an option names are called.
func TestAllowedHosts(t *testing.T) {
	s := &simulator.Server{AllowHosts: []string{"allowed.invalid"},
		ForwardTo:   "http://app.invalid:3000",
		FallbackURL: "https://backup.invalid/sms"}
	defer s.Close()
	if err := s.SetRoute("https://shop.example", "http://routed.invalid:3000"); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]bool{
		"http://app.invalid:3000/x": true, "http://app.invalid/x": false,
		"https://allowed.invalid/x": true,
		"https://backup.invalid/x":  true, "https://other.invalid/x": false,
		"https://shop.example/x": true,
	} {
		if got := calls(t, s, url); got != want {
			t.Errorf("%s is called: %v, want %v", url, got, want)
		}
	}
	if _, err := s.Account().SetNumber(simulator.DefaultPhoneNumber, "https://other.invalid/sms",
		""); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.Account().Receive(t.Context(), messaging.Text{From: "+12025550142",
		To: simulator.DefaultPhoneNumber, Body: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	if len(receipt.Alerts) != 1 || receipt.Alerts[0].Code != webhook.CodeOutside {
		t.Errorf("alerts: %+v, want %s", receipt.Alerts, webhook.CodeOutside)
	}
}

// calls reports whether the server tries to call a URL. No name that ends with invalid resolves.
func calls(t *testing.T, s *simulator.Server, url string) bool {
	t.Helper()
	x, err := s.Account().Make(t.Context(), messaging.Made{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return x.Code != webhook.CodeOutside
}

// TestSharedClient: servers that share the settings for webhooks keep their own hosts.
func TestSharedClient(t *testing.T) {
	shared := &webhook.Client{ReadTimeout: 3 * time.Second}
	first := &simulator.Server{Webhooks: shared, AllowHosts: []string{"first.invalid"}}
	second := &simulator.Server{Webhooks: shared, AllowHosts: []string{"second.invalid"},
		InsecureApp: true}
	defer first.Close()
	defer second.Close()
	first.Account()
	second.Account()
	if !calls(t, first, "http://first.invalid/") || calls(t, first, "http://second.invalid/") {
		t.Error("the second server changed which hosts the first one calls")
	}
	if shared.Allow != nil || shared.Routes != nil || shared.InsecureSkipVerify {
		t.Errorf("the server changed the client of its user: %+v", shared)
	}
}

// TestBadOptions: a bad option is an error of Start and of every request, never a panic.
func TestBadOptions(t *testing.T) {
	local := webhook.Routes{{Public: "https://shop.example", Local: "localhost:3000"}}
	tests := []struct {
		name   string
		server *simulator.Server
		want   string
	}{
		{"account", &simulator.Server{AccountSID: "AC1"},
			`AccountSID: "AC1" is not an Account SID`},
		{"number", &simulator.Server{PhoneNumber: "12"},
			`PhoneNumber or its webhooks: "12" is not a phone number`},
		{"app", &simulator.Server{ForwardTo: "localhost:3000"}, `ForwardTo: "localhost:3000" is`},
		{"URL", &simulator.Server{URL: "here"}, `URL: "here" is`},
		{"fallback without an app", &simulator.Server{FallbackURL: "/sms"}, "ForwardTo is empty"},
		{"fallback", &simulator.Server{ForwardTo: "http://app", FallbackURL: "sms"},
			"not a path of the app"},
		{"route", &simulator.Server{Routes: local},
			`Routes: bad route from "https://shop.example" to "localhost:3000"`},
		{"host", &simulator.Server{AllowHosts: []string{"https://app.example"}},
			`AllowHosts: "https://app.example" is not a host`},
		{"client's routes", &simulator.Server{Webhooks: &webhook.Client{Routes: local}},
			"set Routes and AllowHosts"},
		{"keep", &simulator.Server{Keep: -1}, "Keep: -1 is below 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer tt.server.Close()
			got := ask(tt.server, "127.0.0.1", "/sim/v1")
			if got.Code != 500 || !strings.Contains(got.Body.String(), tt.want) {
				t.Errorf("got %d %s, want 500 with %q", got.Code, got.Body, tt.want)
			}
			if err := tt.server.Start(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if tt.server.Account() == nil {
				t.Error("there is no account")
			}
		})
	}
}

// TestSetRoute: a route can be added, replaced and removed at any time, and is what the control API
// shows. The user's own routes stay as they are.
func TestSetRoute(t *testing.T) {
	mine := webhook.Routes{{Public: "https://shop.example", Local: "http://127.0.0.1:1"}}
	s := &simulator.Server{Routes: mine}
	defer s.Close()
	local := func(want string) {
		t.Helper()
		if got, _ := s.Local("https://shop.example/sms"); got != want {
			t.Errorf("served at %s, want %s", got, want)
		}
	}
	local("http://127.0.0.1:1/sms")
	if err := s.SetRoute("https://shop.example/", "http://127.0.0.1:2/app/"); err != nil {
		t.Fatal(err)
	}
	local("http://127.0.0.1:2/app/sms")
	if got := ask(s, "127.0.0.1", "/sim/v1").Body.String(); !strings.Contains(got,
		"http://127.0.0.1:2/app") {
		t.Errorf("the control API does not show the route: %s", got)
	}
	if err := s.SetRoute("https://shop.example", ""); err != nil {
		t.Fatal(err)
	}
	local("https://shop.example/sms")
	if err := s.SetRoute("shop.example", "http://127.0.0.1:2"); err == nil {
		t.Error("a route from no URL is taken")
	}
	if mine[0].Local != "http://127.0.0.1:1" {
		t.Errorf("the user's routes: %+v", mine)
	}
}

// TestShutdown: it waits for the work in progress, but not longer than its context.
func TestShutdown(t *testing.T) {
	release, called := make(chan struct{}), make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(called)
		<-release
	}))
	defer app.Close()
	s := &simulator.Server{ForwardTo: app.URL}
	text := make(chan struct{})
	go func() {
		defer close(text)
		_, _ = s.Account().Receive(t.Context(), messaging.Text{From: "+12025550142",
			To: simulator.DefaultPhoneNumber})
	}()
	<-called
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Shutdown(ended)
	close(release)
	<-text
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

// TestCloseSubaccount checks that Close waits for the webhooks of all accounts and drops what they
// have scheduled.
func TestCloseSubaccount(t *testing.T) {
	release, called := make(chan struct{}), make(chan string, 10)
	var answered atomic.Bool
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		called <- r.FormValue("MessageStatus")
		<-release
		answered.Store(true)
	}))
	defer app.Close()
	c := clock.Virtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	s := &simulator.Server{Clock: c}
	sub := s.Accounts().Create("sub")
	if _, err := sub.SetNumber("+12025550111", app.URL, ""); err != nil {
		t.Fatal(err)
	}
	_, err := sub.Send(t.Context(), messaging.Draft{To: "+12025550142", From: "+12025550111",
		Body: "hi", HasBody: true, StatusCallback: app.URL})
	if err != nil {
		t.Fatal(err)
	}
	go c.Advance(t.Context(), 600*time.Millisecond)
	if first := <-called; first != "sent" {
		t.Errorf("the first callback is %q, want sent", first)
	}
	closed := make(chan bool)
	go func() { s.Close(); closed <- answered.Load() }()
	for n, _ := c.Pending(); n > 0; n, _ = c.Pending() { // until Close has begun
		runtime.Gosched()
	}
	close(release)
	if !<-closed {
		t.Error("closed before the subaccount's webhook was answered")
	}
	if n, _ := c.Pending(); n > 0 {
		t.Errorf("%d steps are still scheduled", n)
	}
}

// TestFallbackURL checks that the fallback can be a path of the app or an absolute URL.
func TestFallbackURL(t *testing.T) {
	for fallback, want := range map[string]string{
		"": "", "/fallback?a=1#rc=0": "http://app:3000/fallback?a=1#rc=0",
		"https://backup.invalid/sms": "https://backup.invalid/sms",
	} {
		s := &simulator.Server{ForwardTo: "http://app:3000/", FallbackURL: fallback}
		if n := s.Account().Numbers()[0]; n.SmsFallbackURL != want ||
			n.SmsURL != "http://app:3000/sms" {
			t.Errorf("%q: number %+v", fallback, n)
		}
		s.Close()
	}
}

// ExampleServer sends a text and shows the callbacks about its reply.
func ExampleServer() {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sms" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w,
				`<Response><Message action="/status">Hello, World!</Message></Response>`)
			return
		}
		fmt.Println("status callback:", r.FormValue("MessageStatus"))
	}))
	defer app.Close()

	s := &simulator.Server{ForwardTo: app.URL, Clock: clock.Virtual(time.Date(2026, 1, 1, 9, 0, 0,
		0, time.UTC))}
	defer s.Close()
	account := s.Account()
	ctx := context.Background()
	if _, err := account.Receive(ctx, messaging.Text{From: "+12025550142",
		To: simulator.DefaultPhoneNumber, Body: "hi"}); err != nil {
		fmt.Println(err)
	}
	if err := account.Clock.Advance(ctx, 5*time.Second); err != nil {
		fmt.Println(err)
	}
	fmt.Println(account.Journal.Count(journal.Messages), "messages,",
		account.Journal.Count(journal.Webhooks), "webhooks")
	// Output:
	// status callback: sent
	// status callback: delivered
	// 2 messages, 3 webhooks
}
