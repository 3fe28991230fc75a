package child

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
)

// TestAdvice checks that --fail-on alert counts what Twilio would show and what was not done, and
// not mere advice.
func TestAdvice(t *testing.T) {
	for alert, want := range map[string]bool{
		"11200 HTTP retrieval failure": false, "12200 Schema validation warning": false,
		"SIM-1 Not called: outside this machine": false,
		"SIM-3 Not simulated":                    false, "SIM-4 No callback reports a failure": true,
		"SIM-7 Unknown parameter": true, "": false,
	} {
		if got := isAdvice(alert); got != want {
			t.Errorf("isAdvice(%q) = %v", alert, got)
		}
	}
}

// TestCount counts the events of two messages, one of which existed before the program started.
func TestCount(t *testing.T) {
	r := &Report{Report: &intercept.Report{}, Statuses: map[string]int{}}
	r.count([]journal.Event{
		{Type: journal.MessageCreated, SID: "SM1", Status: "queued"},
		{Type: journal.MessageStatus, SID: "SM0", Status: "delivered"},
		{Type: journal.MessageStatus, SID: "SM1", Status: "sent"},
		{Type: journal.WebhookAttempt, HTTP: 204},
		{Type: journal.WebhookAttempt, HTTP: 302},
		{Type: journal.WebhookAttempt}, // no response
		{Type: journal.AlertRaised, Alert: "A1", Note: "11200 HTTP retrieval failure"},
		{Type: journal.AlertRaised, Alert: "A2", Note: "SIM-7 Unknown parameter"},
	})
	want := &Report{
		Report: &intercept.Report{}, Messages: 1, Statuses: map[string]int{"sent": 1},
		WebhooksOK: 1, WebhooksFailed: 2, Serious: 1,
		Alerts: []string{"A1 11200 HTTP retrieval failure", "A2 SIM-7 Unknown parameter"},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSilent(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    Report
		want bool
	}{
		{"nothing", Report{Report: &intercept.Report{}}, true},
		{"other hosts only", Report{Report: &intercept.Report{
			Blocked: []intercept.Blocked{{Reason: intercept.WhenOffline}}}}, true},
		{"a product that is not simulated", Report{Report: &intercept.Report{
			Blocked: []intercept.Blocked{{Reason: intercept.NotSimulated}}}}, false},
		{"a host that was not resolved", Report{Report: &intercept.Report{
			Blocked: []intercept.Blocked{{Reason: intercept.NotResolved}}}}, false},
		{"direct", Report{Report: &intercept.Report{}, Direct: 1}, false},
		{"distrusted", Report{Report: &intercept.Report{
			Distrusted: []intercept.Host{{Name: "api.twilio.com", Count: 1}}}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.r.Silent(); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
