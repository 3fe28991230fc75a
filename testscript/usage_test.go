package testscript

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNotes checks what is said of scenarios that pass without what they are about, and that they
// fail with Strict.
func TestNotes(t *testing.T) {
	const send = "send to=+12025550142 body=hi\nclock run\n"
	for _, tt := range []struct {
		name, script string
		want         []string
	}{
		{"a rule that matches nothing", "rule to=+12025550143 then=unreachable\n" + send,
			[]string{"rule to=+12025550143 then=unreachable was never used"}},
		{"a rule that is used", "rule to=+12025550142 then=unreachable\n" + send, nil},
		{"a rule by chance", "rule to=+12025550143 then=unreachable chance=1%\n" + send, nil},
		{"a rule about the API", "rule api=POST:Services respond=500\n" + send,
			[]string{"rule api=POST:Services respond=500 was never used"}},
		{"a rule about webhooks", "rule webhook=status fault=drop\n" + send,
			[]string{"rule webhook=status fault=drop was never used"}},
		{"a handset without texts", "phone +12025550143 off\n" + send,
			[]string{"phone +12025550143 off was never used"}},
		{"a handset with one", "phone +12025550142 off\n" + send, nil},
		{"a handset to which the API refuses a message",
			"phone +12025550142 opted-out\n! send to=+12025550142 body=hi\n", nil},
		{"a handset that is only switched on", "phone +12025550143 on\n" + send, nil},
		{"a handset that is switched off too late", send + "phone +12025550142 off\n",
			[]string{"phone +12025550142 off was never used"}},
		{"a bin without a number", "bin menu menu.xml\n" + send + "-- menu.xml --\n<Response/>\n",
			[]string{"bin menu was never used"}},
		{"the built-in app", "app\n" + send, []string{builtInNote}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, &Runner{}, tt.script)
			if diff := cmp.Diff(tt.want, got.Notes); diff != "" || got.Outcome != Passed {
				t.Errorf("%s; notes (-want +got):\n%s\n%s", got.Outcome, diff, got.Log)
			}
			strict := run(t, &Runner{Options: Options{Strict: true}}, tt.script)
			if want := strings.Join(tt.want, "\n"); strict.Failure != want ||
				(strict.Outcome == Failed) != (want != "") {
				t.Errorf("with Strict: %s, %q, want %q", strict.Outcome, strict.Failure, want)
			}
		})
	}
}

// TestAppLine checks what a summary says about the app under test.
func TestAppLine(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		s    Summary
		want string
	}{
		{Options{}, Summary{}, "the tutorial's, built in"},
		{Options{}, Summary{Passed: 3, BuiltIn: 2},
			"the tutorial's, built in, in 2 of 3 scenarios; --app 'node server.js' tests yours"},
		{Options{}, Summary{Passed: 1},
			"only what the scenarios name; none starts the tutorial's, built in"},
		{Options{App: []string{"node", "server.js"}}, Summary{Passed: 2}, "node server.js"},
		{Options{App: []string{"node", "server.js"}}, Summary{Passed: 1, Failed: 1, NotStarted: 1},
			"node server.js; never started in 1 of 2 scenarios"},
		{Options{App: []string{"./shop"}, AppURL: "http://localhost:3000"},
			Summary{Passed: 1, NotStarted: 1},
			"./shop at http://localhost:3000; never started in all scenarios"},
		{Options{AppURL: "http://localhost:3000"}, Summary{Passed: 1}, "at http://localhost:3000"},
	} {
		tt.s.App = tt.o.AppUnderTest()
		if got := tt.s.AppLine(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// TestCheckAll checks that Check reports every line with a mistake of every scenario.
func TestCheckAll(t *testing.T) {
	err := checkAll([]Scenario{
		{Name: "a", File: write(t, "clock advance 5\nsignature badd\n")},
		{Name: "b", File: write(t, "send to=+12025550142 body=hi\n")},
		{Name: "c", File: write(t, "expct\n")},
	})
	var got []string
	for _, r := range Malformed(err) {
		got = append(got, r.Failure)
	}
	want := []string{
		`"5" has no unit: write 5s, 5m, 5h or 5d`, `unknown signature "badd": did you mean "bad"?`,
		`unknown command "expct": did you mean "expect"?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
