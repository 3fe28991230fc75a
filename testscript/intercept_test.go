package testscript

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// interceptedApp makes this test's own binary the app of TestIntercept.
const interceptedApp = "TWILSIM_TEST_INTERCEPTED"

// TestInterceptedApp is an app that asks for what the query of a request says, and answers the
// status or the error. It goes through Go's HTTP stack as Twilio's SDK for Go does (F-478).
func TestInterceptedApp(t *testing.T) {
	if os.Getenv(interceptedApp) == "" {
		t.Skip("it is a part of TestIntercept")
	}
	client := &http.Client{Timeout: 10 * time.Second}
	err := http.ListenAndServe(
		net.JoinHostPort("127.0.0.1", os.Getenv("PORT")),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := url.Values{
				"To":   {"+12025550142"},
				"From": {os.Getenv("TWILIO_PHONE_NUMBER")},
				"Body": {"hi"},
			}.Encode()
			req, err := http.NewRequest(
				http.MethodPost,
				r.URL.Query().Get("url"),
				strings.NewReader(body),
			)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			user, password := os.Getenv("TWILIO_ACCOUNT_SID"), os.Getenv("TWILIO_AUTH_TOKEN")
			if key := os.Getenv("TWILIO_API_KEY"); key != "" { // as apps do
				user, password = key, os.Getenv("TWILIO_API_SECRET")
			}
			req.SetBasicAuth(user, password)
			resp, err := client.Do(req)
			if err != nil {
				fmt.Fprintln(w, err)
				return
			}
			defer resp.Body.Close()
			fmt.Fprintln(w, resp.StatusCode)
		}),
	)
	t.Fatal(err)
}

// TestIntercept: what a scenario makes of each place that an app may call.
func TestIntercept(t *testing.T) {
	t.Setenv(interceptedApp, "1")
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	t.Setenv("NO_PROXY", "api.twilio.com,*.example") // the machine's own must not matter
	t.Setenv("TWILIO_API_KEY", "SK0123456789abcdef0123456789abcdef")
	const accounts = "https://api.twilio.com/2010-04-01/Accounts/"
	for _, tt := range []struct {
		name, lines string
		without     bool   // -intercept
		want        string // of the failure; "" passes
	}{
		{name: "Twilio", lines: `http GET '/?url=` + accounts + `'$TWILIO_ACCOUNT_SID'/Messages.json'
			stdout '^201$'
			expect message body=hi status=queued`},
		{name: "another account",
			lines: `http GET '/?url=` + accounts + `AC00000000000000000000000000000001/Messages.json'
			! stdout '^201$'
			! expect message`},
		{name: "another product",
			lines: "http GET '/?url=https://trusthub.twilio.com/v1/Policies'\nstdout '^501$'",
			want:  "SIM-3 Not simulated: the app asked for POST /v1/Policies"},
		{name: "another product, expected",
			lines: "http GET '/?url=https://trusthub.twilio.com/v1/Policies'\nexpect alert code=SIM-3"},
		{name: "another host", lines: `http GET '/?url=https://shop.example/x'
			stdout Forbidden`,
			want: "SIM-2 Refused: outside this machine: the app asked for CONNECT " +
				"https://shop.example:443, which"},
		{name: "another host, expected", lines: `http GET '/?url=http://shop.example/x%3Fsecret=1'
			http GET '/?url=http://shop.example/y'
			expect alert code=SIM-2 count=1 'text=*POST http://shop.example/x, which*'`},
		{name: "not intercepted", without: true,
			lines: `http GET '/?url=` + accounts + `'$TWILIO_ACCOUNT_SID'/Messages.json'
			stdout Forbidden`,
			want: "the app asked for CONNECT https://api.twilio.com:443, which the proxy refused\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "intercept.txtar")
			app := "app -intercept " + os.Args[0] + " -test.run=^TestInterceptedApp$\n"
			if tt.without {
				app = strings.Replace(app, " -intercept", "", 1)
			}
			if err := os.WriteFile(file, []byte(app+tt.lines+"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			var runner Runner
			_, err := runner.Do(
				t.Context(),
				[]Scenario{{Name: "intercept", File: file}},
				func(r Result) {
					if (r.Outcome == Failed) != (tt.want != "") ||
						!strings.Contains(r.Failure, tt.want) {
						t.Errorf(
							"%s\n%s\nwant %s",
							r.Outcome,
							r.Failure,
							cmp.Or(tt.want, "it to pass"),
						)
					}
				},
			)
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
