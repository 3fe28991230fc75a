package conform

import (
	"net/http/httptest"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/clock"
)

// serve returns a simulator that listens, and options to ask it.
func serve(t *testing.T) Options {
	t.Helper()
	s := &simulator.Server{Clock: clock.Fast(50)}
	web := httptest.NewServer(s)
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

// TestSimulator asks our own simulator everything.
func TestSimulator(t *testing.T) {
	results, err := Run(t.Context(), serve(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(results) < 150 {
		t.Errorf("%d probes, want at least 150", len(results))
	}
	for _, r := range results {
		if r.Verdict != Agrees {
			t.Errorf("%s %v: %s %s\n%s", r.Probe, r.Facts, r.Verdict, r.Reason, r.Diff)
		}
	}
}
