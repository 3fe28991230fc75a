package journal_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// verification returns a resource with a status.
func verification(status string) *journal.Resource {
	values := make([]string, len(journal.ResourceFields(journal.Verifications)))
	values[0], values[4] = "VE1", status
	return journal.NewResource(journal.Verifications, values...)
}

// TestPublish: a resource is shown with its newest values, an event tells of each change, and a
// history has it.
func TestPublish(t *testing.T) {
	j := journal.New(time.Now, 0)
	first := verification("pending")
	j.Publish(first, journal.Event{Status: "pending"})
	j.Publish(verification("approved"), journal.Event{Status: "approved"})
	if n := j.Count(journal.Verifications); n != 1 {
		t.Errorf("there are %d", n)
	}
	thing, _ := j.Thing(journal.Verifications, "VE1")
	if got := thing.Summary(); got != "status=approved" || thing != journal.Thing(first) {
		t.Errorf("it is %s", got)
	}
	var got []string
	events, _ := j.Events(0)
	for _, e := range events {
		got = append(got, string(e.Type)+" "+e.SID+" "+e.Status)
	}
	want := []string{"resource VE1 pending", "resource VE1 approved"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	other := journal.New(time.Now, 0)
	if err := other.Load(j.History()); err != nil {
		t.Fatal(err)
	}
	if _, ok := other.Thing(journal.Verifications, "VE1"); !ok {
		t.Error("the history has lost it")
	}
	j.Show(verification("expired"))
	if after, _ := j.Events(2); len(after) != 0 || first.Summary() != "status=expired" {
		t.Errorf("shown as %s with %d events", first.Summary(), len(after))
	}
}

// TestResourceJSON writes a resource and reads it again.
func TestResourceJSON(t *testing.T) {
	text, err := json.Marshal(verification("pending"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := journal.ReadResource(journal.Verifications, text)
	if err != nil || again.ID() != "VE1" || again.Summary() != "status=pending" {
		t.Errorf("%s was read as %v, %v", text, again, err)
	}
	for _, text := range []string{`{}`, `[]`, `{"sid": 1}`} {
		if _, err := journal.ReadResource(journal.Verifications, []byte(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}
