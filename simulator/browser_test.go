package simulator

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"twilsim/simulator/journal"
)

// TestBrowser opens the simulator in a browser: that gives the console, no alert and no record of a
// request. A request of an SDK for the same path is one for Twilio's API.
func TestBrowser(t *testing.T) {
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
	for path, accept := range map[string]string{"/": browser, "/favicon.ico": "image/*"} {
		w := get("http://127.0.0.1:2010"+path, accept)
		if w.Code == http.StatusFound {
			w = get("http://127.0.0.1:2010"+w.Header().Get("Location"), accept)
		}
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if list := s.Account().Journal.Things(journal.Alerts); len(list) > 0 {
		t.Errorf("a browser raised alerts: %+v", list)
	}
	for _, tt := range []struct{ url, accept string }{
		{"http://api.twilio.com/", browser},
		{"http://127.0.0.1:2010/", "application/json"},
		{"http://127.0.0.1:2010/2010-04-01/Nothing", browser},
	} {
		if w := get(tt.url, tt.accept); w.Code == http.StatusOK || w.Code == http.StatusFound {
			t.Errorf("%s for %s got a page: %s", tt.url, tt.accept, w.Body)
		}
	}
	if list := s.Account().Journal.Things(journal.Alerts); len(list) == 0 {
		t.Error("requests to an API that is not simulated raised no alert")
	}
}
