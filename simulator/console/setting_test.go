package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestTwelveHours: a browser that wants it gets times of two times twelve hours.
func TestTwelveHours(t *testing.T) {
	w := newWorld(t)
	w.advance(3600e9 * 4)
	w.text("hi")
	for hours, want := range map[string]string{"12": "2:42:07 PM</time>", "24": "14:42:07</time>"} {
		r := httptest.NewRequest("GET", "http://localhost:2010/console", nil)
		r.AddCookie(&http.Cookie{Name: "twilsim_hours", Value: hours})
		recorder := httptest.NewRecorder()
		w.sim.ServeHTTP(recorder, r)
		if page := recorder.Body.String(); !strings.Contains(page, want) {
			t.Errorf("with %s hours the page lacks %s: %s", hours, want, page)
		}
	}
}
