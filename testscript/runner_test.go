package testscript

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// run runs one scenario and returns what came of it.
func run(t *testing.T, r *Runner, text string) Result {
	t.Helper()
	results, err := runAll(r, []Scenario{{Name: "a/scenario", File: write(t, text)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 {
		t.Fatalf("%d results, want 1", len(results))
	}
	return results[0]
}

func runAll(r *Runner, scenarios []Scenario) ([]Result, error) {
	var results []Result
	_, err := r.Do(
		context.Background(),
		scenarios,
		func(result Result) { results = append(results, result) },
	)
	return results, err
}

const story = `# given: the handset is off
app
rule to=+12025550142 then=unreachable
# when: it texts
sms +12025550142 +12025550100 hi
expect message direction=outbound-reply as=REPLY
# then: the app receives the failure
clock advance 5s
applog 'Message SID '$REPLY' has a status of undelivered'
`

func TestPass(t *testing.T) {
	got := run(t, &Runner{}, story)
	if got.Outcome != Passed || got.Virtual != 5*time.Second {
		t.Errorf("%+v", got)
	}
	saw := []string{
		"v+0.0s  SM1    POST /sms                 200",
		"v+0.5s  REPLY  POST /status sent         200",
		"v+2.0s  REPLY  POST /status undelivered  200",
	}
	if diff := cmp.Diff(saw, got.Saw); diff != "" {
		t.Errorf("what the app saw (-want +got):\n%s", diff)
	}
	var titles []string
	for _, p := range got.Phases {
		titles = append(titles, p.Title+" "+string(p.Outcome))
	}
	want := []string{
		"given: the handset is off ok",
		"when: it texts ok",
		"then: the app receives the failure ok",
	}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
}

func TestFail(t *testing.T) {
	got := run(t, &Runner{}, story+`expect webhook path=/status MessageStatus=delivered
# never reached
app
`)
	if got.Outcome != Failed || got.Line != 10 {
		t.Fatalf("%+v", got)
	}
	want := `no webhook matched path=/status MessageStatus=delivered; closest of 3:
  W3  POST /status undelivered
      MessageStatus
      - expected  delivered
      + got       undelivered`
	if !strings.HasPrefix(got.Failure, want) {
		t.Errorf("failure:\n%s\nwant it to begin with:\n%s", got.Failure, want)
	}
	if got.Phases[1].Outcome != Passed || got.Phases[2].Outcome != Failed ||
		got.Phases[3].Outcome != Skipped {
		t.Errorf("phases: %+v", got.Phases)
	}
	var out strings.Builder
	got.WriteLine(&out)
	if !regexp.MustCompile(`^FAIL  a/scenario +\d+ms   v 5s +phase 3 of 4\n$`).
		MatchString(out.String()) {
		t.Errorf("line: %q", out.String())
	}
}

func TestSkip(t *testing.T) {
	got := run(t, &Runner{}, "skip 'no such thing here'\n")
	if got.Outcome != Skipped || got.Reason != "no such thing here" {
		t.Errorf("%+v", got)
	}
}

func TestUnexpectedAlertFails(t *testing.T) {
	const broken = `bin broken broken.xml
number +12025550100 broken
sms +12025550142 +12025550100 hi
`
	const file = "-- broken.xml --\n<Answer/>\n"
	got := run(t, &Runner{}, broken+file)
	if got.Outcome != Failed || !strings.Contains(got.Failure, "12102") ||
		!strings.Contains(got.Failure, "expect alert code=12102") {
		t.Errorf("an unexpected alert: %+v", got)
	}
	if got := run(t, &Runner{}, broken+"expect alert code=12102\n"+file); got.Outcome != Passed {
		t.Errorf("an expected alert: %+v", got)
	}
}

// TestUnexpectedAlertInSubaccount checks that a scenario fails on an alert in any account.
func TestUnexpectedAlertInSubaccount(t *testing.T) {
	const broken = `api POST /2010-04-01/Accounts.json FriendlyName=shop
account shop bin broken broken.xml
account shop number +12025550177 broken
account shop sms +12025550142 +12025550177 hi
`
	const file = "-- broken.xml --\n<Answer/>\n"
	got := run(t, &Runner{}, broken+file)
	if got.Outcome != Failed || !strings.Contains(got.Failure, "12102") ||
		!regexp.MustCompile(`account AC\w{32} expect alert code=12102`).MatchString(got.Failure) {
		t.Errorf("an unexpected alert: %+v", got)
	}
	expected := broken + "account shop expect alert code=12102\n" + file
	if got := run(t, &Runner{}, expected); got.Outcome != Passed {
		t.Errorf("an expected alert: %+v", got)
	}
}

func TestEscapesDoNotReachTheTerminal(t *testing.T) {
	got := run(
		t,
		&Runner{},
		"app\nsms +12025550142 +12025550100 '\x1b[31mred \u202egnp'\nstdout nothing\n",
	)
	if strings.ContainsAny(got.Log, "\x1b\u202e") ||
		!strings.Contains(got.Log, `\x1b[31mred \u202egnp`) {
		t.Errorf("log: %q", got.Log)
	}
}

func TestVerboseKeepsPhasesAndMasksTheToken(t *testing.T) {
	got := run(t, &Runner{Verbose: 1}, story)
	if !strings.Contains(got.Log, "> app") || strings.Contains(got.Log, "TWILIO_AUTH_TOKEN") {
		t.Errorf("-v: %s", got.Log)
	}
	got = run(t, &Runner{Verbose: 2}, story)
	for _, name := range []string{"TWILIO_AUTH_TOKEN", "TWILIO_PREVIOUS_AUTH_TOKEN",
		"TWILIO_TEST_AUTH_TOKEN"} {
		if !strings.Contains(got.Log, name+"=[masked]") {
			t.Errorf("-vv does not mask %s: %s", name, got.Log)
		}
	}
}

func TestContinueReportsAllFailures(t *testing.T) {
	got := run(t, &Runner{Options: Options{Continue: true}}, "# a\nexec false\n# b\nexec false\n")
	if n := strings.Count(got.Log, "unexpected command failure"); got.Outcome != Failed || n < 2 {
		t.Errorf("%d failures in %s", n, got.Log)
	}
}

func TestUpdate(t *testing.T) {
	file := write(
		t,
		"app\nsms +12025550142 +12025550100 hi\nclock run\ntimeline\ncmp stdout golden\n-- golden "+
			"--\nold\n",
	)
	results, err := runAll(
		&Runner{Options: Options{Update: true}},
		[]Scenario{{Name: "a", File: file}},
	)
	if err != nil || results[0].Outcome != Passed {
		t.Fatalf("%v %+v", err, results)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "delivered") {
		t.Errorf("%s %v", text, err)
	}
}

func TestOnly(t *testing.T) {
	file := write(t, story)
	scenarios := []Scenario{{Name: "otp/happy", File: file}, {Name: "otp/late", File: file}}
	tests := []struct{ only, want string }{
		{"", "otp/happy otp/late"},
		{"happy$", "otp/happy"},
		{"otp/late/when", "otp/late/when: it texts"},
	}
	for _, tt := range tests {
		t.Run(tt.only, func(t *testing.T) {
			names, err := (&Runner{Only: tt.only}).Select(scenarios)
			if err != nil || strings.Join(names, " ") != tt.want {
				t.Errorf("got %q, %v, want %q", names, err, tt.want)
			}
		})
	}
	results, err := runAll(&Runner{Only: "late/when"}, scenarios)
	if err != nil || len(results) != 1 || len(results[0].Phases) != 2 || results[0].Virtual != 0 {
		t.Errorf("up to a phase: %+v, %v", results, err)
	}
	var misuse *UsageError
	if _, err := (&Runner{Only: "otp/hapy"}).Select(scenarios); !errors.As(err, &misuse) ||
		misuse.Try != "otp/happy" {
		t.Errorf("no match: %v", err)
	}
	if _, err := (&Runner{Only: "("}).Select(scenarios); !errors.As(err, &misuse) {
		t.Errorf("a bad expression: %v", err)
	}
}

func TestCountShuffleFailFast(t *testing.T) {
	pass, fail := write(t, "exec true\n"), write(t, "exec false\n")
	results, err := runAll(
		&Runner{Count: 3, Shuffle: true, Parallel: 2},
		[]Scenario{{Name: "a", File: pass}, {Name: "b", File: pass}},
	)
	if err != nil || len(results) != 6 {
		t.Errorf("%d results, %v, want 6", len(results), err)
	}
	results, err = runAll(
		&Runner{FailFast: true},
		[]Scenario{{Name: "a", File: fail}, {Name: "b", File: pass}},
	)
	if err != nil || len(results) != 1 {
		t.Errorf("%d results, %v, want 1", len(results), err)
	}
}

func TestTimeout(t *testing.T) {
	got := run(
		t,
		&Runner{Options: Options{Timeout: 200 * time.Millisecond}},
		"# waits\nexpect message status=delivered\n",
	)
	if got.Outcome != Failed || got.Line != 2 {
		t.Errorf("%+v", got)
	}
}

func TestJUnit(t *testing.T) {
	failed := run(t, &Runner{}, story+"stdout '\x01'\n")
	skipped := run(t, &Runner{}, "skip 'not here'\n")
	var out bytes.Buffer
	if err := WriteJUnit(&out, []Result{failed, skipped}, Summary{Failed: 1, Skipped: 1}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if got.Tests != 4 || got.Failures != 1 || got.Skipped != 1 ||
		got.Suites[0].Cases[1].Name != "when: it texts" {
		t.Errorf("%+v", got)
	}
}

func TestJournalsAreTheSameTwice(t *testing.T) {
	read := func(seed uint64) string {
		dir := t.TempDir()
		run(t, &Runner{Options: Options{Seed: seed, Journal: dir}}, story)
		data, err := os.ReadFile(filepath.Join(dir, "a", "scenario.ndjson"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	first := read(7)
	if diff := cmp.Diff(first, read(7)); diff != "" {
		t.Errorf("two runs with one seed (-first +second):\n%s", diff)
	}
	if first == read(8) {
		t.Error("another seed gave the same journal")
	}
	if strings.Count(first, "\n") < 8 || !strings.Contains(first, `"X-Twilio-Signature"`) {
		t.Errorf("journal: %s", first)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"scenarios/b/two.txtar", "scenarios/a.txtar",
		"scenarios/node_modules/x.txtar", "scenarios/notes.md"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range found {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"a", "b/two"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if _, err := Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), ".txtar") {
		t.Errorf("an empty directory: %v", err)
	}
}
