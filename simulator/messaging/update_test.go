package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestUpdate checks the rules of section F.8 for messages in different states.
func TestUpdate(t *testing.T) {
	empty, canceled, word := "", "canceled", "x"
	const (
		bad      = "400 30400 Parameters are not valid"
		tooLate  = "409 30409 This message cannot be canceled"
		inFlight = "409 20009 Cannot delete this resource before it is complete"
		nobody   = "404 20404 Not Found"
	)
	for _, tt := range []struct {
		name         string
		rule         string
		service      bool
		after        time.Duration
		body, status *string
		want         string
		wantStatus   string
	}{
		{"redact", "then=delivered", false, time.Minute, &empty, nil, "", "delivered"}, // F-394
		{"redact what was sent for good", "then=sent", false, time.Minute, &empty, nil, "", "sent"},
		{"redact while a receipt may come", "then=sent,delivered@2h", false, time.Minute, &empty, nil,
			"", "sent"},
		{"redact too early", "then=stuck", false, time.Minute, &empty, nil, inFlight, "queued"},
		{"another body", "then=delivered", false, time.Minute, &word, nil, bad, "delivered"},
		{"neither", "then=delivered", false, time.Minute, nil, nil, bad, "delivered"}, // F-274
		{"both", "then=delivered", false, time.Minute, &empty, &canceled, bad, "delivered"},
		{"another status", "then=delivered", false, time.Minute, nil, &word, bad, "delivered"},
		{"cancel what a service has accepted", "then=stuck", true, 0, nil, &canceled, "",
			"canceled"}, // F-395
		{"cancel what is queued", "then=stuck", true, time.Minute, nil, &canceled, tooLate,
			"queued"},
		{"cancel what is final", "then=delivered", false, time.Minute, nil, &canceled, tooLate,
			"delivered"}, // F-276
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			addRule(t, a, tt.rule)
			d := draft(func(d *Draft) { d.StatusCallback = app.URL + "/status" })
			if tt.service {
				d.From, d.MessagingServiceSID = "", newService(t, a, nil, shop)
			}
			m := send(t, a, d)
			advance(t, a, tt.after)
			updated, err := a.Update(m.ID(), tt.body, tt.status)
			if got := refused(err); got != tt.want || err == nil && updated != m {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			f := m.Snapshot()
			redacted := tt.want == "" && tt.body != nil
			if string(f.Status) != tt.wantStatus || (f.Body == "") != redacted {
				t.Errorf("message %+v", f)
			}
			advance(t, a, 0)
			if statuses := app.statuses(t, "/status"); tt.wantStatus == "canceled" &&
				!cmp.Equal(statuses, []string{"canceled"}) {
				t.Errorf("callbacks %v", statuses)
			}
		})
	}
	if _, err := newAccount(t, nil).Update("SM1", &empty, nil); refused(err) != nobody {
		t.Errorf("nobody's: %v", err)
	}
}

func TestDelete(t *testing.T) {
	a := newAccount(t, nil)
	m := send(t, a, draft(nil))
	if got := refused(a.Delete(m.ID())); got != "409 20009 Cannot delete this resource before it "+
		"is complete" { // F-397
		t.Errorf("in flight: %s", got)
	}
	if _, err := a.SetFeedback(m.ID(), "maybe"); !strings.Contains(refused(err), "20422") {
		t.Errorf("feedback: %v", err)
	}
	feedback, err := a.SetFeedback(m.ID(), "unconfirmed")
	if diff := cmp.Diff(Feedback{AccountSID: a.SID, MessageSID: m.ID(), Outcome: "unconfirmed",
		Created: start, Updated: start}, feedback); err != nil || diff != "" {
		t.Errorf("%v, feedback (-want +got):\n%s", err, diff)
	}
	advance(t, a, time.Minute)
	if err := a.Delete(m.ID()); err != nil { // F-396
		t.Fatal(err)
	}
	_, feedbackErr := a.SetFeedback(m.ID(), "confirmed")
	_, cancelErr := a.cancel(m.ID())
	_, redactErr := a.redact(m.ID())
	for _, err := range []error{a.Delete(m.ID()), feedbackErr, cancelErr, redactErr,
		a.DeleteMedia(m.ID(), "ME1")} { // F-398
		if got := refused(err); got != "404 20404 Not Found" {
			t.Errorf("after its end: %s", got)
		}
	}
	if n := a.Journal.Count(journal.Messages); n != 0 {
		t.Errorf("%d messages are left", n)
	}
}

// TestDeleteSent: a message in sent cannot be deleted before its final status, or for an hour if no
// receipt comes (F-397). The answer does not depend on what the carrier will do later.
func TestDeleteSent(t *testing.T) {
	const inFlight = "409 20009 Cannot delete this resource before it is complete"
	for _, tt := range []struct {
		rule  string
		after time.Duration
		want  string
	}{
		{"then=sent", time.Minute, inFlight},
		{"then=sent,delivered@2h", time.Minute, inFlight},
		{"then=sent", 59 * time.Minute, inFlight},
		{"then=sent", 61 * time.Minute, ""},
		{"then=sent,delivered@2h", 61 * time.Minute, ""},
		{"then=sent,delivered@10m", 11 * time.Minute, ""},
	} {
		t.Run(tt.rule+" "+tt.after.String(), func(t *testing.T) {
			a := newAccount(t, nil)
			addRule(t, a, tt.rule)
			m := send(t, a, draft(nil))
			advance(t, a, tt.after)
			if got := refused(a.Delete(m.ID())); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
