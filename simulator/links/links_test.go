package links_test

import (
	"encoding/json"
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
