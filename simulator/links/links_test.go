package links_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/events"
	"twilsim/simulator/links"
	"twilsim/simulator/messaging"
)

var start = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

func newAccount(t *testing.T) *messaging.Account {
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(start),
		Products: []messaging.ProductType{links.Product, events.Product}})
	t.Cleanup(a.Close)
	return a
}

// TestShorten: every link of a text becomes short, and nothing else (F-800).
func TestShorten(t *testing.T) {
	s := links.Of(newAccount(t))
	if text, _, ok := s.Shorten("MG1", "https://shop.example"); ok || text != "https://shop.example" {
		t.Errorf("without a domain: %q, %v", text, ok)
	}
	s.Associate("DN1", "MG1")
	for _, tt := range []struct{ text, want string }{
		{"no link", "no link"},
		{"See https://shop.example/a?b=1.", "See #."},
		{"(http://a.example/x) and https://b.example!", "(#) and #!"},
	} {
		text, _, ok := s.Shorten("MG1", tt.text)
		parts := strings.Split(text, "https://twil.example/")
		var got strings.Builder
		got.WriteString(parts[0])
		for _, part := range parts[1:] {
			got.WriteString("#" + part[10:])
		}
		if !ok || got.String() != tt.want {
			t.Errorf("%q became %q", tt.text, text)
		}
	}
	s.Associate("DN2", "MG1")
	if got := s.DomainOf("MG1"); got != "DN2" {
		t.Errorf("the domain is %s", got)
	}
}

// TestStored: domains and links are there again after a restart, and a reset keeps the domains.
func TestStored(t *testing.T) {
	s := links.Of(newAccount(t))
	s.Associate("DN1", "MG1")
	value, ok := s.Stored("domain DN1")
	if !ok {
		t.Fatal("the domain is not stored")
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	other := links.Of(newAccount(t))
	if err := other.Restore("domain DN1", data); err != nil {
		t.Fatal(err)
	}
	link := `{"number":1,"token":"Ab3dE6gH9j","long":"https://shop.example","domain":"DN1",` +
		`"created":"2026-11-23T09:42:07Z"}`
	if err := other.Restore("link Ab3dE6gH9j", []byte(link)); err != nil {
		t.Fatal(err)
	}
	other.Resume()
	if to, err := other.Click("https://twil.example/Ab3dE6gH9j", ""); to != "https://shop.example" {
		t.Errorf("it leads to %q, %v", to, err)
	}
	other.Reset()
	if _, err := other.Click("Ab3dE6gH9j", ""); err == nil || other.DomainOf("MG1") != "DN1" {
		t.Errorf("after a reset: %v, domain %q", err, other.DomainOf("MG1"))
	}
}

// TestShortenedEvent: a shortened link is an event only under a switch (F-742).
func TestShortenedEvent(t *testing.T) {
	for _, on := range []string{"off", "on"} {
		a := newAccount(t)
		if err := a.SetQuirk("link-shortened", on); err != nil {
			t.Fatal(err)
		}
		var bodies []string
		sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
		}))
		defer sink.Close()
		state := events.Of(a)
		made, _, err := state.CreateSink("sink", "webhook",
			`{"destination":"`+sink.URL+`","method":"POST"}`)
		if err != nil {
			t.Fatal(err)
		}
		if _, missing, err := state.CreateSubscription("links", made.SID,
			[]string{`{"type":"` + events.LinkShortened + `"}`}); err != nil || missing != "" {
			t.Fatal(missing, err)
		}
		links.Of(a).Associate("DN1", "MG1")
		_, sent, _ := links.Of(a).Shorten("MG1", "https://shop.example/sale")
		sent(a.Notify(messaging.Notice{From: "SHOP", To: "+447700900123", Body: "x"}))
		if err := a.Clock.Advance(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if want := on == "on"; len(bodies) > 0 != want || want &&
			(!strings.Contains(bodies[0], `"link":"https://shop.example/sale"`) ||
				strings.Contains(bodies[0], "click_time")) {
			t.Errorf("%s: %q", on, bodies)
		}
	}
}
