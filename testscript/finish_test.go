package testscript

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestFinishWaits: what is under way when the last line has run may still raise an alert, and a
// scenario fails on that too.
func TestFinishWaits(t *testing.T) {
	w := testWorld(t)
	done := w.account.Clock.Begin()
	go func() {
		defer done()
		x := &journal.Exchange{Purpose: journal.API, Method: "POST", URL: "/v1/Rooms", Status: 501}
		w.account.RecordRequest(x, 0)
		w.account.RaiseUnmodelled(x, "POST /v1/Rooms")
	}()
	err := w.finish(Options{}, "a/scenario")
	want := `the scenario raised an alert of level error that it did not expect:
  A1  SIM-3 Not simulated: the app asked for POST /v1/Rooms, and got HTTP 501
      cause  The app asked Twilio for something that twilsim does not simulate, and got HTTP 501.
      R1     POST /v1/Rooms  501
      try    twilsim help limits
      if this is right, say so in the scenario:  expect alert code=SIM-3`
	if err == nil {
		t.Fatal("the scenario passed")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	w.account.Journal.Things(journal.Alerts)[0].(*journal.Alert).Expect()
	if err := w.finish(Options{}, "a/scenario"); err != nil {
		t.Errorf("an expected alert: %v", err)
	}
}

// TestHintsFailNothing: what twilsim advises is no failure, and an alert that somebody has read is
// one even so.
func TestHintsFailNothing(t *testing.T) {
	const hint = "send to=+15005550103 body=hi\nclock run\nexpect message status=undelivered\n"
	if got := run(t, &Runner{}, hint+"expect alert code=SIM-4\n"); got.Outcome != Passed {
		t.Fatalf("%+v", got)
	}
	if got := run(t, &Runner{}, hint); got.Outcome != Passed {
		t.Errorf("a hint fails the scenario: %+v", got)
	}
	w := testWorld(t)
	alert := w.account.RaiseUnmodelled(&journal.Exchange{}, "GET /")
	if w.account.Acknowledge(alert); w.unexpected() == nil {
		t.Error("an alert that was read counts as expected")
	}
}

// TestJournalMasked: a journal that a run leaves behind has no credentials in it.
func TestJournalMasked(t *testing.T) {
	w, dir := testWorld(t), t.TempDir()
	w.account.Journal.Append(
		journal.Event{Type: journal.WebhookAttempt, Exchange: "W1"},
		journal.Webhooks,
		&journal.Exchange{
			Name: "W1", Purpose: journal.Status, Method: "GET", URL: "http://app.example/x",
			Header: "Authorization: Basic c2VjcmV0\r\n",
		},
	)
	if err := w.finish(Options{Journal: dir}, "masked"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "masked.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"Authorization":["Basic [masked]"]`) {
		t.Errorf("the header is not masked in %s", text)
	}
}

// TestJournalOfFailure: a scenario that fails leaves its journal, too.
func TestJournalOfFailure(t *testing.T) {
	dir := t.TempDir()
	got := run(t, &Runner{Options: Options{Journal: dir}}, `
send to=+12025550142 body=hello
! expect message body=hello within=1s
`)
	if got.Outcome != Failed {
		t.Fatalf("it has not failed: %+v", got)
	}
	text, err := os.ReadFile(filepath.Join(dir, "a", "scenario.ndjson"))
	if err != nil || !strings.Contains(string(text), `"type":"message.created"`) {
		t.Errorf("%v in the journal:\n%s", err, text)
	}
}
