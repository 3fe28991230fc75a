package messaging

import (
	"testing"
	"time"

	"twilsim/simulator/carrier"
)

// TestResetLeavesOtherAccounts checks that a reset drops the deliveries of one account only, though
// the accounts of a server share a clock.
func TestResetLeavesOtherAccounts(t *testing.T) {
	main := newAccount(t, nil)
	sub := NewAccounts(main).Create("sub")
	if _, err := sub.SetNumber("+12025550111", "", ""); err != nil {
		t.Fatal(err)
	}
	send := func(a *Account, from string) *Message {
		t.Helper()
		m, err := a.Send(t.Context(), Draft{To: customer, From: from, Body: "hi", HasBody: true})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, tt := range []struct {
		name           string
		reset, keep    *Account
		resetFrom, own string
	}{
		{"main account", main, sub, shop, "+12025550111"},
		{"subaccount", sub, main, "+12025550111", shop},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lost, kept := send(tt.reset, tt.resetFrom), send(tt.keep, tt.own)
			if removed := tt.reset.Reset(); removed.Scheduled != 1 || removed.Messages != 1 {
				t.Errorf("removed %+v, want 1 message and its next step", removed)
			}
			advance(t, main, time.Minute)
			if got := kept.Snapshot().Status; got != carrier.Delivered {
				t.Errorf("the other account's message is %s, want delivered", got)
			}
			if got := lost.Snapshot().Status; got != carrier.Queued {
				t.Errorf("the message that was removed is %s, want queued", got)
			}
			tt.keep.Reset()
		})
	}
}
