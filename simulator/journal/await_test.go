package journal

import (
	"context"
	"strings"
	"testing"
)

// TestAwaitFlat checks that a reader that waits looks at what is new, not at everything again.
func TestAwaitFlat(t *testing.T) {
	j := conversations(1000)
	q, err := ParseQuery(Webhooks, ExchangeFields(), []string{"MessageStatus=read"})
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan string)
	go func() {
		thing, err := j.Await(t.Context(), q)
		if err != nil {
			found <- err.Error()
			return
		}
		found <- thing.ID()
	}()
	awaitReader(j)
	before := j.Steps()
	for range 100 {
		callback(j, "SM1", "sent", "")
	}
	callback(j, "SM1", "read", "")
	if got := <-found; got != "W1101" {
		t.Errorf("found %s, want W1101", got)
	}
	if steps := j.Steps() - before; steps > 1000 {
		t.Errorf("looked at %d things for 101 new ones", steps)
	}
}

// awaitReader returns when a reader waits for the next event.
func awaitReader(j *Journal) {
	for waits := false; !waits; {
		j.mu.Lock()
		waits = j.changed != nil
		j.mu.Unlock()
	}
}

// TestAwaitAcknowledged checks that a change without an event of its own is found with the next
// one.
func TestAwaitAcknowledged(t *testing.T) {
	j := newJournal(0)
	alert := &Alert{Name: "A1", Code: "11200"}
	j.Append(Event{Type: AlertRaised, Alert: "A1"}, Alerts, alert)
	q, err := ParseQuery(Alerts, AlertFields(), []string{"acknowledged=true"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	found := make(chan error)
	go func() {
		_, err := j.Await(ctx, q)
		found <- err
	}()
	awaitReader(j)
	alert.Acknowledged.Set()
	callback(j, "SM1", "sent", "")
	if err := <-found; err != nil {
		t.Errorf("got %q", strings.SplitN(err.Error(), "\n", 2)[0])
	}
}
