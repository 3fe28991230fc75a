package rest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestStorage follows the redirect to a file, as clients do and as they should not (F-400).
func TestStorage(t *testing.T) {
	h := newHandler(t)
	a := h.Accounts.Main()
	receipt, err := a.Receive(t.Context(), messaging.Text{
		From: "+12025550142", To: "+12025550100", Body: "Look",
		Media: []messaging.Media{{ContentType: "image/png", Data: []byte("a cat")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Snapshot()
	path := root(account) + "/Messages/" + f.SID + "/Media/" + f.Media[0].SID
	for _, tt := range []struct{ quirk, host, want string }{
		{"off", "127.0.0.1:2010", "200 "},
		{"307", "127.0.0.1:2010", "307 http://localhost:2010"},
		{"302", "localhost:2010", "302 http://127.0.0.1:2010"},
		{"307", "api.twilio.com", "307 https://media.twilio.com"},
		{"307", "shop.example", "307 http://shop.example"},
	} {
		if err := a.SetQuirk("media-redirect", tt.quirk); err != nil {
			t.Fatal(err)
		}
		w := send(h, "GET", "http://"+tt.host+path, "")
		base, _, _ := strings.Cut(w.Header().Get("Location"), storagePath)
		if got := w.Result().Status[:4] + base; got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.quirk, tt.host, got, tt.want)
		}
	}
	link := send(h, "GET", "http://127.0.0.1:2010"+path, "").Header().Get("Location")
	for _, tt := range []struct {
		name, method, url string
		authorized        bool
		status, hints     int
	}{
		{"link alone", "GET", link, false, 200, 0},
		{"HEAD", "HEAD", link, false, 200, 0},
		{"another file", "GET", strings.Replace(link, "/ME", "/MEx", 1), false, 404, 0},
		{"another signature", "GET", link + "x", false, 404, 0},
		{"no signature", "GET", strings.Split(link, "?")[0], false, 404, 0},
		{"no file", "GET", "http://localhost:2010" + storagePath + "x", false, 404, 0},
		{"POST", "POST", link, false, 405, 0},
		{"with the token", "GET", link, true, 200, 1},
		{"with the token again", "GET", link, true, 200, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.url, nil)
			if tt.authorized {
				r.SetBasicAuth(account, token)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || w.Code == http.StatusOK && tt.method == "GET" &&
				(w.Body.String() != "a cat" || w.Header().Get("Content-Type") != "image/png") {
				t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
			}
			hints := 0
			for _, thing := range a.Journal.Things(journal.Alerts) {
				if thing.(*journal.Alert).Code == "SIM-18" {
					hints++
				}
			}
			if hints != tt.hints {
				t.Errorf("%d hints, want %d", hints, tt.hints)
			}
		})
	}
	if u, err := url.Parse(link); err != nil || len(u.Query().Get("Signature")) != 32 {
		t.Errorf("link %q, %v", link, err)
	}
}
