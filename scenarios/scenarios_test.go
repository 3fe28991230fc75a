// Package scenarios_test runs the scenarios of this folder: those in reply, delivery, ordering and
// signature with the tutorial's app in Go, with Express and with Flask, those in sdk and intercept
// with what they need, all others with the app in Go, or with what they bring along.
package scenarios_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/quirk"
	simscript "twilsim/testscript"
)

var update = flag.Bool("update", false, "rewrite the golden files of the scenarios")

// folders returns the paths of folders of scenarios. They lead through this folder's own name, so
// that a scenario is called reply/default here as it is with twilsim run.
func folders(names ...string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join("..", "scenarios", name))
	}
	return paths
}

// runApp runs the scenarios that tell the same story with each app: those in signature, which
// change the app's environment, with a program each; the others with one program, because a start
// of Node or Python takes longer than twenty scenarios.
func runApp(t *testing.T, command ...string) {
	o := options(simscript.Options{App: command})
	// none of these apps hangs; on a busy machine Python needs longer than the usual two seconds
	o.Patience = 30 * time.Second
	simscript.Run(t, o, folders("signature")...)
	o.AppShared = true
	simscript.Run(t, o, folders("reply", "delivery", "ordering")...)
}

// needy are the folders whose scenarios need more than Go, and have a test of their own; apps has
// no scenarios.
func needy() []string { return []string{"apps", "explore", "sdk", "intercept"} }

// all are the folders with scenarios that need nothing but Go: every one that is not needy, so that
// none is forgotten.
func all(tb testing.TB) []string {
	tb.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		tb.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(needy(), e.Name()) {
			names = append(names, e.Name())
		}
	}
	return folders(names...)
}

// options returns o with time limits for a busy machine. Only a scenario that fails takes as long.
func options(o simscript.Options) simscript.Options {
	o.Timeout, o.Wait = 3*time.Minute, 30*time.Second
	return o
}

// journalVar names a directory in which TestScenarios keeps the scenarios' journals. .ci/run
// compares those of two runs.
const journalVar = "SCENARIO_JOURNALS"

// TestScenarios runs all scenarios with our own app.
func TestScenarios(t *testing.T) {
	simscript.Run(
		t,
		options(simscript.Options{Update: *update, Journal: os.Getenv(journalVar)}),
		all(t)...)
}

// TestStrict runs all scenarios with every switch at its strictest value. A scenario that needs
// another value says so.
func TestStrict(t *testing.T) {
	simscript.Run(t, options(simscript.Options{Quirks: quirk.Strict()}), all(t)...)
}

// TestExpress runs the shared scenarios with the app written with Express.
func TestExpress(t *testing.T) {
	need(t, "node", simscript.Missing("node"))
	need(t, "node", missingModules("apps/express"))
	runApp(t, "node", "apps/express/server.js")
}

// TestFlask runs the shared scenarios with the app written with Flask.
func TestFlask(t *testing.T) {
	need(t, "flask", simscript.Missing("flask"))
	runApp(t, simscript.Python(), "apps/flask/app.py")
}

// TestSDK runs the scenarios with Twilio's own SDK for Node.
func TestSDK(t *testing.T) {
	need(t, "node", simscript.Missing("node"))
	need(t, "node", missingModules("apps/express"))
	simscript.Run(t, options(simscript.Options{Update: *update}), folders("sdk")...)
}

// TestIntercept runs the scenarios whose apps have an SDK that nobody told where the simulator is.
// Each says what it needs.
func TestIntercept(t *testing.T) {
	simscript.Run(t, options(simscript.Options{Update: *update}), folders("intercept")...)
}

// TestExplore runs the scenarios of the apps with planted bugs, which pass as long as nothing goes
// otherwise. Each says what it needs.
func TestExplore(t *testing.T) {
	simscript.Run(t, options(simscript.Options{Update: *update}), folders("explore")...)
}

// need skips the test for what is missing, or fails it where TWILSIM_REQUIRE asks for the runtime.
func need(t *testing.T, runtime, missing string) {
	t.Helper()
	switch {
	case missing == "":
	case simscript.Required(runtime):
		t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
	default:
		t.Skip(missing)
	}
}

// missingModules says what to do where an app's modules are not installed, "" where they are.
func missingModules(app string) string {
	if _, err := os.Stat(filepath.Join(app, "node_modules")); err != nil {
		return "the modules are not installed: run npm ci in scenarios/" + app
	}
	return ""
}

// TestSameSeedSameJournals checks that two runs with the same seed write the same bytes, and that
// another seed changes them. It runs the folders in which most depends on chance and on order;
// .ci/run compares the journals of all scenarios.
func TestSameSeedSameJournals(t *testing.T) {
	paths := folders("delivery", "fault", "ordering", "reply")
	first, again := runJournals(t, 1, paths), runJournals(t, 1, paths)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("two runs with the same seed (-first +again):\n%s", diff)
	}
	one := folders("reply/default.txtar")
	if cmp.Equal(runJournals(t, 1, one), runJournals(t, 2, one)) {
		t.Error("two seeds gave the same journals")
	}
}

// runJournals runs scenarios, which must pass, and returns the journals that they wrote, by file
// name.
func runJournals(t *testing.T, seed uint64, paths []string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	runner := simscript.Runner{
		Options:  options(simscript.Options{Seed: seed, Journal: dir}),
		Parallel: 2,
	}
	run(t, runner, paths)
	journals := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		journals[strings.TrimPrefix(file, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return journals
}

// run runs scenarios, all of which must pass.
func run(tb testing.TB, runner simscript.Runner, paths []string) simscript.Summary {
	tb.Helper()
	scenarios, err := simscript.Find(paths...)
	if err != nil {
		tb.Fatal(err)
	}
	summary, err := runner.Do(context.Background(), scenarios, func(r simscript.Result) {
		if r.Outcome == simscript.Failed {
			tb.Errorf("%s: %s", r.Name, r.Failure)
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	return summary
}

// TestFolders wants each folder of scenarios to be run by a test, and each scenario to open with a
// comment.
func TestFolders(t *testing.T) {
	scenarios, err := simscript.Find(append(all(t), folders("explore", "sdk", "intercept")...)...)
	if err != nil {
		t.Fatal(err)
	}
	everything, err := simscript.Find(filepath.Join("..", "scenarios"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names(everything), names(scenarios)); diff != "" {
		t.Errorf("what is there, and what is run (-there +run):\n%s", diff)
	}
	for _, s := range everything {
		script, err := os.ReadFile(s.File)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(script), "\n")
		if !namesFailure(first) {
			t.Errorf("%s opens with %q: its first line must be a comment that says what goes wrong in "+
				"production, as in # an app that takes a 503 for a final answer loses the text",
				s.File, first)
		}
	}
}

// namesFailure reports whether a scenario's first line can name the failure that the scenario
// guards against: it is a comment, and it does not begin with a step of the scenario.
func namesFailure(line string) bool {
	words := strings.Fields(strings.TrimPrefix(line, "# "))
	if !strings.HasPrefix(line, "# ") || len(words) == 0 {
		return false
	}
	step := strings.ToLower(strings.TrimRight(words[0], ":,"))
	return !slices.Contains([]string{"given", "when", "then"}, step)
}

// TestNamesFailure checks first lines that name a failure, and some that do not.
func TestNamesFailure(t *testing.T) {
	for line, want := range map[string]bool{
		"# a carrier filters a message: given an app that sends it again": true,
		"# given an app":          false,
		"# Given: an app":         false,
		"# when a handset texts":  false,
		"# then nothing was sent": false,
		"#":                       false,
		"# ":                      false,
		"app":                     false,
		"":                        false,
	} {
		if got := namesFailure(line); got != want {
			t.Errorf("namesFailure(%q) = %t, want %t", line, got, want)
		}
	}
}

// names are those of scenarios.
func names(scenarios []simscript.Scenario) []string {
	var list []string
	for _, s := range scenarios {
		list = append(list, s.Name)
	}
	return list
}

// TestAlerts wants a scenario to fail on an alert of level error that it does not expect, and on no
// warning.
func TestAlerts(t *testing.T) {
	for _, tt := range []struct {
		name, answer, want string
	}{
		{"error", "<Answer/>",
			"A1  12102 The root element must be Response: the root element is <Answer>; it must be " +
				"<Response>\n" +
				"      cause  other root\n      W1     POST https://handler.twilio.com/twiml/EH"},
		{"warning", "<Response><Mesage>Hello</Mesage></Response>", ""},
		{"neither", "<Response/>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "alert.txtar")
			script := "bin b b.xml\nnumber +12025550100 b\nsms +12025550142 +12025550100 Hello\n-- " +
				"b.xml --\n" + tt.answer + "\n"
			if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
				t.Fatal(err)
			}
			scenarios, err := simscript.Find(file)
			if err != nil {
				t.Fatal(err)
			}
			var runner simscript.Runner
			_, err = runner.Do(context.Background(), scenarios, func(r simscript.Result) {
				if failed := r.Outcome == simscript.Failed; failed != (tt.want != "") ||
					!strings.Contains(r.Failure, tt.want) {
					t.Errorf("outcome %s, failure %q, want %q", r.Outcome, r.Failure, tt.want)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestThirtyDays logs how long a month of virtual time takes.
func TestThirtyDays(t *testing.T) {
	summary := run(
		t,
		simscript.Runner{Options: options(simscript.Options{})},
		folders("delivery/month.txtar"),
	)
	t.Logf("%s of virtual time in %s", summary.Virtual, summary.Time)
}

// BenchmarkScenarios runs all scenarios, repeated to 200 at least, two at a time, each with its
// app's start.
func BenchmarkScenarios(b *testing.B) {
	scenarios, err := simscript.Find(all(b)...)
	if err != nil {
		b.Fatal(err)
	}
	const atLeast = 200
	count := (atLeast + len(scenarios) - 1) / len(scenarios)
	for b.Loop() {
		run(b, simscript.Runner{Parallel: 2, Count: count}, all(b))
	}
	b.ReportMetric(
		float64(b.Elapsed().Milliseconds())/float64(b.N*count*len(scenarios)),
		"ms/scenario",
	)
}
