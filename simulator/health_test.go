package simulator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func TestHealth(t *testing.T) {
	s := &simulator.Server{}
	defer s.Close()
	for _, tt := range []struct {
		method, host, path string
		drained            bool
		want               int
	}{
		{"GET", "127.0.0.1:2010", "/livez", false, 200},
		{"GET", "probe.example", "/readyz", false, 200},
		{"HEAD", "127.0.0.1:2010", "/readyz", false, 200},
		{"POST", "127.0.0.1:2010", "/readyz", false, 405},
		{"GET", "api.twilio.com", "/livez", false, 501},
		{"GET", "127.0.0.1:2010", "/metrics", false, 200},
		{"GET", "evil.example", "/metrics", false, 403},
		{"GET", "127.0.0.1:2010", "/livez", true, 200},
		{"GET", "127.0.0.1:2010", "/readyz", true, 503},
		{"GET", "127.0.0.1:2010", "/v1/Services", true, 200},
	} {
		if tt.drained {
			s.Drain()
		}
		r := httptest.NewRequest(tt.method, "http://"+tt.host+tt.path, nil)
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s %s%s: %d %s, want %d", tt.method, tt.host, tt.path, w.Code, w.Body, tt.want)
		}
	}
}

// TestMetrics checks each line against the grammar of OpenMetrics, and some of the values.
func TestMetrics(t *testing.T) {
	s := &simulator.Server{}
	defer s.Close()
	if got := post(s, "127.0.0.1:2010", "",
		simulator.DefaultAuthToken); got.Code != http.StatusCreated {
		t.Fatal(got.Code)
	}
	got := ask(s, "127.0.0.1:2010", "/metrics")
	text := got.Body.String()
	if kind := got.Header().
		Get("Content-Type"); !strings.HasPrefix(kind, "application/openmetrics-text; version=1.0.0") {
		t.Errorf("Content-Type: %s", kind)
	}
	line := regexp.MustCompile(
		`^(# (TYPE [a-z_]+ (gauge|counter|summary)|HELP [a-z_]+ [^"\\]+\.|EOF)|` +
			`[a-z_]+(\{[a-z]+="[a-z0-9.]+"\})? [0-9.e+-]+)$`)
	for l := range strings.Lines(text) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("not a line of OpenMetrics: %q", l)
		}
	}
	for _, want := range []string{`twilsim_kept{kind="message"} 1`, `twilsim_requests_total 1`,
		`twilsim_request_seconds_count 1`, `twilsim_unstored 0`, `twilsim_waiting 0`,
		`twilsim_scheduled `, `twilsim_goroutines `} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if !strings.HasSuffix(text, "\n# EOF\n") {
		t.Error("it does not end with # EOF")
	}
}

// TestMetricsOfUnused checks that accounts that nobody has used take no part of the sample, and
// that a reader counts who waits for the first thing that happens.
func TestMetricsOfUnused(t *testing.T) {
	s := &simulator.Server{}
	defer s.Close()
	var unused *messaging.Account
	for range 600 {
		unused = s.Accounts().Create("")
	}
	ctx, end := context.WithCancel(t.Context())
	waited := make(chan bool)
	go func() {
		defer close(waited)
		_, _ = unused.Journal.Await(ctx, journal.Query{Kind: journal.Alerts})
	}()
	for unused.Journal.Waiting() == 0 {
		runtime.Gosched()
	}
	for range 3 {
		post(s, "127.0.0.1:2010", "", simulator.DefaultAuthToken)
	}
	text := ask(s, "127.0.0.1:2010", "/metrics").Body.String()
	end()
	<-waited
	for _, want := range []string{"\ntwilsim_waiting 1\n", "\ntwilsim_request_seconds_count 3\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
