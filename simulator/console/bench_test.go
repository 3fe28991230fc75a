package console_test

import (
	"fmt"
	"testing"

	"twilsim/simulator/messaging"
)

// BenchmarkPage renders pages of an account with 10,000 messages, as a refresh after an event does.
func BenchmarkPage(b *testing.B) {
	w := newWorld(b)
	for i := range 10_000 {
		if _, err := w.sim.Account().
			Send(b.Context(), messaging.Draft{To: fmt.Sprintf("+1303555%04d", i%100),
				From: shop, Body: fmt.Sprintf("number %d", i), HasBody: true}); err != nil {
			b.Fatal(err)
		}
	}
	for _, path := range []string{"/console", "/console/messages",
		"/console/messages?q=to:%2B13035550007", "/console/carrier"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				w.get(path)
			}
		})
	}
}
