package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	simscript "twilsim/testscript"
)

// reported is what else differs from run to run in a report.
var reported = []struct {
	what *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`"Time":"[^"]*"`), `"Time":"TIME"`},
	{regexp.MustCompile(`"Elapsed":[0-9.]+`), `"Elapsed":0`},
	{regexp.MustCompile(`(\(| |\\t)\d+\.\d+( ?s)\b`), "${1}N.NN$2"},
	{regexp.MustCompile(` time(stamp)?="[^"]*"`), ` time$1="TIME"`},
	{regexp.MustCompile(`duration_ms: \d+`), "duration_ms: N"},
	{regexp.MustCompile(`\b([A-Z]{2})[0-9a-f]{32}\b`), "${1}SID"},
	{regexp.MustCompile(`parallel \d+`), "parallel N"},
}

// steady prints a file with names for what differs from run to run, SIDs among them.
//
//	steady FILE
func steady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steady FILE")
	}
	text := plainOutput(ts, ts.ReadFile(args[0]))
	for _, r := range reported {
		text = r.what.ReplaceAllString(text, r.name)
	}
	_, err := ts.Stdout().Write([]byte(text))
	ts.Check(err)
}

func TestTraceName(t *testing.T) {
	for name, want := range map[string]string{
		"otp/out-of-order": "otp_out-of-order", "..": "__", "a b/\x00é": "a_b___", "UPPER_9": "UPPER_9",
	} {
		if got := traceName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestAgain(t *testing.T) {
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	r := &reports{flags: flags}
	flags.String("app", "", "")
	flags.Bool("app-shared", false, "")
	flags.StringArray("app-env", nil, "")
	flags.String("app-url", "", "")
	args := []string{"--app", "node 'a b.js'", "--app-shared", "--app-env", "A=1", "--app-env", "B=$x"}
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	file := "it's/a b.txtar"
	got := r.again(simscript.Result{Scenario: simscript.Scenario{Name: "it's/a.b", File: file}, Seed: 7})
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+got).Output()
	if err != nil {
		t.Skipf("no shell: %v", err)
	}
	want := []string{"twilsim", "run", "-run", `^it's/a\.b$`, "-seed", "7", "-v", "--app", "node 'a b.js'", "--app-env", "A=1",
		"--app-env", "B=$x", "--app-shared=true", file, ""}
	if strings.Join(want, "\n") != string(out) {
		t.Errorf("a shell reads %s as %q, want %q", got, out, want)
	}
}

func TestCommon(t *testing.T) {
	tests := []struct {
		files []string
		want  string
	}{
		{[]string{"a/b.txtar"}, "a/b.txtar"},
		{[]string{"a/b.txtar", "a/b.txtar"}, "a/b.txtar"},
		{[]string{"a/b.txtar", "a/bc.txtar"}, "a"},
		{[]string{"s/a/b.txtar", "s/c/d.txtar"}, "s"},
		{[]string{"a.txtar", "b.txtar"}, "."},
		{[]string{"/x/a", "/y/b"}, "/"},
		{[]string{"x/a", "/y/b"}, "."},
	}
	for _, tt := range tests {
		if got := common(tt.files); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.files, got, tt.want)
		}
	}
}
