package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestFlat checks that requests look at no more things when fifty times as many are kept.
func TestFlat(t *testing.T) {
	requests := []struct{ name, method, path, body string }{
		{"a text", "POST", "/texts", `{"from":"` + ana + `","to":"` + shop + `","body":"hi"}`},
		{"the messages", "GET", "/messages", ""},
		{"the messages to a handset", "GET", "/messages?q=to=%2B12025550101", ""},
		{"a message", "GET", "/messages/latest", ""},
		{"the story of a message", "GET", "/messages/" + sidOf(100) + "/story", ""},
		{"the webhooks of a message", "GET", "/webhooks?q=sid=" + sidOf(100), ""},
		{"the alerts", "GET", "/alerts", ""},
		{"waiting for a message", "GET", "/await?kind=message&q=to=%2B12025550101", ""},
		{"waiting for a message in vain", "GET",
			"/await?kind=message&q=to=%2B12025559999&timeout=0s", ""},
	}
	small, large := historic(t, 1000), historic(t, 50_000)
	for _, r := range requests {
		t.Run(r.name, func(t *testing.T) {
			few, many := small.steps(t, r.method, r.path, r.body), large.steps(t, r.method, r.path, r.body)
			if many > few+few/2 {
				t.Errorf("looked at %d things of 1,000 messages, at %d of 50,000", few, many)
			}
		})
	}
}

// steps returns how many things a request looks at.
func (w *world) steps(t *testing.T, method, path, body string) int64 {
	t.Helper()
	before := w.account.Journal.Steps()
	if status, answer := w.ask(method, path, body); status >= 300 &&
		status != http.StatusRequestTimeout {
		t.Fatalf("%d %s", status, answer)
	}
	return w.account.Journal.Steps() - before
}

func sidOf(n int) string { return fmt.Sprintf("SM%032x", n) }

// historic returns a world with a history of n messages to two handsets, each with a webhook.
func historic(t *testing.T, n int) *world {
	w := newWorld(t, messaging.Options{})
	var h messaging.History
	for i := range n {
		at := start.Add(time.Duration(i-n) * time.Second)
		h.Messages = append(h.Messages, messaging.Snapshot{
			SID: sidOf(i), AccountSID: w.account.SID, From: shop,
			To: fmt.Sprintf("+120255501%02d", i%2), Direction: messaging.OutboundAPI,
			Status: carrier.Delivered, Created: at, Updated: at, Sent: at,
		})
		x := &journal.Exchange{Name: fmt.Sprint("W", i+1), SID: sidOf(i), Purpose: journal.Status,
			Method: "POST", URL: "https://shop.example/status", Status: 204, At: at}
		h.Webhooks = append(h.Webhooks, x)
		h.Events = append(h.Events, journal.Event{ID: int64(i + 1), At: at, SID: sidOf(i),
			Type: journal.WebhookAttempt, Exchange: x.Name, HTTP: x.Status})
	}
	if err := w.account.Load(h); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestMore checks that a list does not count everything that a query selects.
func TestMore(t *testing.T) {
	w := historic(t, 3000)
	for _, tt := range []struct {
		limit, messages, matched int
		more                     bool
	}{{5, 5, 205, true}, {0, 3000, 3000, false}} {
		var got Messages
		_, body := w.ask("GET", fmt.Sprintf("/messages?limit=%d&q=status=delivered", tt.limit), "")
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Messages) != tt.messages || got.Matched != tt.matched || got.More != tt.more {
			t.Errorf("limit %d: %d messages, %d matched, more %v", tt.limit, len(got.Messages),
				got.Matched, got.More)
		}
	}
	_, body := w.ask("GET", "/messages?limit=5", "")
	if !strings.Contains(body, `"matched":3000`) || strings.Contains(body, `"more"`) {
		t.Errorf("without a query: %.300s", body)
	}
}
