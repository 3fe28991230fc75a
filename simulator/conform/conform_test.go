package conform

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/facts"
)

// serve returns options that ask a simulator. change may put another handler before it; nil leaves
// it as it is.
func serve(t *testing.T, change func(http.Handler) http.Handler) Options {
	t.Helper()
	s := &simulator.Server{Clock: clock.Fast(50)}
	var handler http.Handler = s
	if change != nil {
		handler = change(s)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(func() {
		web.Close()
		s.Close()
	})
	test := s.Accounts().Test()
	return Options{
		URL: web.URL, Account: simulator.DefaultAccountSID, Token: simulator.DefaultAuthToken,
		TestAccount: test.SID, TestToken: test.Token, Now: s.Account().Clock.Now,
	}
}

func run(t *testing.T, o Options) []Result {
	t.Helper()
	results, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// TestSimulator asks our own simulator everything: with an ordinary account and with test
// credentials.
func TestSimulator(t *testing.T) {
	results := run(t, serve(t, nil))
	if len(results) < 150 {
		t.Errorf("%d probes, want at least 150", len(results))
	}
	for _, r := range results {
		if r.Verdict != Agrees {
			t.Errorf("%s %v: %s %s\n%s", r.Probe, r.Facts, r.Verdict, r.Reason, r.Diff)
		}
	}
}

// TestFacts wants every fact that a probe names to exist.
func TestFacts(t *testing.T) {
	probes, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range probes {
		for _, id := range p.facts {
			n, err := facts.ParseID(id)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := facts.Lookup(n); !ok {
				t.Errorf("%s:%d: %s names %s, which does not exist", p.file, p.line, p.name, id)
			}
		}
	}
}

// mutate returns a handler that changes the body, the status and the headers of each answer.
func mutate(change func(status int, header http.Header, body string) (int,
	string)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorded := httptest.NewRecorder()
			next.ServeHTTP(recorded, r)
			status, body := change(recorded.Code, recorded.Header(), recorded.Body.String())
			maps.Copy(w.Header(), recorded.Header())
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
}

// TestMutatedServer wants each kind of wrong answer to be found.
func TestMutatedServer(t *testing.T) {
	text := func(old, other string) func(int, http.Header, string) (int, string) {
		return func(status int, _ http.Header, body string) (int, string) {
			return status, strings.ReplaceAll(body, old, other)
		}
	}
	for _, tt := range []struct {
		name, probe, diff string
		change            func(int, http.Header, string) (int, string)
	}{
		{"wrong code", "refused.to_short", "-code 21211\n+code 21212",
			text(`"code": 21211`, `"code": 21212`)},
		{"code as text", "error.types", "-type of code: integer\n+type of code: string",
			text(`"code": 20404`, `"code": "20404"`)},
		{"wrong text", "refused.to_short",
			"-message The 'To' number 123 is not a valid phone number.\n+message 123 is wrong.",
			text("The 'To' number 123 is not a valid phone number.", "123 is wrong.")},
		{"missing key", "message.create.price_unit", "-price_unit \"USD\"\n+price_unit missing",
			text(`"price_unit": "USD", `, "")},
		{"missing key in a list", "list.keys",
			"+has .: end first_page_uri messages page page_size previous_page_uri start uri",
			text("next_page_uri", "next")},
		{"wrong key order", "error.keys",
			"-keys .: code message more_info status\n+keys .: message more_info status code",
			func(status int, _ http.Header, body string) (int, string) {
				return status, strings.Replace(strings.Replace(body, `"code": 20404, `, "", 1), "}",
					`, "code": 20404}`, 1)
			}},
		{"number for a string", "message.create.counts_are_strings",
			"-num_segments \"1\"\n+num_segments 1",
			text(`"num_segments": "1"`, `"num_segments": 1`)},
		{"unknown key", "message.create.never_present", "-send_at absent\n+send_at null",
			text(`"body":`, `"send_at": null, "body":`)},
		{"wrong status", "refused.service_unknown", "-status 404\n+status 400",
			func(status int, _ http.Header, body string) (int, string) {
				if status == http.StatusNotFound {
					status = http.StatusBadRequest
				}
				return status, body
			}},
		{"wrong header", "auth.none_challenge", "+header WWW-Authenticate missing",
			func(status int, h http.Header, body string) (int, string) {
				h.Del("WWW-Authenticate")
				return status, body
			}},
		{"wrong XML", "xml.null_is_empty",
			"-TwilioResponse.Message.DateSent \"\"\n+TwilioResponse.Message.DateSent \"null\"",
			text("<DateSent/>", "<DateSent>null</DateSent>")},
		{"HTML", "refused.to_short", "-code 21211\n+code missing",
			func(status int, h http.Header, body string) (int, string) {
				if status == http.StatusBadRequest {
					h.Set("Content-Type", "text/html")
					body = "<h1>Bad Request</h1>"
				}
				return status, body
			}},
		{"broken JSON", "error.keys", "+keys .: missing", text(`{"code": 20404`, `{{"code": 20404`)},
		{"longer list", "account.parent_acts_on_subaccount",
			"-items of messages: 0\n+items of messages: 1",
			text(`"messages": []`, `"messages": [1]`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := serve(t, mutate(tt.change))
			o.Select = []string{tt.probe}
			for _, r := range run(t, o) {
				if r.Probe == tt.probe && (r.Verdict != Differs || !strings.Contains(r.Diff, tt.diff)) {
					t.Errorf("%s %s\n%s\nwant\n%s", r.Verdict, r.Reason, r.Diff, tt.diff)
				}
			}
		})
	}
}

// TestUnknown wants what cannot be asked to be neither right nor wrong.
func TestUnknown(t *testing.T) {
	for _, tt := range []struct {
		name, probe, reason string
		change              func(int, http.Header, string) (int, string)
		set                 func(*Options)
	}{
		{"501", "account.fetch", "the server answers 501: ",
			func(int, http.Header, string) (int, string) { return 501, "{}" }, nil},
		{"429", "list.keys", "the server answers 429: Too Many",
			func(int, http.Header, string) (int, string) {
				return 429, `{"code": 20429, "message": "Too Many Requests"}`
			}, nil},
		{"refused setup", "number.sid", "the setup POST IncomingPhoneNumbers.json was answered 402 ",
			func(status int, _ http.Header, body string) (int, string) {
				if status == http.StatusCreated {
					status = http.StatusPaymentRequired
				}
				return status, body
			}, nil},
		{"no test credentials", "magic.from_good", "needs test credentials", nil,
			func(o *Options) { o.TestAccount, o.TestToken = "", "" }},
		{"only test credentials", "account.fetch", "needs the credentials of an ordinary account", nil,
			func(o *Options) {
				o.Account, o.Token, o.TestAccount, o.TestToken = o.TestAccount, o.TestToken, "", ""
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var change func(http.Handler) http.Handler
			if tt.change != nil {
				change = mutate(tt.change)
			}
			o := serve(t, change)
			o.Select = []string{tt.probe}
			if tt.set != nil {
				tt.set(&o)
			}
			for _, r := range run(t, o) {
				if r.Verdict != Unknown || !strings.HasPrefix(r.Reason, tt.reason) {
					t.Errorf("%s: %s %q, want %q\n%s", r.Probe, r.Verdict, r.Reason, tt.reason, r.Diff)
				}
			}
		})
	}
}

// elsewhere has requests to any host come to the server at address.
func elsewhere(address string, seen func(*http.Request)) *http.Client {
	transport := &http.Transport{}
	return &http.Client{CheckRedirect: stay,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			seen(r)
			r.URL.Scheme, r.URL.Host = "http", address
			return transport.RoundTrip(r)
		})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestNotLoopback asks a server that is elsewhere: nothing changes its account unless that is asked
// for, and only with a recipient.
func TestNotLoopback(t *testing.T) {
	o := serve(t, nil)
	address := strings.TrimPrefix(o.URL, "http://")
	var written, hosts []string
	o.URL = "https://api.twilio.com"
	o.Client = elsewhere(address, func(r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.Method != "GET" && user == o.Account && password == o.Token {
			written = append(written, r.Method+" "+r.URL.Path)
		}
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			hosts = append(hosts, r.URL.Host)
		}
	})
	count := map[Verdict]int{}
	for _, r := range run(t, o) {
		count[r.Verdict]++
		if r.Verdict == Differs {
			t.Errorf("%s differs:\n%s", r.Probe, r.Diff)
		}
	}
	if len(written) > 0 {
		t.Errorf("the account was changed: %v", written)
	}
	if count[Agrees] < 60 || count[Unknown] < 100 {
		t.Errorf("verdicts %v", count)
	}
	for _, host := range hosts {
		if host != "messaging.twilio.com" {
			t.Errorf("/v1 was asked at %s", host)
		}
	}
	if len(hosts) == 0 {
		t.Error("/v1 was not asked")
	}

	o.Effects, o.Select = true, []string{"message.create.status", "application.update"}
	results := run(t, o)
	if results[0].Probe != "message.create.status" || results[0].Reason != "needs a recipient" {
		t.Errorf("%+v", results[0])
	}
	if last := results[len(results)-1]; last.Verdict != Agrees || len(written) == 0 {
		t.Errorf("%+v, written %v", last, written)
	}
}

// TestRunRefuses has options with which nothing can be asked.
func TestRunRefuses(t *testing.T) {
	good := serve(t, nil)
	for _, tt := range []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) { o.URL = "" }, `"" is not the URL of a server, such as http://127.0.0.1:2010`},
		{func(o *Options) { o.URL = "ftp://x" }, `"ftp://x" is not the URL of a server`},
		{func(o *Options) { o.Token = "" }, "no credentials: an Account SID and a token are needed"},
		{func(o *Options) { o.Token = "wrong" },
			"refuses the credentials of AC00000000000000000000000000000001 with 401"},
		{func(o *Options) { o.Select = []string{"F-9999"} }, `no probe is about "F-9999"`},
		{func(o *Options) { o.URL = "http://127.0.0.1:1" }, "connection refused"},
	} {
		o := good
		tt.change(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v\nwant %s", err, tt.want)
		}
	}
}

func TestWriteJUnit(t *testing.T) {
	var b bytes.Buffer
	err := WriteJUnit(&b, []Result{
		{Facts: []string{"F-192", "F-370"}, Probe: "a", Verdict: Agrees},
		{Facts: []string{"F-193"}, Probe: "b", Request: "GET x", Verdict: Differs,
			Diff: "-code 1\n+code <2>"},
		{Facts: []string{"F-194"}, Probe: "c", Verdict: Unknown, Reason: "needs test credentials"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="twilsim conform" tests="3" failures="1" skipped="1">
	<testcase name="a" classname="F-192 F-370"></testcase>
	<testcase name="b" classname="F-193">
		<failure message="the answer differs from the fact">` +
		`GET x&#xA;-code 1&#xA;+code &lt;2&gt;</failure>
	</testcase>
	<testcase name="c" classname="F-194">
		<skipped message="needs test credentials"></skipped>
	</testcase>
</testsuite>
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}
