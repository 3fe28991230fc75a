package simulator_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/links"
)

// TestLink: a request whose Host is that of the short links is redirected to the long one (F-800).
func TestLink(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)
	s := &simulator.Server{Clock: clock.Virtual(now)}
	t.Cleanup(s.Close)
	state := links.Of(s.Account())
	state.Associate("DN1", "MG1")
	err := state.Restore("link Ab3dE6gH9j", []byte(`{"number":1,"token":"Ab3dE6gH9j",`+
		`"long":"https://shop.example/sale","domain":"DN1","created":"2026-11-23T09:42:07Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	state.Resume()
	for _, tt := range []struct {
		url    string
		status int
		to     string
	}{
		{"http://twil.example/Ab3dE6gH9j", 302, "https://shop.example/sale"},
		{"http://twil.example/nothing123", 403, ""},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", tt.url, nil))
		if w.Code != tt.status || w.Header().Get("Location") != tt.to {
			t.Errorf("%s: %d to %q", tt.url, w.Code, w.Header().Get("Location"))
		}
	}
}
