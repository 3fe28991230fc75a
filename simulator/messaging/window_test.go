package messaging

import (
	"fmt"
	"testing"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

// TestWindow sends a text on WhatsApp some time after the user's last message (F-609).
func TestWindow(t *testing.T) {
	const user, sender = address.WhatsApp + customer, address.WhatsApp + shop
	for _, tt := range []struct {
		name  string
		since time.Duration // since the user's message; 0 for no message
		to    string        // the sender that it went to
		quirk string
		want  string
	}{
		{"never", 0, "", "on", "failed 63016"},
		{"a minute", time.Minute, sender, "on", "delivered 0"},
		{"a day", 24 * time.Hour, sender, "on", "delivered 0"},
		{"a day and a second", 24*time.Hour + time.Second, sender, "on", "failed 63016"},
		{"another sender", time.Minute, address.WhatsApp + "+12025550101", "on", "failed 63016"},
		{"as an SMS", time.Minute, shop, "on", "failed 63016"},
		{"off", 0, "", "off", "delivered 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			if tt.since > 0 {
				from := address.Prefix(tt.to) + customer
				a.openWindow(from, tt.to, a.Clock.Now())
				advance(t, a, tt.since)
			}
			if err := a.SetQuirk("whatsapp-window", tt.quirk); err != nil {
				t.Fatal(err)
			}
			m := send(t, a, draft(func(d *Draft) { d.To, d.From = user, sender }))
			advance(t, a, time.Minute)
			f := m.Snapshot()
			if got := fmt.Sprintf("%s %d", f.Status, f.ErrorCode); got != tt.want {
				t.Errorf("ended with %s, want %s", got, tt.want)
			}
		})
	}
}

// TestWindowPreview: what would happen to a message says so as well.
func TestWindowPreview(t *testing.T) {
	a := newAccount(t, nil)
	addRule(t, a, "then=delivered")
	m := carrier.Message{To: address.WhatsApp + customer, From: address.WhatsApp + shop}
	if got := a.Preview(m); len(got) != 1 || got[0].By != byWindow {
		t.Errorf("before the user has written: %+v", got)
	}
	a.openWindow(m.To, m.From, a.Clock.Now())
	if got := a.Preview(m); len(got) != 1 || got[0].By != "rule r1" {
		t.Errorf("afterwards: %+v", got)
	}
}

// TestWindowForgets: a reset closes the window.
func TestWindowForgets(t *testing.T) {
	a := newAccount(t, nil)
	const user, sender = address.WhatsApp + customer, address.WhatsApp + shop
	a.openWindow(user, sender, a.Clock.Now())
	if a.outsideWindow(sender, user) {
		t.Error("the window is not open")
	}
	a.Reset()
	if !a.outsideWindow(sender, user) {
		t.Error("the window is open after a reset")
	}
}

// TestWindowOfHistory: a loaded message opens the window from the time at which it came.
func TestWindowOfHistory(t *testing.T) {
	const user, sender = address.WhatsApp + customer, address.WhatsApp + shop
	for ago, want := range map[time.Duration]bool{time.Hour: false, 25 * time.Hour: true} {
		a := newAccount(t, nil)
		f := Snapshot{SID: "SM1", From: user, To: sender, Direction: Inbound,
			Created: a.Clock.Now().Add(-ago)}
		if err := a.Load(History{Messages: []Snapshot{f}}); err != nil {
			t.Fatal(err)
		}
		if got := a.outsideWindow(sender, user); got != want {
			t.Errorf("%v after the message: outside %v, want %v", ago, got, want)
		}
	}
}
