package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twilsim/simulator/journal"
)

// TestWelcome opens the simulator in a browser: that gives a page, no alert and no record of a request.
// A request of an SDK for the same path is one for Twilio's API.
func TestWelcome(t *testing.T) {
	s := &Server{Version: "1.2.3"}
	defer s.Close()
	get := func(url, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", url, nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	const browser = "text/html,application/xhtml+xml,*/*;q=0.8"
	w := get("http://127.0.0.1:2010/", browser)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<h1>twilsim 1.2.3</h1>") ||
		!strings.Contains(w.Body.String(), strings.TrimPrefix(DefaultPhoneNumber, "+")) {
		t.Errorf("the page: %d %s", w.Code, w.Body)
	}
	if w := get("http://127.0.0.1:2010/favicon.ico", "image/*"); w.Code != http.StatusNoContent {
		t.Errorf("the icon: %d", w.Code)
	}
	if list := s.Account().Journal.Things(journal.Alerts); len(list) > 0 {
		t.Errorf("a browser raised alerts: %+v", list)
	}
	for _, tt := range []struct{ url, accept string }{
		{"http://api.twilio.com/", browser},
		{"http://127.0.0.1:2010/", "application/json"},
		{"http://127.0.0.1:2010/2010-04-01/Nothing", browser},
	} {
		if w := get(tt.url, tt.accept); w.Code == http.StatusOK {
			t.Errorf("%s for %s got a page: %s", tt.url, tt.accept, w.Body)
		}
	}
	if list := s.Account().Journal.Things(journal.Alerts); len(list) == 0 {
		t.Error("requests to an API that is not simulated raised no alert")
	}
}
