package control

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"twilsim/simulator/messaging"
)

// BenchmarkText times a text that a bin answers, through the handler and without a network.
func BenchmarkText(b *testing.B) {
	w := newBinWorld(b, 1000)
	for b.Loop() {
		if status, body := w.ask("POST", "/texts",
			`{"from":"+12025550142","to":"+12025550100","body":"hi"}`); status != 201 {
			b.Fatal(body)
		}
	}
}

// BenchmarkMessages times the first page of the messages at several sizes of the journal.
func BenchmarkMessages(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := newBinWorld(b, 0)
			for range n / 2 { // each is answered with another
				if _, err := w.account.Receive(b.Context(), messaging.Text{From: ana,
					To: shop}); err != nil {
					b.Fatal(err)
				}
			}
			r := httptest.NewRequest("GET", "http://localhost"+Prefix+"/messages", nil)
			for b.Loop() {
				w.api.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

// newBinWorld is a world whose number a TwiML Bin answers. It keeps so many things of each kind.
func newBinWorld(b *testing.B, keep int) *world {
	b.Helper()
	w := newWorld(b, messaging.Options{Keep: keep})
	if _, err := w.account.SetBin("hello",
		"<Response><Message>Hello</Message></Response>"); err != nil {
		b.Fatal(err)
	}
	if _, err := w.account.SetNumber(shop, "hello", ""); err != nil {
		b.Fatal(err)
	}
	return w
}
