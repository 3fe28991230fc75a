package simulator_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
)

const messagesPath = "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"

// post sends a text by the API, with an Origin header unless origin is "".
func post(s *simulator.Server, host, origin, token string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "http://"+host+messagesPath,
		strings.NewReader("To=%2B12025550142&From=%2B12025550100&Body=hi"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(simulator.DefaultAccountSID, token)
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

// TestWebPagesAreRefused checks that a page cannot use the default credentials of Twilio's API.
func TestWebPagesAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name, host, origin string
		want               int
	}{
		{"a program", "127.0.0.1:2010", "", 201},
		{"a program by a name of this machine", "localhost:2010", "", 201},
		{"a program with an SDK", "api.twilio.com", "", 201},
		{"an edge of Twilio's", "api.dublin.ie1.twilio.com", "", 201},
		{"DNS rebinding", "evil.example:2010", "", 403},
		{"DNS rebinding with its own origin", "evil.example:2010", "http://evil.example:2010", 403},
		{"a host that ends like Twilio's", "api.twilio.com.evil.example", "", 403},
		{"a form of another page", "127.0.0.1:2010", "https://evil.example", 403},
		{"a form of a file or a sandboxed frame", "127.0.0.1:2010", "null", 403},
		{"a form of another local page", "127.0.0.1:2010", "http://127.0.0.1:3000", 403},
		{"a page of this server", "127.0.0.1:2010", "http://127.0.0.1:2010", 201},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &simulator.Server{}
			defer s.Close()
			got := post(s, tt.host, tt.origin, simulator.DefaultAuthToken)
			if got.Code != tt.want {
				t.Errorf("got %d %s, want %d", got.Code, got.Body, tt.want)
			}
			if n := s.Account().Journal.Count(journal.Messages); n != map[int]int{201: 1}[tt.want] {
				t.Errorf("%d messages were sent", n)
			}
		})
	}
}

// TestFormsWithoutOrigin checks that a browser's other header about the page is read, too.
func TestFormsWithoutOrigin(t *testing.T) {
	s := &simulator.Server{}
	defer s.Close()
	for site, want := range map[string]int{"": 200, "none": 200, "same-origin": 200,
		"cross-site": 403, "same-site": 403} {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:2010/sim/v1/reset", nil)
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d %s, want %d", site, w.Code, w.Body, want)
		}
	}
}

// TestAccessTokenMakesSecrets checks that nobody who only knows the program can use a server with
// an access token.
func TestAccessTokenMakesSecrets(t *testing.T) {
	secrets := func() map[string]string {
		s := &simulator.Server{AccessToken: "secret"}
		t.Cleanup(s.Close)
		if got := post(s, "127.0.0.1:2010", "", simulator.DefaultAuthToken); got.Code != 401 {
			t.Errorf("the public token: %d %s", got.Code, got.Body)
		}
		token := s.Account().Token
		if got := post(s, "twilsim.example:2010", "", token); got.Code != 201 {
			t.Errorf("the account's token at another host: %d %s", got.Code, got.Body)
		}
		if got := post(s, "twilsim.example:2010", "http://evil.example", token); got.Code != 403 {
			t.Errorf("a web page: %d %s", got.Code, got.Body)
		}
		if got := ask(s, "127.0.0.1:2010", "/sim/v1"); got.Code != 401 {
			t.Errorf("the control API without the access token: %d %s", got.Code, got.Body)
		}
		_, key := s.Account().AddKey("")
		return map[string]string{"account": token, "key": key,
			"test credentials": s.Accounts().Test().Token, "subaccount": s.Accounts().Create("").Token}
	}
	first, second := secrets(), secrets()
	for name, secret := range first {
		if secret == second[name] || len(secret) != 32 {
			t.Errorf("%s: %q and %q", name, secret, second[name])
		}
	}
	own := &simulator.Server{AccessToken: "secret", AuthToken: "mine"}
	defer own.Close()
	if diff := cmp.Diff("mine", own.Account().Token); diff != "" {
		t.Errorf("an AuthToken that was set is not the account's (-want +got):\n%s", diff)
	}
	both := &simulator.Server{AccessToken: "secret", AnyAccount: true}
	defer both.Close()
	if err := both.Start(); err == nil {
		t.Error("AccessToken and AnyAccount were both accepted")
	}
}

// TestStrangersReadNoLocalPages plays a client on another machine that knows the program, and wants
// the simulator to fetch a page of this machine: as media, or as a webhook, whose answer alerts and
// exports show. The owner takes the same ways, and gets there.
func TestStrangersReadNoLocalPages(t *testing.T) {
	hits := make(chan string, 100)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits <- r.URL.Path
		http.Error(w, "private", http.StatusTeapot)
	}))
	defer page.Close()
	s := &simulator.Server{AccessToken: "secret", Clock: clock.Virtual(time.Now())}
	defer s.Close()
	link := url.QueryEscape(page.URL)
	const form = "To=%2B12025550142&From=%2B12025550100&Body=hi"
	for _, way := range []struct {
		name, method, path, body string
		fetches, reads           bool
	}{
		{"media", "POST", messagesPath, form + "&MediaUrl=" + link + "%2Fmedia", true, false},
		{"a callback", "POST", messagesPath, form + "&StatusCallback=" + link, true, false},
		{"a number's URL", "PUT", "/sim/v1/numbers/+12025550100",
			`{"sms_url":"` + page.URL + `/sms"}`, false, false},
		{"a text", "POST", "/sim/v1/texts",
			`{"from":"+12025550142","to":"+12025550100","body":"hi"}`, true, true},
		{"a webhook", "POST", "/sim/v1/webhooks", `{"url":"` + page.URL + `/x"}`, true, true},
		{"Twilio's alerts", "GET", "/v1/Alerts", "", false, false},
		{"an alert", "GET", "/console/alerts/latest", "", false, true},
		{"webhooks", "GET", "/sim/v1/webhooks", "", false, true},
		{"an export", "GET", "/sim/v1/export", "", false, true},
		{"the console", "GET", "/console/webhooks/latest", "", false, true},
	} {
		t.Run(way.name, func(t *testing.T) {
			try := func(authorization, cookie string) (status int, private bool) {
				r := httptest.NewRequest(way.method, "http://192.0.2.1:2010"+way.path,
					strings.NewReader(way.body))
				r.RemoteAddr = "192.0.2.99:4444"
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if strings.HasPrefix(way.body, "{") {
					r.Header.Set("Content-Type", "application/json")
				}
				r.Header.Set("Authorization", authorization)
				r.AddCookie(&http.Cookie{Name: control.TokenCookie, Value: cookie})
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if err := s.Account().Clock.Advance(t.Context(), 10*time.Second); err != nil {
					t.Fatal(err)
				}
				return w.Code, strings.Contains(w.Body.String(), "private")
			}
			for _, authorization := range []string{"", "Bearer ", "Bearer guess", "Basic ",
				basic(simulator.DefaultAccountSID, ""),
				basic(simulator.DefaultAccountSID, simulator.DefaultAuthToken)} {
				status, private := try(authorization, "")
				if status != http.StatusUnauthorized || private || len(hits) > 0 {
					t.Errorf("with Authorization %q: %d, shows the page: %v, %d fetches",
						authorization, status, private, len(hits))
				}
			}
			owner := "Bearer secret"
			if way.path == messagesPath || way.path == "/v1/Alerts" {
				owner = basic(simulator.DefaultAccountSID, s.Account().Token)
			}
			status, private := try(owner, "secret")
			if status >= 300 || private != way.reads || (len(hits) > 0) != way.fetches {
				t.Errorf("the owner: %d, shows the page: %v, %d fetches", status, private, len(hits))
			}
			for len(hits) > 0 {
				<-hits
			}
		})
	}
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}
