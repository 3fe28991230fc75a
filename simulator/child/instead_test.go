package child

import (
	"os"
	"path/filepath"
	"testing"
)

func TestInstead(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, mode := range map[string]os.FileMode{
		"path/pytest": 0o755, "node_modules/.bin/jest": 0o755, ".venv/bin/flask": 0o755,
		"bin/rails": 0o755, "server": 0o755, "plain.sh": 0o644,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", "path"+string(os.PathListSeparator)+"nothing")
	for name, want := range map[string]string{
		"pytset":        "twilsim exec -- pytest",
		"jest":          "twilsim exec -- npx jest",
		"flask":         "twilsim exec -- .venv/bin/flask",
		"rails":         "twilsim exec -- bin/rails",
		"server":        "twilsim exec -- ./server",
		"./plain.sh":    "chmod +x ./plain.sh",
		"./path":        "ls -ld ./path",
		"two words":     "command -v 'two words'   an alias or a function of your shell is not a program",
		"./nothing/app": "ls -l nothing",
	} {
		if got := Instead(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
