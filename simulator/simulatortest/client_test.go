package simulatortest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"twilsim/simulator/simulatortest"
	"twilsim/simulator/webhook"
)

// TestTwilioClient checks that the SDK's own client reaches the simulator for all of Twilio's
// hosts.
func TestTwilioClient(t *testing.T) {
	s := simulatortest.New(t)
	c := s.TwilioClient()
	var _ client.BaseClient = c // as twilio.ClientParams needs it
	messages := api.NewApiServiceWithClient(c)
	sent, err := messages.CreateMessage(
		(&api.CreateMessageParams{}).SetTo(ana).SetFrom(s.PhoneNumber).SetBody("hi"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := messages.FetchMessage(*sent.Sid, nil); err != nil || *got.Body != "hi" ||
		*got.AccountSid != s.AccountSID {
		t.Errorf("fetched %+v, %v", got, err)
	}
	resp, err := c.SendRequest("POST", "https://messaging.twilio.com/v1/Services",
		url.Values{"FriendlyName": {"codes"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	service := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&service); err != nil ||
		service["friendly_name"] != "codes" {
		t.Errorf("service %v, %s, %v", service, resp.Status, err)
	}
	if x := s.AwaitRequest("method=POST",
		"path=*/Messages.json"); x.Header.Get("Host") != "api.twilio.com" || x.Status != 201 {
		t.Errorf("request %+v", x)
	}
}

// TestHTTPClient checks where requests go: Twilio's hosts to the simulator, the public URL to the
// app.
func TestHTTPClient(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_,
			_ = io.WriteString(w, r.Host+r.URL.String())
	}))
	tests := []struct {
		url, want string
		status    int
	}{
		{simulatortest.PublicURL + "/login?a=1", "app.example/login?a=1", 200},
		{"https://api.dublin.ie1.twilio.com/2010-04-01/Accounts.json", "", 401}, // F-468
		{s.URL + "/sim/v1/credentials", "", 200},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			resp, err := s.HTTPClient().Get(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != tt.status || tt.want != "" &&
				string(body) != tt.want {
				t.Errorf("%s %q, %v", resp.Status, body, err)
			}
		})
	}
}

// TestFields checks that options can be set until the first use, and that the same seed gives the
// same SIDs.
func TestFields(t *testing.T) {
	sidWith := func(seed uint64) string {
		s := simulatortest.New(t)
		s.Seed, s.AccountSID, s.AuthToken, s.PhoneNumber = seed, "AC0123456789abcdef0123456789abcdef",
			"secret", "+12025550177"
		s.Serve(greeter())
		return s.Text(ana, s.PhoneNumber, "hi").Message.ID()
	}
	first, again, other := sidWith(7), sidWith(7), sidWith(8)
	if diff := cmp.Diff(first, again); diff != "" || first == other {
		t.Errorf("two tests with one seed (-first +again):\n%s and another seed: %s", diff, other)
	}
}

// TestParallel checks that tests that run at the same time are independent.
func TestParallel(t *testing.T) {
	for _, body := range []string{"one", "two", "three", "four"} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			s := simulatortest.New(t)
			s.Serve(greeter(body))
			phone := s.Handset(ana)
			for range 10 {
				phone.Text("hello")
				phone.Expect("body=" + body)
			}
			if n := len(s.Account().Numbers()); n != 1 {
				t.Errorf("%d numbers", n)
			}
		})
	}
}

// TestOwnRoutes checks that Serve does not change the test's own routes and needs none.
func TestOwnRoutes(t *testing.T) {
	mine := webhook.Routes{{Public: "https://other.example", Local: "http://127.0.0.1:1"}}
	for _, routes := range []webhook.Routes{mine, nil} {
		s := simulatortest.New(t)
		s.Routes = routes
		s.Serve(greeter("hi"))
		s.Handset(ana).Text("hello")
		s.Handset(ana).Expect("body=hi")
	}
	if mine[0].Public != "https://other.example" || mine[0].Local != "http://127.0.0.1:1" {
		t.Errorf("the test's routes: %+v", mine)
	}
}

// TestServeURL checks an app that is already running.
func TestServeURL(t *testing.T) {
	app := httptest.NewServer(greeter("hi"))
	defer app.Close()
	s := simulatortest.New(t)
	s.ServeURL(app.URL)
	s.Handset(ana).Text("hello")
	s.AwaitWebhook("url=" + simulatortest.PublicURL + "/sms")
	s.Handset(ana).Expect("body=hi")
}
