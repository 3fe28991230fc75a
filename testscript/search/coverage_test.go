package search

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/coverage"
)

// TestGaps checks that the scenario of each item passes with the tutorial's app, exercises the item
// and checks it.
func TestGaps(t *testing.T) {
	dir := t.TempDir()
	for _, i := range coverage.Table() {
		if err := os.WriteFile(filepath.Join(dir, i.ID+".txtar"),
			[]byte(i.Scenario()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	found, err := simscript.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := simscript.Runner{Coverage: true, Parallel: 2}
	_, err = r.Do(context.Background(), found, func(result simscript.Result) {
		id := strings.TrimSuffix(filepath.Base(result.File), ".txtar")
		for _, i := range coverage.NewReport(result.Covered).Items {
			if i.ID == id && i.Exercised && i.Checked && result.Outcome == simscript.Passed {
				return
			}
		}
		item, _ := coverage.Lookup(id)
		t.Errorf("%s %s: %s %s\n%s\n%v", id, item.Name, result.Outcome, result.Failure, item.Scenario(),
			result.Covered)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCoverage checks the limits and the files.
func TestCoverage(t *testing.T) {
	t.Chdir(t.TempDir())
	result := simscript.Result{Outcome: simscript.Passed,
		Covered: coverage.Seen{"use/texts": false, "opt-out/STOP": true}}
	var out bytes.Buffer
	ui := terminal.New(strings.NewReader(""), &out, &out, func(string) string { return "" })
	for _, tt := range []struct {
		coverage Coverage
		ok       bool
	}{
		{Coverage{}, true}, {Coverage{On: true}, true}, {Coverage{File: "c.html"}, true},
		{Coverage{File: "c.json", Min: 1}, true}, {Coverage{Min: 90}, false},
		{Coverage{MinChecked: 90}, false},
	} {
		tt.coverage.Add(result)
		if err := tt.coverage.Finish(ui, false); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.coverage, err)
		}
	}
	for limit, ok := range map[int]bool{0: true, 100: true, 101: false, -1: false} {
		for _, c := range []Coverage{{Min: limit}, {MinChecked: limit}} {
			if err := c.Check(); (err == nil) != ok {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
	for _, name := range []string{"c.html", "c.json"} {
		if data, err := os.ReadFile(name); err != nil || !bytes.Contains(data, []byte("G71")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
