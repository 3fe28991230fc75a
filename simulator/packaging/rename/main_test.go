package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"twilsim/simulator/packaging"
)

const newPath = "example.com/some-one/twil.sim"

// old stands for the path in the texts of the tests, so that a rename leaves them as they are.
func old(text string) string { return strings.ReplaceAll(text, "OLD", "twilsim") }

func TestReplacer(t *testing.T) {
	replace := replacer("twilsim", newPath, []string{"simulator", "testscript"})
	tests := []struct{ text, want string }{
		{`import "OLD/simulator/clock"`, `import "NEW/simulator/clock"`},
		{"\ttool OLD/simulator/cmd/twilsim\n", "\ttool NEW/simulator/cmd/twilsim\n"},
		{`"go doc OLD/testscript" is`, `"go doc NEW/testscript" is`},
		{"module OLD\n\ngo 1.25.0\n", "module NEW\n\ngo 1.25.0\n"},
		{"replace OLD => ../twilsim\n", "replace NEW => ../twilsim\n"},
		{`"tool x\nreplace OLD v0.0.0 => ./t"`, `"tool x\nreplace NEW v0.0.0 => ./t"`},
		{"go mod edit -replace=OLD=../twilsim", "go mod edit -replace=NEW=../twilsim"},
	}
	for _, tt := range tests {
		want := strings.ReplaceAll(tt.want, "NEW", newPath)
		if got := replace(old(tt.text)); got != want {
			t.Errorf("%q became %q, want %q", tt.text, got, want)
		}
	}
	for _, text := range []string{
		"twilsim demo", ".twilsim/run.json", "~/.local/share/twilsim/ca.pem",
		"github.com/x/twilsim/simulator", "twilsim/0.1.0", "module twilsimulator\n",
		"./twilsim/simulator", "name = twilsim", "@twilsim/linux-x64",
	} {
		if got := replace(text); got != text {
			t.Errorf("%q became %q, want no change", text, got)
		}
	}
}

// TestRename renames a copy of the tree, and builds and vets it.
func TestRename(t *testing.T) {
	dir := copyTree(t)
	if err := run(t.Context(), filepath.Join(dir, "app"), []string{newPath}, io.Discard); err != nil {
		t.Fatal(err)
	}
	command(t, dir, "go", "build", "./...")
	command(t, dir, "go", "vet", "./simulator/packaging/...", "./simulator/project", "./app/...")
	out := filepath.Join(t.TempDir(), "twilsim")
	command(t, dir, "go", "build", "-o", out, newPath+"/simulator/cmd/twilsim")
	command(t, dir, out, "version")
	oldImport := regexp.MustCompile(old(`"OLD/(simulator|testscript|app)\b`))
	for name := range strings.FieldsSeq(command(t, dir, "git", "ls-files", "*.go", "*.md",
		"*.txtar")) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if found := oldImport.Find(text); found != nil {
			t.Errorf("%s still has %s", name, found)
		}
	}
	if unformatted := command(t, dir, "gofmt", "-l", "app", "simulator",
		"testscript"); unformatted != "" {
		t.Errorf("gofmt would change %s", unformatted)
	}
}

// TestRefusals wants a clear error, and a tree without changes.
func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module twilsim\n")
	write(t, filepath.Join(dir, "simulator", "a.go"),
		old("package simulator\n\nimport _ \"OLD/simulator/b\"\n"))
	refused := func(want string, args ...string) {
		t.Helper()
		if err := run(t.Context(), dir, args, io.Discard); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("rename %q: %v, want an error with %q", args, err, want)
		}
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	refused("not a git checkout", newPath)
	commit(t, dir)
	refused("takes the new module path")
	refused("takes the new module path", "a.example/x", "b.example/y")
	refused("takes the new module path", "-help")
	refused("called twilsim already", "twilsim")
	refused("must begin with a host", "me/twilsim")
	refused("leave out the scheme", "https://github.com/me/twilsim")
	for _, bad := range []string{"github.com/me/twil sim", "github.com//me", "github.com/me/",
		"github.com/../x"} {
		refused("bad module path", bad)
	}
	if status := command(t, dir, "git", "status", "--porcelain"); status != "" {
		t.Errorf("a refusal changed %s", status)
	}
	write(t, filepath.Join(dir, "new.txt"), "")
	refused("the tree has changes (?? new.txt)", newPath)
	if err := os.Remove(filepath.Join(dir, "new.txt")); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "simulator", "z.go")
	write(t, broken, old("package simulator\n\nimport OLD/simulator/b\n")) // cannot be formatted
	commit(t, dir)
	refused("nothing was renamed", newPath)
	if status := command(t, dir, "git", "status", "--porcelain"); status != "" {
		t.Errorf("a failure changed %s", status)
	}
}

// copyTree copies the files of this tree, changed ones included, into a repository of their own.
func copyTree(t *testing.T) string {
	t.Helper()
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	list := command(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimRight(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue // removed, or a symbolic link to a folder
		}
		write(t, filepath.Join(dir, name), string(data))
	}
	commit(t, dir)
	return dir
}

func commit(t *testing.T, dir string) {
	t.Helper()
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "add", "-A")
	command(t, dir, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c",
		"commit.gpgsign=false",
		"commit", "-q", "-m", "a tree")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}
