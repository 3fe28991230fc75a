package messaging

import (
	"fmt"
	"testing"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// TestSearchFindsWhatHasChanged checks that a search finds a thing among many by a value that it
// has got since an earlier search for that value, which found nothing.
func TestSearchFindsWhatHasChanged(t *testing.T) {
	const old = "SM00000000000000000000000000000005"
	for _, tt := range []struct {
		name   string
		kind   journal.Kind
		query  []string
		change func(*Account) error
	}{
		{"status", journal.Messages, []string{"status=failed"}, func(a *Account) error {
			_, err := a.Deliver(old, carrier.Failed, 30003, true)
			return err
		}},
		{"error code", journal.Messages, []string{"error_code=30003"}, func(a *Account) error {
			_, err := a.Deliver(old, carrier.Failed, 30003, true)
			return err
		}},
		{"what decided", journal.Messages, []string{"by=deliver"}, func(a *Account) error {
			_, err := a.Deliver(old, carrier.Failed, 0, true)
			return err
		}},
		{"redacted", journal.Messages, []string{"body="}, func(a *Account) error {
			_, err := a.Update(old, new(string), nil)
			return err
		}},
		{"acknowledged", journal.Alerts, []string{"acknowledged=true"}, func(a *Account) error {
			for _, thing := range a.Journal.Things(journal.Alerts)[3:4] {
				a.Acknowledge(thing.(*journal.Alert))
			}
			return nil
		}},
		{"a code", journal.Verifications, []string{"status=approved"}, func(a *Account) error {
			a.Journal.Publish(verification("VE5", "approved"), journal.Event{})
			return nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			if err := a.Load(many(a)); err != nil {
				t.Fatal(err)
			}
			q, err := ParseQuery(tt.kind, tt.query)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the first search makes the sketch, the second one uses it
				if found := a.Journal.Find(q); len(found) > 0 {
					t.Fatalf("found %s before the change", found[0].ID())
				}
			}
			if err := tt.change(a); err != nil {
				t.Fatal(err)
			}
			if found := a.Journal.Find(q); len(found) != 1 {
				t.Errorf("found %d things after the change, want 1", len(found))
			}
		})
	}
}

// many returns a history of more things than a block of the journal has.
func many(a *Account) (h History) {
	at := a.Clock.Now().Add(-time.Hour)
	for i := range 1200 {
		sid := fmt.Sprintf("SM%032x", i)
		h.Messages = append(h.Messages, Snapshot{SID: sid, AccountSID: a.SID, From: shop, To: customer,
			Body: "hi", Direction: OutboundAPI, Status: carrier.Delivered, Created: at, Updated: at,
			Sent: at})
		alert := &journal.Alert{Name: fmt.Sprint("A", i+1), At: at, Code: "11200",
			Level: journal.LevelError, SID: sid}
		h.Alerts = append(h.Alerts, alert)
		h.Resources = append(h.Resources, verification(fmt.Sprint("VE", i), "pending"))
		h.Events = append(h.Events, journal.Event{ID: int64(i + 1), At: at, SID: sid,
			Type: journal.AlertRaised, Alert: alert.Name})
	}
	return h
}

func verification(sid, status string) *journal.Resource {
	return journal.NewResource(journal.Verifications, sid, "VA1", customer, "sms", status, "123456",
		"shop", "1", "0", "")
}
