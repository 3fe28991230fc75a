package control

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

func TestServer(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	w.text(t, "fail")
	got, err := w.client.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next := start.Add(500 * time.Millisecond)
	want := &Server{
		Version: "0.1.0", AccountSID: w.account.SID, AccountName: "twilsim", Accounts: 1, Seed: 1,
		PID:       os.Getpid(),
		Started:   start,
		Clock:     Clock{Now: start, Pending: 1, Next: &next},
		Counts:    Counts{Messages: 3, Webhooks: 2, Alerts: 1, Handsets: 1},
		LastEvent: w.account.Journal.Last(), Numbers: shownNumbers(w.account.Numbers()),
		Routes: []Route{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("server (-want +got):\n%s", diff)
	}
}

func TestCredentials(t *testing.T) {
	w := newWorld(t, messaging.Options{Token: "twilsimdevtoken00000000000000001"})
	got, err := w.client.Credentials(t.Context())
	want := &Credentials{AccountSID: w.account.SID, AuthToken: "twilsimdevtoken00000000000000001",
		PhoneNumbers: []string{shop}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("credentials, %v (-want +got):\n%s", err, diff)
	}
}

func TestReset(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	got, err := w.client.Reset(t.Context())
	want := &messaging.Removed{Messages: 2, Webhooks: 1, Handsets: 1, Scheduled: 1}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("removed, %v (-want +got):\n%s", err, diff)
	}
	if status, body := w.ask("POST", "/reset", `{"all":true}`); status != 400 {
		t.Errorf("a field is let through: %s", body)
	}
}

func TestOpenAPI(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	document, err := w.client.bytes(t.Context(), "GET", "/openapi.json", nil)
	if err != nil || !json.Valid(document) {
		t.Errorf("the document is not JSON, %v", err)
	}
}

// TestAccountErrors has the wrong requests about phones, numbers, bins and the clock.
func TestAccountErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct{ name, method, path, body, message string }{
		{"misspelt state", "PUT", "/phones/+12025550142", `{"state":"of"}`,
			`unknown handset state "of", did you mean off?`},
		{"no state", "PUT", "/phones/+12025550142", ``,
			`the fields "state" and "name" are missing`},
		{"long name", "PUT", "/phones/+12025550142",
			`{"name":"` + strings.Repeat("a", 61) + `"}`,
			"the name is not text of at most 60 characters"},
		{"no phone number", "PUT", "/phones/12025550142", `{"state":"off"}`,
			`"12025550142" is not a phone number: did you mean "+12025550142"?`},
		{"bad URL", "PUT", "/numbers/+12025550100", `{"sms_url":"localhost"}`,
			`"localhost" is neither a bin nor an absolute URL such as http://localhost:3000/sms`},
		{"bad method", "PUT", "/numbers/+12025550100", `{"sms_method":"PATCH"}`,
			`unknown method "PATCH": a number's webhook is called with GET or POST`},
		{"bad bin name", "PUT", "/bins/Hello", `{"body":""}`,
			`bad bin name "Hello": use lower-case letters, digits and hyphens`},
		{"no document", "PUT", "/bins/hello", `{}`, `the field "body" is missing`},
		{"no duration", "POST", "/clock/advance", `{}`, `the field "duration" is missing`},
		{"bad duration", "POST", "/clock/advance", `{"duration":"5"}`, `bad duration "5"`},
		{"backwards", "POST", "/clock/advance", `{"duration":"-5s"}`, `bad duration "-5s"`},
		{"bad rate", "POST", "/clock/resume", `{"rate":-1}`, "the rate is below 0"},
		{"too fast", "POST", "/clock/resume", `{"rate":1e300}`, "the rate is too high"},
		{"field where none is", "POST", "/clock/run", `{"until":"5s"}`, `unknown field "until"`},
		{"field of another", "POST", "/clock/freeze", `{"rate":0}`, `unknown field "rate"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := w.ask(tt.method, tt.path, tt.body)
			if e := errorOf(t, body); status != 400 || e.Message != tt.message {
				t.Errorf("got %d %q, want 400 %q", status, e.Message, tt.message)
			}
		})
	}
}

func TestPhones(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	h, err := w.client.SetPhone(t.Context(), "+1 202 555-0142", Phone{State: "off"})
	if want := (&directory.Handset{Number: ana, State: "off"}); err != nil || cmp.Diff(want,
		h) != "" {
		t.Errorf("got %+v, %v", h, err)
	}
	name := " Ana "
	if _, err := w.client.SetPhone(t.Context(), ana, Phone{Name: &name}); err != nil {
		t.Fatal(err)
	}
	phones, err := w.client.Phones(t.Context())
	if want := (&Phones{Phones: []directory.Handset{{Number: ana, State: "off", Name: "Ana"}},
		OptOuts: []directory.OptOut{}}); err != nil ||
		cmp.Diff(want, phones) != "" {
		t.Errorf("got %+v, %v", phones, err)
	}
}

func TestNumbersAndBins(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	bin, err := w.client.SetBin(t.Context(), "hello",
		"<Response><Message>Hello {{From}}</Message></Response>")
	if err != nil {
		t.Fatal(err)
	}
	get, name := "GET", "hello"
	// what is left out stays
	for _, to := range []NumberWebhook{{SmsURL: &name}, {SmsMethod: &get}, {}} {
		if _, err := w.client.SetNumber(t.Context(), "+12025550101", to); err != nil {
			t.Fatal(err)
		}
	}
	numbers, err := w.client.Numbers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := numbers.Numbers[1]; n.SmsURL != bin.URL || n.SmsMethod != "GET" ||
		len(numbers.Numbers) != 2 {
		t.Errorf("numbers: %s", compact(t, numbers))
	}
	bins, err := w.client.Bins(t.Context())
	if want := (&Bins{[]directory.Bin{*bin}}); err != nil || cmp.Diff(want, bins) != "" {
		t.Errorf("bins: %s, %v", compact(t, bins), err)
	}
	receipt, err := w.client.Text(t.Context(), Text{From: ana, To: "+12025550101"})
	if err != nil || receipt.Replies[0].Body != "Hello "+ana {
		t.Errorf("the bin replies %s, %v", compact(t, receipt), err)
	}
}

func TestClock(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	advanced, err := w.client.Advance(t.Context(), 600*time.Millisecond)
	next := start.Add(time.Second)
	want := &Advanced{Advanced: "600ms", Clock: Clock{Now: start.Add(600 * time.Millisecond),
		Pending: 1, Next: &next}}
	if diff := cmp.Diff(want, advanced); err != nil || diff != "" {
		t.Errorf("advance, %v (-want +got):\n%s", err, diff)
	}
	advanced, err = w.client.Run(t.Context())
	want = &Advanced{Advanced: "400ms", Clock: Clock{Now: next}}
	if diff := cmp.Diff(want, advanced); err != nil || diff != "" {
		t.Errorf("run, %v (-want +got):\n%s", err, diff)
	}
	now, err := w.client.Clock(t.Context())
	if diff := cmp.Diff(&want.Clock, now); err != nil || diff != "" {
		t.Errorf("clock, %v (-want +got):\n%s", err, diff)
	}
	if now, err = w.client.Resume(t.Context(), 60); err != nil || now.Rate != 60 {
		t.Errorf("resume: %+v, %v", now, err)
	}
	if now, err = w.client.Resume(t.Context(), 0); err != nil || now.Rate != 1 {
		t.Errorf("resume at no rate: %+v, %v", now, err)
	}
	if now, err = w.client.Freeze(t.Context()); err != nil || now.Rate != 0 {
		t.Errorf("freeze: %+v, %v", now, err)
	}
}

func TestClockConflicts(t *testing.T) {
	w := newWorld(t, messaging.Options{Clock: clock.Real()})
	for _, path := range []string{"/clock/advance", "/clock/run"} {
		body := ""
		if path == "/clock/advance" {
			body = `{"duration":"5s"}`
		}
		status, answer := w.ask("POST", path, body)
		want := Error{Message: "the clock is not virtual: time passes by itself",
			Try: "twilsim clock freeze"}
		if diff := cmp.Diff(want, errorOf(t, answer)); diff != "" || status != 409 {
			t.Errorf("%s: %d (-want +got):\n%s", path, status, diff)
		}
	}
}

// TestClockIsAdvancedOnce lets a piece of due work move the clock, as an app may that calls back
// from its webhook.
func TestClockIsAdvancedOnce(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	var status int
	var answer string
	w.account.Clock.After(time.Second, func() {
		status, answer = w.ask("POST", "/clock/advance",
			`{"duration":"5s"}`)
	})
	w.advance(t, time.Minute)
	if e := errorOf(t, answer); status != 409 || !strings.Contains(e.Message, "advanced already") {
		t.Errorf("got %d %s", status, answer)
	}
}

// shownNumbers are numbers with the fields that our own API has.
func shownNumbers(numbers []directory.Number) []directory.Number {
	shown := []directory.Number{}
	for _, n := range numbers {
		shown = append(shown, directory.Number{
			SID: n.SID, PhoneNumber: n.PhoneNumber, SmsURL: n.SmsURL, SmsMethod: n.SmsMethod,
			SmsFallbackURL: n.SmsFallbackURL, SmsFallbackMethod: n.SmsFallbackMethod,
		})
	}
	return shown
}
