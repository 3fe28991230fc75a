package python

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

func TestNames(t *testing.T) {
	want := []string{
		"twilsim-1.2.3rc1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl",
		"twilsim-1.2.3rc1-py3-none-manylinux_2_17_aarch64." +
			"manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
		"twilsim-1.2.3rc1-py3-none-macosx_12_0_x86_64.whl",
		"twilsim-1.2.3rc1-py3-none-macosx_12_0_arm64.whl",
		"twilsim-1.2.3rc1-py3-none-win_amd64.whl",
		"twilsim-1.2.3rc1-py3-none-win_arm64.whl",
	}
	var got []string
	for _, p := range packaging.Platforms() {
		f, err := Wheel(p, "1.2.3-rc.1", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// systemPython is the interpreter that sees the packages of the system, pytest among them.
func systemPython() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

// install installs the wheel for this machine with pip, without index, into a new environment, and
// returns the folder of its programs.
func install(t *testing.T) (bin string) {
	t.Helper()
	dir := t.TempDir()
	env := filepath.Join(dir, "venv")
	cmd := exec.CommandContext(t.Context(), systemPython(), "-m", "venv", "--system-site-packages",
		env)
	if out, err := cmd.CombinedOutput(); err != nil {
		missing := "python3 cannot make an environment: install python3-venv\n" + string(out)
		if simscript.Required("venv") {
			t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
		}
		t.Skip(missing)
	}
	here := packaging.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	binary, err := packaging.Build(t.Context(), root, here, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Wheel(here, "1.2.3", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), binary,
		[]byte("licence"))
	if err != nil {
		t.Fatal(err)
	}
	wheel := filepath.Join(dir, f.Name)
	if err := os.WriteFile(wheel, f.Data, 0o644); err != nil {
		t.Fatal(err)
	}
	bin = filepath.Join(env, "bin")
	run(t, nil, filepath.Join(bin, "pip"), "install", "--quiet", "--no-index",
		"--disable-pip-version-check", wheel)
	return bin
}

// TestWheel runs what the wheel promises: the command, the client, and the fixture.
func TestWheel(t *testing.T) {
	bin := install(t)
	for _, command := range [][]string{{"twilsim"}, {"python", "-m", "twilsim"}} {
		args := append(slices.Clone(command[1:]), "version")
		out := run(t, nil, filepath.Join(bin, command[0]), args...)
		if !strings.HasPrefix(out, "twilsim 1.2.3 ") {
			t.Errorf("%s version: %s", command, out)
		}
	}
	python := filepath.Join(bin, "python")
	if out := run(t, nil, python, "-B", "testdata/client.py"); out != "done\n" {
		t.Errorf("client.py printed %q, want done", out)
	}
	env := slices.DeleteFunc(os.Environ(), func(s string) bool {
		return strings.HasPrefix(s, "HOME=")
	})
	run(t, append(env, "XDG_DATA_HOME="), python, "-B", "testdata/client.py")
	t.Run("pytest", func(t *testing.T) { testFixture(t, python) })
	t.Run("bad installations", func(t *testing.T) { testBadInstallations(t, bin) })
}

// testFixture runs the example, and a test that leaves an alert unread.
func testFixture(t *testing.T, python string) {
	if exec.CommandContext(t.Context(), python, "-c", "import pytest").Run() != nil {
		if simscript.Required("pytest") {
			t.Fatalf("pytest is not installed, and %s asks for it", simscript.RequireVar)
		}
		t.Skip("pytest is not installed: install python3-pytest")
	}
	args := []string{"-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"}
	out := run(t, nil, python, append(args, "files/examples/test_sms.py")...)
	if !strings.Contains(out, "2 passed") {
		t.Errorf("the example:\n%s", out)
	}
	cmd := exec.CommandContext(t.Context(), python, append(args, "testdata/unread_alert.py")...)
	failed, err := cmd.CombinedOutput()
	for _, want := range []string{"2 passed, 1 error", "alerts that the test has not read", "11202"} {
		if err == nil || !strings.Contains(string(failed), want) {
			t.Errorf("a test that leaves an alert: %v, want %q in\n%s", err, want, failed)
		}
	}
}

// testBadInstallations wants one clear error where the binary is not as it should be.
func testBadInstallations(t *testing.T, bin string) {
	binary, text := filepath.Join(bin, "twilsim"), filepath.Join(bin, "text")
	tests := []struct {
		name  string
		spoil func() error
		env   string
		want  []string
	}{
		{"a variable that names no file", func() error { return nil }, "TWILSIM_BINARY=/nowhere/twilsim",
			[]string{"TWILSIM_BINARY names /nowhere/twilsim", "unset TWILSIM_BINARY"}},
		{"a variable that names a folder", func() error { return nil }, "TWILSIM_BINARY=" + bin,
			[]string{"which is not a file", "unset TWILSIM_BINARY"}},
		{"a variable that names a text",
			func() error { return os.WriteFile(text, []byte("hello"), 0o755) },
			"TWILSIM_BINARY=" + text, []string{"cannot run on this machine", "unset TWILSIM_BINARY"}},
		{"a part of a binary", func() error { return os.Truncate(binary, 100) }, "",
			[]string{"cannot run on this machine", "interrupted", "pip install --force-reinstall"}},
		{"a binary that is not executable", func() error { return os.Chmod(binary, 0o644) }, "",
			[]string{"cannot be started", "chmod +x"}},
		{"no binary", func() error { return os.Remove(binary) }, "",
			[]string{"is not installed", "pip install --force-reinstall"}},
	}
	for _, tt := range tests { // each leaves more broken than the one before
		if err := tt.spoil(); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"-m", "twilsim", "version"},
			{"-c", "import sys, twilsim\ntry: twilsim.start()\nexcept twilsim.BinaryError as e: " +
				"sys.exit(str(e))"},
		} {
			cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "python"), args...)
			cmd.Env = append(os.Environ(), tt.env)
			out, err := cmd.CombinedOutput()
			for _, want := range tt.want {
				text := string(out)
				if err == nil || !strings.Contains(text, want) || strings.Contains(text, "Traceback") {
					t.Errorf("%s: python %q: %v, want an error with %q, got\n%s", tt.name, args, err, want, text)
				}
			}
		}
	}
}

func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
