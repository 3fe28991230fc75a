package report

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// TestReportFiles checks that all reports of one run have its results.
func TestReportFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs strings.Builder
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "step.md"}
	r := &Reports{
		UI: &terminal.UI{Out: &out, Err: &errs}, Getenv: func(name string) string { return env[name] },
		Flags: pflag.NewFlagSet("run", pflag.ContinueOnError),
		JUnit: "new/junit.xml", TAP: "new/tap", JSON: true,
	}
	if err := r.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("late.txtar", []byte("# the app is late\nexec false\n"),
		0o666); err != nil {
		t.Fatal(err)
	}
	scenarios, err := simscript.Find("late.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var failed simscript.Result
	summary, err := (&simscript.Runner{Options: simscript.Options{Seed: 7}}).Do(t.Context(), scenarios,
		func(r simscript.Result) {
			failed = r
		})
	if err != nil {
		t.Fatal(err)
	}
	failed = r.Complete(failed)
	if !strings.HasPrefix(failed.Again, "twilsim run -run '^late$' -seed 7 -v") {
		t.Errorf("again: %s", failed.Again)
	}
	r.Add(failed)
	if err := r.Finish(summary); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"new/junit.xml": `name="late"`, "new/tap": "not ok 1 - late", "step.md": "late",
		failed.Trace: "the app is late",
	} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s has no %q: %v\n%s", name, want, err, text)
		}
	}
	if !strings.Contains(out.String(), `"Action":"fail"`) ||
		!strings.Contains(errs.String(), "::error") {
		t.Errorf("stdout:\n%s\nstderr:\n%s", out.String(), errs.String())
	}

	passed := r.Complete(simscript.Result{Scenario: failed.Scenario, Outcome: simscript.Passed})
	if passed.Trace != "" {
		t.Errorf("a trace of a scenario that passed: %s", passed.Trace)
	}
	if _, err := os.Stat(failed.Trace); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the page about an earlier failure is left: %v", err)
	}
}

func TestReportCannotOpen(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, r := range []*Reports{{JUnit: "."}, {TAP: "."}} {
		r.UI, r.Getenv = &terminal.UI{}, func(string) string { return "" }
		var open *OpenError
		if err := r.Begin(); !errors.As(err, &open) || open.Name != "." {
			t.Errorf("got %v", err)
		}
	}
}

// full is a file on a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestReportIncomplete(t *testing.T) {
	r := &Reports{UI: &terminal.UI{Out: full{}}, Getenv: func(string) string { return "" }, JSON: true}
	if err := r.Begin(); err != nil {
		t.Fatal(err)
	}
	r.Add(simscript.Result{Outcome: simscript.Passed})
	var incomplete *IncompleteError
	if err := r.Finish(simscript.Summary{Passed: 1}); !errors.As(err, &incomplete) {
		t.Errorf("got %v", err)
	}
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
	r := &Reports{Flags: flags}
	flags.String("app", "", "")
	flags.Bool("app-shared", false, "")
	flags.StringArray("app-env", nil, "")
	flags.String("app-url", "", "")
	args := []string{"--app", "node 'a b.js'", "--app-shared", "--app-env", "A=1", "--app-env", "B=$x"}
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	file := "it's/a b.txtar"
	scenario := simscript.Scenario{Name: "it's/a.b", File: file}
	got := r.again(simscript.Result{Scenario: scenario, Seed: 7})
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+got).Output()
	if err != nil {
		t.Skipf("no shell: %v", err)
	}
	want := []string{
		"twilsim", "run", "-run", `^it's/a\.b$`, "-seed", "7", "-v", "--app", "node 'a b.js'",
		"--app-env", "A=1", "--app-env", "B=$x", "--app-shared=true", file, "",
	}
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
