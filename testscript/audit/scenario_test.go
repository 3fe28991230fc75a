package audit

import (
	"os"
	"path/filepath"
	"testing"

	simscript "twilsim/testscript"
)

// TestScenarios checks that the scenario of each check passes with the tutorial's app.
func TestScenarios(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scenarios")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range Checks() {
		if text := c.file(); text != "" {
			n++
			if err := os.WriteFile(filepath.Join(dir, c.ID+".txtar"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n < 15 {
		t.Errorf("%d checks have a scenario", n)
	}
	simscript.Run(t, simscript.Options{}, dir)
}
