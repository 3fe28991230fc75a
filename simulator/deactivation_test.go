package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
)

// TestDeactivations: the file of a day has the numbers that were given up on it, and nobody must
// log in for it (F-617).
func TestDeactivations(t *testing.T) {
	s := &Server{Clock: clock.Virtual(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))}
	server := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); server.Close() })
	s.SetURL(server.URL)
	a := s.Account()
	for number, state := range map[string]carrier.HandsetState{
		"+12025550143": carrier.HandsetGone, "+12025550142": carrier.HandsetGone,
		"+12025550144": carrier.HandsetOff,
	} {
		if _, err := a.SetHandset(number, state); err != nil {
			t.Fatal(err)
		}
	}
	today := a.Clock.Now()
	for _, tt := range []struct {
		url, want string
	}{
		{a.DeactivationURL(today), "200 +12025550142\n+12025550143\n"},
		{a.DeactivationURL(today.AddDate(0, 0, 1)), "200 "},
		{server.URL + "/deactivations/" + a.SID + "/soon", "404 404 page not found\n"},
		{server.URL + "/deactivations/AC1/2026-11-23", "404 404 page not found\n"},
	} {
		resp, err := http.Get(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if got := resp.Status[:4] + string(body); got != tt.want || err != nil {
			t.Errorf("%s: %q, %v", tt.url, got, err)
		}
	}
}
