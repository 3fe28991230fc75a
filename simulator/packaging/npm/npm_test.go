package npm

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/packaging"
	simscript "twilsim/testscript"
)

// install builds the packages for this machine and installs them with npm, without network, into a
// new project.
func install(t *testing.T) (project string) {
	t.Helper()
	if missing := missingNode(); missing != "" {
		if simscript.Required("node") {
			t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
		}
		t.Skip(missing)
	}
	project = t.TempDir()
	here := packaging.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	binary, err := packaging.Build(t.Context(), root, here, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	main, err := Package("1.2.3", at, []byte("licence"))
	if err != nil {
		t.Fatal(err)
	}
	platform, err := PlatformPackage(here, "1.2.3", at, binary, []byte("licence"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"install", "--offline", "--no-audit", "--no-fund"}
	for _, f := range []packaging.File{main, platform} {
		write(t, filepath.Join(project, f.Name), string(f.Data))
		args = append(args, "./"+f.Name)
	}
	write(t, filepath.Join(project, "package.json"), "{}")
	run(t, project, nil, "npm", args...)
	return project
}

// missingNode says what is missing, "" where node and npm are there and new enough.
func missingNode() string {
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			return name + " is not installed"
		}
	}
	if exec.Command("node", "-e",
		"process.exitCode = parseInt(process.versions.node) < 18 ? 1 : 0").Run() != nil {
		return "node is older than 18"
	}
	return ""
}

// TestPackage runs what the package promises in a project that has nothing else: the command, a
// test under exec, and the client from both kinds of modules.
func TestPackage(t *testing.T) {
	project := install(t)
	modules := filepath.Join(project, "node_modules")
	if out := run(t, project, nil, "npx", "twilsim", "version"); !strings.HasPrefix(out,
		"twilsim 1.2.3 ") {
		t.Errorf("npx twilsim version: %s", out)
	}
	t.Run("example", func(t *testing.T) {
		example, err := os.ReadFile(filepath.Join(modules, "twilsim", "examples", "node.test.mjs"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(project, "example.test.mjs"), string(example))
		out := run(t, project, nil, "npx", "twilsim", "exec", "--", "node", "--test")
		if !strings.Contains(out, "pass 2") {
			t.Errorf("the example did not run two tests:\n%s", out)
		}
	})
	t.Run("client", func(t *testing.T) { testClient(t, project) })
	t.Run("bad installations", func(t *testing.T) { testBadInstallations(t, project) })
}

// testClient runs testdata/client.cjs, which checks each call of the client.
func testClient(t *testing.T, project string) {
	script, err := os.ReadFile("testdata/client.cjs")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(project, "client.cjs"), string(script))
	if out := run(t, project, nil, "node", "client.cjs"); out != "done\n" {
		t.Errorf("client.cjs printed %q, want done", out)
	}
	// Without a home directory nothing changes.
	env := slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "HOME=")
	})
	run(t, project, append(env, "XDG_DATA_HOME="), "node", "client.cjs")
}

// testBadInstallations wants one clear error from the launcher where the package of the platform is
// not as it should be.
func testBadInstallations(t *testing.T, project string) {
	node := func(expr string) string {
		return strings.TrimSpace(run(t, project, nil, "node", "-p", expr))
	}
	scope := filepath.Join(project, "node_modules", "@twilsim")
	here := node("process.platform + '-' + process.arch")
	own := filepath.Join(scope, here)
	binary := filepath.Join(own, "bin", "twilsim")
	manifest := filepath.Join(own, "package.json")
	other := filepath.Join(scope, "win32-arm64")
	windows := filepath.Join(project, "twilsim.exe")
	tests := []struct {
		name  string
		spoil func()
		env   string
		want  []string
	}{
		{"a variable that names no file", func() {}, "TWILSIM_BINARY=/nowhere/twilsim",
			[]string{"TWILSIM_BINARY names /nowhere/twilsim", "unset TWILSIM_BINARY"}},
		{"a variable that names a text", func() {}, "TWILSIM_BINARY=" + manifest,
			[]string{"cannot run on this machine", "not a program of any system", "unset TWILSIM_BINARY"}},
		{"a variable that names a folder", func() {}, "TWILSIM_BINARY=" + own,
			[]string{"which is not a file", "unset TWILSIM_BINARY"}},
		{"a variable that names a binary for Windows", func() { write(t, windows, windowsHead()) },
			"TWILSIM_BINARY=" + windows, []string{"cannot run on this machine", "a binary for win32-arm64"}},
		{"a binary that is not executable", func() { chmod(t, binary, 0o644) }, "",
			[]string{"cannot be started", "chmod +x"}},
		{"a part of a binary", func() { write(t, binary, "\x7fELF") }, "",
			[]string{"not complete", "interrupted", "npm install"}},
		{"no binary", func() { remove(t, binary) }, "",
			[]string{"not complete", "does not exist", "npm install"}},
		{"another version", func() { write(t, manifest, `{"version": "1.2.2"}`) }, "",
			[]string{"twilsim is version 1.2.3", "1.2.2", "npm install twilsim@1.2.3"}},
		{"a part of a manifest", func() { write(t, manifest, `{"name":`) }, "",
			[]string{"@twilsim/" + here + " is not complete", "cannot be read", "npm install"}},
		{"the package of another platform", func() { rename(t, own, other) }, "",
			[]string{"but @twilsim/win32-arm64 is", "copied from another machine"}},
		{"no package", func() { remove(t, other) }, "",
			[]string{"is not installed", "--include=optional"}},
	}
	for _, tt := range tests { // each leaves more broken than the one before
		tt.spoil()
		cmd := exec.CommandContext(t.Context(), "node", "node_modules/twilsim/bin/twilsim.cjs", "version")
		cmd.Dir = project
		cmd.Env = append(os.Environ(), tt.env)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("%s: the launcher succeeded:\n%s", tt.name, out)
		}
		for _, want := range tt.want {
			if !strings.Contains(string(out), want) || strings.Contains(string(out), "    at ") {
				t.Errorf("%s: want an error with %q and no stack, got\n%s", tt.name, want, out)
			}
		}
	}
	text := node(`try { require('twilsim/lib/binary.cjs') } catch (e) { e.code }`)
	if text != "ERR_PACKAGE_PATH_NOT_EXPORTED" {
		t.Errorf("lib is not private: %s", text)
	}
}

// windowsHead is how a program for Windows on arm64 begins.
func windowsHead() string {
	head := make([]byte, 128)
	copy(head, "MZ")
	head[0x3c] = 64
	copy(head[64:], "PE\x00\x00\x64\xaa")
	return string(head)
}

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
}
