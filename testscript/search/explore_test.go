package search

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/explore"
)

const story = `# a reply is delivered
app
sms +12025550142 +12025550100 hi
expect message to=+12025550142 direction=outbound-reply
clock advance 5s
http GET /last
stdout delivered
`

// lastStatus is an app that shows the status that came last: a bug.
func lastStatus(simscript.AppEnv) (http.Handler, error) {
	last := make(chan string, 1)
	last <- ""
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := <-last
		switch r.URL.Path {
		case "/sms":
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte("<Response><Message action='/status'>ok</Message></Response>"))
		case "/status":
			status = r.FormValue("MessageStatus")
		case "/last":
			_, _ = w.Write([]byte(status))
		}
		last <- status
	}), nil
}

// run runs the command in a new directory with a scenario, and returns what it prints and its exit
// code.
func run(t *testing.T, scenario string, args ...string) (output string, code int) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("story.txtar", []byte(scenario), 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := &Explore{UI: terminal.New(strings.NewReader(""), &out, &out, func(string) string {
		return ""
	}),
		Getenv: func(string) string { return "" }}
	e.Handler = lastStatus
	flags := pflag.NewFlagSet("explore", pflag.ContinueOnError)
	flags.BoolVar(&e.UI.JSON, "as-json", false, "")
	e.AddFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	err := e.Run(context.Background(), []string{"story.txtar"})
	var exit *failure.Error
	switch {
	case errors.As(err, &exit):
		return out.String() + exit.What, exit.Code
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), 0
}

// TestExplore checks what the command prints and writes about a bug.
func TestExplore(t *testing.T) {
	got, code := run(t, story, "--junit", "junit.xml")
	if code != failure.No ||
		!strings.Contains(got, "reply1.sent=behind  K8 line 7  always  D F-169") ||
		!strings.HasPrefix(got, "explore story.txtar  app the test's own handler  seed 1  depth 2\n") {
		t.Errorf("exit %d:\n%s", code, got)
	}
	files, err := filepath.Glob(".twilsim/findings/X*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no finding was written: %v %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(text), "\nschedule reply1.sent=") {
		t.Errorf("%v:\n%s", err, text)
	}
	junit, err := os.ReadFile("junit.xml")
	if err != nil || !strings.Contains(string(junit), `name="no failure with 2 deviations"`) ||
		!strings.Contains(string(junit), "<failure") {
		t.Errorf("%v:\n%s", err, junit)
	}
}

// TestExploreBadInput checks that each mistake has one clear error, and that nothing is written.
func TestExploreBadInput(t *testing.T) {
	failing := strings.Replace(story, "stdout delivered", "stdout lost", 1)
	for _, tt := range []struct {
		scenario, flag string
		want           string
	}{
		{story, "--budget=0", "neither a number of schedules"},
		{story, "--depth=0", "numbers from 1 on"},
		{story, "--hang=0s", "--hang 0s is not a time above 0"},
		{story, "--hang=-1s", "--hang -1s is not a time above 0"},
		{story, "--replay=", "--replay names neither a finding nor a schedule"},
		{story, "--app-url=localhost", `--app-url: "localhost" is not an absolute http or https URL`},
		{story, "--app-public-url=x", `--app-public-url: "x" is not an absolute http or https URL`},
		{story, "--app-ready=/up", "--app-ready needs an app"},
		{story, "--app-env=A=1", "--app-env needs a command"},
		{story + "explore not twice text9\n", "--depth=1",
			`explore not twice text9: unknown point "text9"; did you mean "text1"?`},
		{story + "explore not lost reply1.snt\n", "--depth=1", `unknown point "reply1.snt"`},
		{story + "explore quiet 0s\n", "--depth=1", "waits for nothing"},
		{story + "explore invariant htp GET /\n", "--depth=1", `"htp" is not a command`},
		{story, "--depth=9", "--depth 9 is more than 3"},
		{story, "--assume=X", `unknown assumption "X"`},
		{story, "--shard=4/3", "--shard 4/3 is wrong: want I/N"},
		{story, "--replay=reply7.sent=behind",
			`unknown point "reply7.sent"; did you mean "reply1.sent"?`},
		{story, "--replay=reply1.sent=behnd", `unknown deviation "behnd"; did you mean "behind"?`},
		{story, "--replay=reply1.sent=twice reply1.sent=lost", "exclude each other"},
		{story, "--replay=text1=ends:sent", "text1 is a text"},
		{story, "--replay=X123456", "cannot read the finding"},
		{failing, "--depth=1", "fails without any deviation"},
		{story + "explore nott cut\n", "--depth=1", `unknown word "nott"; did you mean "not"?`},
		{story + "cd dir\n", "--depth=1", "explore cannot play cd"},
		{"# one\napp\nphone +12025550142 off\n", "--depth=1", "nothing can go otherwise in story.txtar"},
		{"# one\nsend to=+12025550142 body=hi\n", "--depth=1", "no app is tested by story.txtar"},
		{"# one\nschedule reply1.sent=lost\n" + story, "--depth=1", "has a schedule already"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			got, code := run(t, tt.scenario, tt.flag)
			if code != failure.Usage || !strings.Contains(got, tt.want) {
				t.Errorf("exit %d: %s, want %d: %s", code, got, failure.Usage, tt.want)
			}
			if entries, _ := os.ReadDir("."); len(entries) != 1 {
				t.Errorf("something was written: %v", entries)
			}
		})
	}
}

// TestExploreMoment checks that a scenario may look at a moment, before all that is due has
// happened: such a line does not count, and the others do.
func TestExploreMoment(t *testing.T) {
	moment := strings.Replace(story, "clock advance 5s\n", "clock advance 600ms\n", 1)
	moment = strings.Replace(moment, "stdout delivered\n", "stdout sent\n", 1)
	got, code := run(t, moment, "--depth=1")
	if code != 0 || !strings.Contains(got, "line 7, which no longer holds when all that is due") {
		t.Errorf("exit %d:\n%s", code, got)
	}
	never := strings.Replace(moment, "stdout sent", "stdout lost", 1)
	if got, code = run(t, never); code != failure.Usage {
		t.Errorf("a line that fails as written: exit %d:\n%s", code, got)
	}
}

// TestExploreCount checks that --count prints how many schedules a search has, each of which it
// plays or leaves out for a reason.
func TestExploreCount(t *testing.T) {
	var count struct{ Single, Pairs int }
	text, _ := run(t, story, "--count", "--as-json")
	if err := json.Unmarshal([]byte(text), &count); err != nil {
		t.Fatal(err)
	}
	text, _ = run(t, story, "--as-json", "--budget=60")
	var r explore.Report
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&r); err != nil {
		t.Fatal(err)
	}
	if r.Singles != count.Single || r.Pairs != count.Pairs ||
		r.Run+r.Equal+r.Masked+r.Left != r.Singles+r.Pairs+r.ShowedUp || r.Left == 0 {
		t.Errorf("%+v, want %+v in all", r, count)
	}
}

// TestExploreNot checks that a scenario may name points that only show up under a deviation.
func TestExploreNot(t *testing.T) {
	got, code := run(t, story+"explore not lost reply2.sent\nexplore not lost reply1.undelivered\n",
		"--count")
	if code != 0 || !strings.Contains(got, "24 single") {
		t.Errorf("exit %d: %s", code, got)
	}
}

// TestExploreOther checks what the other flags print.
func TestExploreOther(t *testing.T) {
	for flag, want := range map[string]string{
		"--count":                     "story  24 single, 228 pairs and what shows up, 1090 of three\n",
		"--list":                      "reply1=ends:undelivered:30003",
		"--list --as-json":            `{"form":"POINT=twice","help":"`,
		"--replay=reply1.sent=behind": "stdout delivered: stdout does not match",
	} {
		flags := []string{flag}
		if flag == "--list --as-json" {
			flags = strings.Fields(flag)
		}
		if got, _ := run(t, story, flags...); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", flag, got, want)
		}
	}
}
