package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

// ask makes a request to the handler under the name of a host.
func ask(s *simulator.Server, host, path string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
	request.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

// TestRouting sends requests where they belong, by their path and by their host (design, section 6).
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
		{"verify.twilio.com", "/v2/Services", 501, `does not simulate`},
		{"127.0.0.1:2010", "/nothing", 501, `does not simulate`},
	}
	for _, tt := range tests {
		t.Run(tt.host+tt.path, func(t *testing.T) {
			got := ask(s, tt.host, tt.path)
			if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.want) {
				t.Errorf("got %d %s, want %d with %q", got.Code, got.Body, tt.status, tt.want)
			}
			if !json.Valid(got.Body.Bytes()) {
				t.Errorf("no JSON: %s", got.Body)
			}
		})
	}
}

// TestUnmodelledHook tells whoever listens of each request that is not simulated.
func TestUnmodelledHook(t *testing.T) {
	var asked []string
	s := &simulator.Server{Unmodelled: func(r *http.Request) { asked = append(asked, r.URL.Path) }}
	defer s.Close()
	ask(s, "127.0.0.1:2010", "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Calls.json")
	if len(asked) != 1 || !strings.HasSuffix(asked[0], "/Calls.json") {
		t.Errorf("the hook heard of %q", asked)
	}
}

// TestAllowedHosts calls the hosts that somebody named, and no others.
func TestAllowedHosts(t *testing.T) {
	s := &simulator.Server{Webhooks: &webhook.Client{}, AllowHosts: []string{"allowed.invalid"}, ForwardTo: "http://app:3000",
		FallbackURL: "https://backup.invalid/sms"}
	defer s.Close()
	s.Account()
	for host, want := range map[string]bool{"app:3000": true, "app:80": false, "allowed.invalid:443": true,
		"backup.invalid:443": true, "other.invalid:443": false} {
		if got := s.Webhooks.Allow(host); got != want {
			t.Errorf("%s allowed: %v, want %v", host, got, want)
		}
	}
	if _, err := s.Account().SetNumber(simulator.DefaultPhoneNumber, "https://other.invalid/sms", ""); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.Account().Receive(t.Context(), messaging.Text{From: "+12025550142", To: simulator.DefaultPhoneNumber, Body: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	if len(receipt.Alerts) != 1 || receipt.Alerts[0].Code != webhook.CodeOutside {
		t.Errorf("alerts: %+v, want %s", receipt.Alerts, webhook.CodeOutside)
	}
}

// TestFallbackURL may be a path of the app, or another's URL.
func TestFallbackURL(t *testing.T) {
	for fallback, want := range map[string]string{
		"": "", "/fallback?a=1#rc=0": "http://app:3000/fallback?a=1#rc=0", "https://backup.invalid/sms": "https://backup.invalid/sms",
	} {
		s := &simulator.Server{ForwardTo: "http://app:3000/", FallbackURL: fallback}
		if n := s.Account().Numbers()[0]; n.SmsFallbackURL != want || n.SmsURL != "http://app:3000/sms" {
			t.Errorf("%q: number %+v", fallback, n)
		}
		s.Close()
	}
}

// ExampleServer is the story of the package's comment: a text, its reply, and what became of that.
func ExampleServer() {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sms" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<Response><Message action="/status">Hello, World!</Message></Response>`)
			return
		}
		fmt.Println("the app hears of", r.FormValue("MessageStatus"))
	}))
	defer app.Close()

	s := &simulator.Server{ForwardTo: app.URL, Clock: clock.Virtual(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))}
	defer s.Close()
	account := s.Account()
	ctx := context.Background()
	if _, err := account.Receive(ctx, messaging.Text{From: "+12025550142", To: simulator.DefaultPhoneNumber, Body: "hi"}); err != nil {
		fmt.Println(err)
	}
	if err := account.Clock.Advance(ctx, 5*time.Second); err != nil {
		fmt.Println(err)
	}
	fmt.Println(account.Journal.Count(journal.Messages), "messages,", account.Journal.Count(journal.Webhooks), "webhooks")
	// Output:
	// the app hears of sent
	// the app hears of delivered
	// 2 messages, 3 webhooks
}
