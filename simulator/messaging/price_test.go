package messaging

import (
	"testing"
	"time"

	"twilsim/simulator/address"
)

// TestPrice reads the price of messages some time after they were sent (F-361, F-616).
func TestPrice(t *testing.T) {
	for _, tt := range []struct {
		name, prices, to, then string
		after                  time.Duration
		want                   string
	}{
		{"at first", "*:0.0075", customer, "", 0, " USD"},
		{"delivered", "*:0.0075", customer, "", priceDelay, " USD"},
		{"a minute after it was sent", "*:0.0075", customer, "", priceDelay + time.Second/2,
			"-0.00750 USD"},
		{"its country", "US:0.0079,*:1", customer, "", time.Hour, "-0.00790 USD"},
		{"another country", "US:0.0079,*:1", "+4915123456789", "", time.Hour, "-1.00000 USD"},
		{"no price for it", "GB:1", customer, "", time.Hour, " USD"},
		{"a channel", "US:1,whatsapp:0.005", address.WhatsApp + customer, "", time.Hour,
			"-0.00500 USD"},
		{"failed", "*:1", customer, "failed:30001", time.Hour, " USD"},
		{"undelivered", "*:1", customer, "sent,undelivered:30003", time.Hour, "-1.00000 USD"},
		{"none", "none", customer, "", time.Hour, " USD"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			a.openWindow(tt.to, address.Prefix(tt.to)+shop, a.Clock.Now())
			if err := a.SetQuirk("prices", tt.prices); err != nil {
				t.Fatal(err)
			}
			if tt.then != "" {
				addRule(t, a, "then="+tt.then)
			}
			m := send(t, a, draft(func(d *Draft) {
				d.To, d.From = tt.to, address.Prefix(tt.to)+shop
			}))
			advance(t, a, tt.after)
			f := m.Snapshot()
			if got := f.Price + " " + f.PriceUnit; got != tt.want {
				t.Errorf("%s, price %q, want %q", f.Status, got, tt.want)
			}
		})
	}
}
