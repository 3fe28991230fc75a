package sdk_test

import "testing"

// TestBalance reads the balance with the SDK.
func TestBalance(t *testing.T) {
	w := newWorld(t)
	b, err := w.api.FetchBalance(nil)
	if must(t, b, err); *b.Balance != "100.00000" || *b.Currency != "USD" {
		t.Errorf("the balance is %s %s", *b.Balance, *b.Currency)
	}
}
