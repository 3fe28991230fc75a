package messaging

import (
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// RecordRequest names a request of the app to the API and writes it into the journal. took is its
// duration.
func (a *Account) RecordRequest(x *journal.Exchange, took time.Duration) {
	x.Name, x.At, x.Duration = a.Journal.NextID("R"), a.Clock.Now(), took
	x.Real = clock.Wall().Add(-took).UTC()
	a.Journal.Append(journal.Event{
		Type: journal.RequestServed, SID: x.SID, Exchange: x.Name, HTTP: x.Status, Note: x.Method +
			" " + x.URL,
	}, journal.Requests, x)
}
