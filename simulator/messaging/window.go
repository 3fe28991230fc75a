package messaging

import (
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// windowLength is how long after a user's last message a business may answer on WhatsApp without a
// template (F-609).
const windowLength = 24 * time.Hour

// manyWindows is how many pairs of a user and a sender an account remembers.
const manyWindows = 10_000

// openWindow notes that a user has written to a sender of the account on WhatsApp.
func (a *Account) openWindow(from, to string, at time.Time) {
	if address.Prefix(from) != address.WhatsApp {
		return
	}
	a.awaitPast() // what comes later counts
	a.mu.Lock()
	defer a.mu.Unlock()
	a.windows.Put(pair{to, from}, at.UnixNano())
}

// outsideWindow reports whether free text on WhatsApp would come from a sender to whom the user has
// not written in the last 24 hours. F-609 does not say that the window is one sender's; a user's
// message to another sender does not open it here [inferred].
func (a *Account) outsideWindow(from, to string) bool {
	if address.Prefix(to) != address.WhatsApp || !a.quirk().On(quirk.WhatsAppWindow) {
		return false
	}
	a.awaitPast()
	a.mu.Lock()
	defer a.mu.Unlock()
	last, ok := a.windows.Get(pair{from, to})
	return !ok || a.Clock.Now().Sub(time.Unix(0, last)) > windowLength
}

// byWindow is what decided about a message outside the window.
const byWindow = "24-hour window"

// outside returns the plan for a message outside the window.
func outside() plan {
	outcome, _ := carrier.LookupOutcome("outside-window")
	return plan{then: outcome.Then(), by: byWindow}
}

// adviseWindowLocked says in a hint how a test opens the window.
func (m *Message) adviseWindowLocked() {
	f := &m.current
	if f.By != byWindow || !m.account.firstLocked(codeWindow, f.From+" "+f.To) {
		return
	}
	m.account.raiseHint(&journal.Alert{
		Code: codeWindow, SID: f.SID,
		Text: address.Bare(f.To) + " has not written to " + address.Bare(f.From) +
			" on WhatsApp in the last 24 hours, so that only an approved template is delivered",
	})
}
