package verify_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/events"
	"twilsim/simulator/verify"
)

// TestEvents: a service that wants events has one for each status of a verification (F-674, F-848),
// and another service has none.
func TestEvents(t *testing.T) {
	w := newWorld(t)
	var got []map[string]any
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var batch []map[string]any
		if err := json.Unmarshal(body, &batch); err != nil {
			t.Error(err)
		}
		got = append(got, batch...)
	}))
	defer sink.Close()
	state := events.Of(w.Account)
	made, _, err := state.CreateSink("sink", "webhook",
		fmt.Sprintf(`{"destination":%q,"method":"POST"}`, sink.URL))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, status := range []string{"pending", "approved", "canceled", "expired",
		"max_attempts_reached"} {
		types = append(types, `{"type":"`+events.VerificationPrefix+status+`"}`)
	}
	_, missing, err := state.CreateSubscription("codes", made.SID, types)
	if err != nil || missing != "" {
		t.Fatal(missing, err)
	}
	w.start()
	w.advance(time.Hour)
	if len(got) != 0 {
		t.Errorf("a service without events has %v", got)
	}
	w.service = w.newService(func(s *verify.Service) error {
		s.Other["VerifyEventSubscriptionEnabled"] = "True"
		return named("Shop")(s)
	})
	w.start()
	w.start() // the same verification again
	check := verify.Check{ServiceSID: w.service, To: ana, Code: "000000"}
	if _, err := w.state.Check(check); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Hour)
	v := w.start()
	check.Code = v.Code
	if _, err := w.state.Check(check); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Minute)
	var statuses []string
	for _, e := range got {
		data := e["data"].(map[string]any)
		sends, checks := data["send_code_attempts"].(map[string]any),
			data["check_attempts"].(map[string]any)
		statuses = append(statuses, fmt.Sprint(data["verification_status"], " ", sends["count"], " ",
			checks["count"], " ", data["verified_at"]))
		if e["type"] != events.VerificationPrefix+map[string]string{"PENDING": "pending",
			"EXPIRED": "expired", "APPROVED": "approved"}[data["verification_status"].(string)] {
			t.Errorf("%v is %v", e["type"], data["verification_status"])
		}
	}
	want := []string{"PENDING 1 0 <nil>", "EXPIRED 2 1 <nil>", "PENDING 1 0 <nil>",
		"APPROVED 1 1 2026-11-23T11:42:07.000Z"}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	last := got[len(got)-1]
	delete(last, "id")
	data := last["data"].(map[string]any)
	tries := data["check_attempts"].(map[string]any)["attempts"].([]any)
	if last["dataschema"] !=
		"https://events-schemas.twilio.com/AccountSecurity.VerifyEventStreamEvent/2" ||
		data["country"] != "US" || data["code_length"] != 6.0 || data["to"] != ana ||
		data["verification_sid"] != v.SID || tries[0].(map[string]any)["status"] != "SUCCESS" {
		t.Errorf("the event is %v", last)
	}
}
