package compose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/testscript"
	"twilsim/testscript/compose"
)

// TestSpan makes a scenario of what began in a span of time, with two handsets. It passes as it
// stands, and says nothing of what was before and after.
func TestSpan(t *testing.T) {
	begin := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	w := newWorld(t, clock.Virtual(begin), true)
	w.text("before")
	w.advance(time.Minute)
	w.text("first")
	w.advance(10 * time.Second)
	_, err := w.client.Text(t.Context(),
		control.Text{From: "+12025550143", To: number, Body: "second"})
	w.check(err)
	w.app.send(ana, "on its way")
	w.advance(time.Minute)
	w.text("after")
	w.advance(time.Minute)

	recording, err := compose.Read(t.Context(), w.client)
	w.check(err)
	text, err := compose.Scenario(recording, "", compose.Options{Answers: true,
		Since: begin.Add(30 * time.Second), Until: begin.Add(100 * time.Second)})
	w.check(err)
	for _, want := range []string{"sms +12025550142 +12025550100 first",
		"sms +12025550143 +12025550100 second",
		"send to=+12025550142 body='on its way'"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the scenario lacks %q:\n%s", want, text)
		}
	}
	for _, other := range []string{"before", "after"} {
		if strings.Contains(string(text), other) {
			t.Errorf("the scenario has %q:\n%s", other, text)
		}
	}
	file := filepath.Join(t.TempDir(), "span.txtar")
	w.check(os.WriteFile(file, text, 0o666))
	summary, err := (&testscript.Runner{}).
		Do(t.Context(), []testscript.Scenario{{Name: "span", File: file}},
			func(r testscript.Result) {
				if r.Outcome != testscript.Passed {
					t.Errorf("%s\n%s", r.Log, text)
				}
			})
	if err != nil || summary.Passed != 1 {
		t.Errorf("%+v, %v", summary, err)
	}

	if _, err := compose.Scenario(recording, "",
		compose.Options{Until: begin.Add(-time.Hour)}); err == nil ||
		!strings.Contains(err.Error(), "no message began") {
		t.Errorf("an empty span: %v", err)
	}
	other := "+12025550109"
	_, err = w.client.SetNumber(t.Context(), other, control.NumberWebhook{})
	w.check(err)
	_, err = w.client.Text(t.Context(), control.Text{From: ana, To: other, Body: "hi"})
	w.check(err)
	recording, err = compose.Read(t.Context(), w.client)
	w.check(err)
	if _, err := compose.Scenario(recording, "", compose.Options{}); err == nil ||
		!strings.Contains(err.Error(), "two numbers") {
		t.Errorf("two numbers: %v", err)
	}
}

// TestScenarioMasksPasswords checks that no password of the account's settings is in a scenario,
// which is a file that people commit.
func TestScenarioMasksPasswords(t *testing.T) {
	const secret = "s3cr3t"
	link := "http://me:" + secret + "@localhost:9/"
	w := newWorld(t, clock.Virtual(time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)), true)
	_, err := w.client.SetBin(t.Context(), "hello",
		"<Response><Message>Log in at "+link+"</Message></Response>")
	w.check(err)
	bin := "hello"
	_, err = w.client.SetNumber(t.Context(), number,
		control.NumberWebhook{SmsURL: &bin, SmsFallbackURL: &link})
	w.check(err)
	w.text("see " + link)
	for _, answers := range []bool{false, true} {
		text := w.scenario("latest", compose.Options{Answers: answers})
		if strings.Contains(text, secret) || strings.Count(text, "me:xxxxx@") < 3 {
			t.Errorf("answers %v:\n%s", answers, text)
		}
	}
}
