package library

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/control"
	"twilsim/testscript"
)

const passes = "# a customer texts\napp\nsms +12025550142 +12025550100 hi as=TEXT\nclock run\n" +
	"expect webhook MessageStatus=delivered\n"

// newLibrary returns a library with these scenarios, by name.
func newLibrary(t *testing.T, scenarios map[string]string) *Library {
	t.Helper()
	l := &Library{Dir: filepath.Join(t.TempDir(), "scenarios"),
		Options: testscript.Options{Wait: 50 * time.Millisecond}}
	t.Cleanup(l.Close)
	for name, text := range scenarios {
		file := filepath.Join(l.Dir, name+".txtar")
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// start begins a run and waits for its end.
func start(t *testing.T, l *Library, name string) *control.Run {
	t.Helper()
	r, err := l.Start(control.NewRun{Scenario: name})
	if err != nil {
		t.Fatal(err)
	}
	return ended(t, l, r.ID)
}

func ended(t *testing.T, l *Library, id string) *control.Run {
	t.Helper()
	for version := int64(0); ; {
		runs := l.Runs(t.Context(), version)
		version = runs.Version
		for i := range runs.Runs {
			if r := &runs.Runs[i]; r.ID == id && r.State != control.RunRunning {
				return r
			}
		}
	}
}

// status is the status of an error that the API reports.
func status(err error) int {
	var known *control.Error
	if errors.As(err, &known) {
		return known.Status
	}
	return 0
}

func TestRun(t *testing.T) {
	l := newLibrary(t, map[string]string{
		"reply/passes": passes, "fails": passes + "# never\nexpect webhook MessageStatus=failed\n",
		"broken": "expct webhook\n", "skips": "skip 'not today'\n",
	})
	list, err := l.Scenarios()
	if err != nil || len(list.Scenarios) != 4 || list.Scenarios[2] != (control.ScenarioFile{
		Name: "reply/passes", Title: "a customer texts"}) {
		t.Errorf("the scenarios: %+v, %v", list, err)
	}
	for _, tt := range []struct {
		name   string
		state  control.RunState
		reason string
		line   int
	}{
		{"reply/passes", control.RunPassed, "", 0},
		{"fails", control.RunFailed, "no webhook matched MessageStatus=failed", 7},
		{"broken", control.RunBroken, "expct", 0},
		{"skips", control.RunSkipped, "not today", 0},
	} {
		r := start(t, l, tt.name)
		if r.State != tt.state || !strings.Contains(r.Reason, tt.reason) ||
			tt.line != 0 && r.Line != tt.line {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
	trace, err := l.Trace("run-2")
	if err != nil || trace.First() != 7 || len(trace.Messages) != 2 || len(trace.Events) < 5 {
		t.Errorf("the trace: %+v, %v", trace, err)
	}
	// its simulator can be read afterwards
	sim, err := l.Simulator("run-1")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/sim/v1/messages", nil))
	if w.Code != 200 || strings.Count(w.Body.String(), `"direction"`) != 2 {
		t.Errorf("the messages: %d %s", w.Code, w.Body)
	}
	if _, err := l.Run("run-9"); status(err) != http.StatusNotFound {
		t.Errorf("an unknown run: %v", err)
	}
}

// TestLive reads a run while it goes on, and stops it.
func TestLive(t *testing.T) {
	l := newLibrary(t, map[string]string{"slow": passes})
	r, err := l.Start(control.NewRun{Scenario: "slow", Pace: "10s"})
	if err != nil {
		t.Fatal(err)
	}
	for version := int64(0); ; {
		runs := l.Runs(t.Context(), version)
		version = runs.Version
		if runs.Runs[0].Line == 2 {
			break
		}
	}
	trace, err := l.Trace(r.ID)
	if err != nil || trace.Outcome != "running" || trace.Lines[1].Kind != "running" ||
		trace.Lines[2].Kind != "" {
		t.Errorf("the trace of a run that goes on: %+v, %v", trace, err)
	}
	stopped, err := l.Stop(r.ID)
	if err != nil || stopped.State != control.RunStopped {
		t.Errorf("a run that was stopped: %+v, %v", stopped, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if runs := l.Runs(ctx, l.Runs(t.Context(), 0).Version); len(runs.Runs) != 1 {
		t.Errorf("the runs without a change: %+v", runs)
	}
}

// TestLimits: only so many run at once, and only the newest are kept.
func TestLimits(t *testing.T) {
	l := newLibrary(t, map[string]string{"slow": passes, "skips": "skip\n"})
	for range maxRunning {
		if _, err := l.Start(control.NewRun{Scenario: "slow", Pace: "10s"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Start(control.NewRun{Scenario: "skips"}); status(err) != http.StatusConflict {
		t.Errorf("one run too many: %v", err)
	}
	if _, err := l.Stop("latest"); err != nil {
		t.Fatal(err)
	}
	for range maxRuns + 2 {
		start(t, l, "skips")
	}
	if n := len(l.Runs(t.Context(), 0).Runs); n != maxRuns {
		t.Errorf("%d runs are kept", n)
	}
	if _, err := l.Run("run-1"); err != nil {
		t.Errorf("a run that goes on was dropped: %v", err)
	}
	if _, err := l.Start(control.NewRun{Scenario: "skips", Pace: "1h"}); status(
		err) != http.StatusBadRequest {
		t.Errorf("a pace of an hour: %v", err)
	}
}

// TestOnlyTheFolder: no name leads out of the folder, neither to run nor to write.
func TestOnlyTheFolder(t *testing.T) {
	l := newLibrary(t, map[string]string{"in": passes})
	outside := filepath.Join(filepath.Dir(l.Dir), "outside")
	if err := os.Mkdir(outside, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "out.txtar"), []byte(passes), 0o666); err != nil {
		t.Fatal(err)
	}
	names := []string{"../outside/out", "/etc/passwd", "in/../../outside/out", "", ".",
		"..", `..\outside\out`,
		"a\x00b", "in.txtar/../../outside/out",
		strings.ReplaceAll(filepath.ToSlash(outside), ":", "") + "/out"}
	if err := os.Symlink(outside, filepath.Join(l.Dir, "link")); err == nil {
		names = append(names, "link/out")
		list, err := l.Scenarios()
		if err != nil || len(list.Scenarios) != 1 {
			t.Errorf("the list follows a link out of the folder: %+v, %v", list, err)
		}
	}
	for _, name := range names {
		if r, err := l.Start(control.NewRun{Scenario: name}); err == nil {
			t.Errorf("%q is run: %+v", name, r)
		}
		if s, err := l.Save(name, []byte("app\n"), true); err == nil {
			t.Errorf("%q is written: %+v", name, s)
		}
	}
	if text, err := os.ReadFile(filepath.Join(outside, "out.txtar")); err != nil ||
		string(text) != passes {
		t.Errorf("a file outside was changed: %q, %v", text, err)
	}
	entries, err := os.ReadDir(filepath.Dir(l.Dir))
	if err != nil || len(entries) != 2 {
		t.Errorf("files outside: %v, %v", entries, err)
	}
}

func TestSave(t *testing.T) {
	l := newLibrary(t, nil)
	saved, err := l.Save("new/one.txtar", []byte("app\n"), false)
	if err != nil || saved.Name != "new/one" ||
		!strings.HasSuffix(saved.File, "scenarios/new/one.txtar") {
		t.Fatalf("saved: %+v, %v", saved, err)
	}
	if _, err := l.Save("new/one", []byte("other\n"), false); status(err) != http.StatusConflict {
		t.Errorf("a file was replaced without being asked: %v", err)
	}
	text, err := os.ReadFile(saved.File)
	if err != nil || string(text) != "app\n" {
		t.Errorf("the file: %q, %v", text, err)
	}
	if saved, err = l.Save("new/one", []byte("other\n"), true); err != nil || !saved.Replaced {
		t.Errorf("replacing: %+v, %v", saved, err)
	}
	if text, err = os.ReadFile(saved.File); err != nil || string(text) != "other\n" {
		t.Errorf("the file: %q, %v", text, err)
	}
}

func TestRefuse(t *testing.T) {
	l := newLibrary(t, map[string]string{"in": passes})
	l.Refuse = "the app runs elsewhere"
	if _, err := l.Start(control.NewRun{Scenario: "in"}); status(err) != http.StatusConflict {
		t.Errorf("an app elsewhere: %v", err)
	}
	l = &Library{Dir: filepath.Join(t.TempDir(), "none"), Options: testscript.Options{}}
	if list, err := l.Scenarios(); err != nil || len(list.Scenarios) != 0 {
		t.Errorf("a folder that does not exist: %+v, %v", list, err)
	}
	if _, err := l.Start(control.NewRun{Scenario: "in"}); status(err) != http.StatusNotFound {
		t.Errorf("a folder that does not exist: %v", err)
	}
}
