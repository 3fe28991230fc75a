package messaging

import (
	"fmt"
	"testing"
	"time"

	"twilsim/simulator/address"
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
