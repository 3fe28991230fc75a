package storage_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestRestartRemembers checks what is not stored itself, but is drawn from the history: cookies of
// the app, the reply loop that Twilio breaks, and when a user last wrote on WhatsApp.
func TestRestartRemembers(t *testing.T) {
	visits := 0
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits++
		if c, err := r.Cookie("visit"); err == nil && c.Value != fmt.Sprint(visits-1) {
			t.Errorf("visit %d has the cookie of visit %s", visits, c.Value)
		} else if err != nil && visits > 1 {
			t.Errorf("visit %d has no cookie", visits)
		}
		http.SetCookie(w, &http.Cookie{Name: "visit", Value: fmt.Sprint(visits)})
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response><Message>again</Message></Response>")
	}))
	defer app.Close()
	path, start := filepath.Join(t.TempDir(), "data.db"), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const user, shop = "+12025550142", simulator.DefaultPhoneNumber
	loops, windows := 0, []string{}
	for range 2 {
		s, stop := serve(t, path, start)
		a := s.Account()
		if _, err := a.SetNumber(shop, app.URL+"/sms", ""); err != nil {
			t.Fatal(err)
		}
		if len(windows) == 0 {
			_, err := a.Receive(t.Context(), messaging.Text{From: "whatsapp:" + user,
				To: "whatsapp:" + shop, Body: "hi"})
			if err != nil {
				t.Fatal(err)
			}
			visits = 0 // another pair has other cookies
		}
		for range 16 {
			_, err := a.Receive(t.Context(), messaging.Text{From: user, To: shop, Body: "hello"})
			if err != nil {
				t.Fatal(err)
			}
		}
		m, err := a.Send(t.Context(), messaging.Draft{To: "whatsapp:" + user, From: "whatsapp:" + shop,
			Body: "free text", HasBody: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Clock.Advance(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		windows = append(windows, m.Snapshot().By)
		loops = 0
		for _, alert := range a.Journal.Things(journal.Alerts) {
			if alert.(*journal.Alert).Code == "14107" {
				loops++
			}
		}
		stop()
	}
	if loops != 2 {
		t.Errorf("the loop was broken %d times in 32 replies, want 2", loops)
	}
	if windows[0] != windows[1] {
		t.Errorf("a message on WhatsApp was decided by %q", windows)
	}
}
