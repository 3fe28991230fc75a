package messaging

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/journal"
)

func TestRecordRequest(t *testing.T) {
	a := newAccount(t, nil)
	x := &journal.Exchange{Purpose: journal.API, Method: "GET", URL: "/a", Status: 501}
	a.RecordRequest(x, 5*time.Millisecond)
	a.RaiseUnmodelled(x, "GET /a")
	want := []journal.Event{
		{ID: 2, At: start, Type: journal.RequestServed, Exchange: "R1", HTTP: 501, Note: "GET /a"},
		{ID: 3, At: start, Type: journal.AlertRaised, Alert: "A1", Exchange: "R1",
			Note: "SIM-3 Not simulated"},
	}
	got, _ := a.Journal.Events(1) // the first line is the number's
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(journal.Event{}, "Real")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	x = a.Journal.Things(journal.Requests)[0].(*journal.Exchange)
	if x.Name != "R1" || x.Duration != 5*time.Millisecond || !x.At.Equal(start) || x.Real.IsZero() {
		t.Errorf("exchange %+v", x)
	}
	if diff := cmp.Diff([]string{"SIM-3 error 0:0 R1"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}
