package messaging

import (
	"context"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// Hold asks the account's rules about a request of another product, sets the request's faults, and
// returns how much later it leaves, or that it leaves after the next one. alone says that there is
// no next one.
func (a *Account) Hold(r *webhook.Request, alone bool) (wait time.Duration, afterNext bool) {
	w := fault.Webhook{Purpose: string(r.Purpose), Method: r.Method, URL: r.URL, Alone: alone}
	r.Faults = a.faultsOf(w, r.Params)
	d := departureOf(r.Faults)
	if !d.atOnce() {
		a.recordHeld(r.Faults, r.SID, w, "")
	}
	return d.wait, d.swapped
}

// CallApp signs a request of another product with the account's token, sends it, and writes each
// attempt into the journal.
func (a *Account) CallApp(ctx context.Context, r *webhook.Request) *webhook.Answer {
	return a.call(ctx, r, nil)
}

// RaiseFailure writes the alert about a request that failed. sid is the message that it is about,
// exchange the request's name.
func (a *Account) RaiseFailure(f *webhook.Failure, sid, exchange string) *journal.Alert {
	return a.raiseFailure(f, sid, exchange)
}
