//go:build !race

package firststeps

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestREADME types the README's commands for each language into an empty folder beside twilsim.
func TestREADME(t *testing.T) {
	for _, language := range []struct {
		name     string
		programs []string
		prepare  func(t *testing.T, m *machine)
	}{
		{"Node", []string{"node", "npm", "npx"}, func(t *testing.T, m *machine) {
			release(t, filepath.Join(m.dir, "twilsim", "dist"))
		}},
		{"Python", []string{"python3"}, func(t *testing.T, m *machine) {
			release(t, filepath.Join(m.dir, "twilsim", "dist"))
		}},
		{"Go", []string{"go"}, prepareGo},
	} {
		t.Run(language.name, func(t *testing.T) {
			m := newMachine(t, language.programs...)
			language.prepare(t, m)
			shop := filepath.Join(m.dir, "shop")
			makeDir(t, shop)
			if language.name == "Go" {
				m.enter(t, shop, "go mod init shop") // the README is about a module
			}
			var output strings.Builder
			for _, command := range commands(t, language.name) {
				if command == "go mod tidy" {
					command += " -e" // offline it lacks what only tests of other modules import
				}
				output.WriteString(m.enter(t, shop, command))
			}
			if !strings.Contains(output.String(), "ok    first ") {
				t.Error("the first scenario did not run")
			}
			for _, file := range []string{"twilsim.yaml", "scenarios/first.txtar",
				".github/workflows/twilsim.yml"} {
				if _, err := os.Stat(filepath.Join(shop, file)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// prepareGo puts the source beside the folder. Go finds its toolchain, modules and builds where
// they are.
func prepareGo(t *testing.T, m *machine) {
	if err := os.Symlink(root(t), filepath.Join(m.dir, "twilsim")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"GOROOT", "GOMODCACHE", "GOCACHE"} {
		out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		m.env = append(m.env, name+"="+strings.TrimSpace(string(out)))
	}
}
