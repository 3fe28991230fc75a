package messaging

import (
	"errors"

	"twilsim/simulator/journal"
)

// ErrNotEmpty is returned by [Account.Load] if something has happened in the account already.
var ErrNotEmpty = errors.New("the account has a history already")

// History is what happened in an account, oldest first. Load takes over what is in it.
type History struct {
	Messages []Snapshot
	Webhooks []*journal.Exchange
	Requests []*journal.Exchange
	Alerts   []*journal.Alert
	// Resources are those of other products. They are shown, and no product knows them.
	Resources []*journal.Resource
	Events    []journal.Event // in the order of their IDs
}

// Load puts a history, for instance that of another account, into an account in which nothing has
// happened yet. All IDs stay as they are, and new ones come after them. Only the history is loaded:
// no further status becomes due, and rules, numbers, handsets, opt-outs and services do not change.
// What users wrote on WhatsApp opens the window for answers, as it did then. The error is
// [ErrNotEmpty] if something has happened in the account. Loaded messages count as played, so no
// script, validity or restart takes them further; they can still be set by hand.
func (a *Account) Load(h History) error {
	things := map[journal.Kind][]journal.Thing{
		journal.Webhooks: thingsOf(h.Webhooks), journal.Requests: thingsOf(h.Requests),
		journal.Alerts: thingsOf(h.Alerts),
	}
	for _, r := range h.Resources {
		things[r.Kind()] = append(things[r.Kind()], r)
	}
	for _, f := range h.Messages {
		f.install = a.install
		things[journal.Messages] = append(things[journal.Messages], &Message{
			account: a, current: f, start: f.Created, segments: int32(f.NumSegments),
			resets: a.resetCount(), played: true,
		})
	}
	err := a.Journal.Load(journal.History{Events: h.Events, Things: things})
	if errors.Is(err, journal.ErrNotEmpty) {
		return ErrNotEmpty
	}
	if err != nil {
		return err
	}
	for _, f := range h.Messages {
		if f.Direction == Inbound {
			a.openWindow(f.From, f.To, f.Created)
		}
	}
	return nil
}

func thingsOf[T journal.Thing](list []T) []journal.Thing {
	things := make([]journal.Thing, len(list))
	for i, t := range list {
		things[i] = t
	}
	return things
}

// resetCount returns how often the account was reset.
func (a *Account) resetCount() int32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.resets
}

// freshSID returns the next SID that no message has. A loaded history may have been made with the
// same seed, and so have the same SIDs.
func (a *Account) freshSID(prefix string) string {
	if !a.ids.HasRun() {
		a.awaitPast() // which has the same SIDs
	}
	for {
		if sid := a.ids.Next(prefix); a.Journal.Fresh(journal.Messages, sid) {
			return sid
		}
	}
}
