package action

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"twilsim/simulator/packaging"
)

// releases serves the files of one release, v1.2.3, as GitHub does.
func releases(t *testing.T, files map[string][]byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, "/download/v1.2.3/")
		if !ok {
			name, ok = strings.CutPrefix(r.URL.Path, "/latest/download/")
		}
		data, there := files[name]
		if !ok || !there {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// archive returns an archive whose twilsim is a script, or what is given, and its name.
func archive(t *testing.T, script string) (string, []byte) {
	t.Helper()
	program := packaging.File{Name: "twilsim", Data: []byte(script), Executable: true}
	data, err := packaging.TarGzip([]packaging.File{program}, time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	return "twilsim_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz", data
}

func TestInstall(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the test installs a tar archive")
	}
	name, data := archive(t, "#!/bin/sh\necho twilsim 1.2.3\n")
	_, foreign := archive(t, "\x7fELF of another machine")
	sumOf := func(data []byte) string { return fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name) }
	sum := sumOf(data)
	tests := []struct {
		name, version string
		files         map[string][]byte
		want          string // of the error; "" for an installation
	}{
		{"a version", "v1.2.3", map[string][]byte{"checksums.txt": []byte(sum), name: data}, ""},
		{"without v", "1.2.3", map[string][]byte{"checksums.txt": []byte(sum), name: data}, ""},
		{"the newest", "latest", map[string][]byte{"checksums.txt": []byte(sum), name: data}, ""},
		{"another version", "v1.2.4", nil, "has no release v1.2.4"},
		{"no version", "newest", nil, `bad version "newest"`},
		{"no archive for the machine", "v1.2.3",
			map[string][]byte{"checksums.txt": []byte(strings.Replace(sum, runtime.GOARCH, "mips", 1))},
			"has no archive for " + runtime.GOOS + "/" + runtime.GOARCH},
		{"a lost archive", "v1.2.3", map[string][]byte{"checksums.txt": []byte(sum)}, "was interrupted"},
		{"half an archive", "v1.2.3", map[string][]byte{"checksums.txt": []byte(sum),
			name: data[:len(data)/2]},
			"not downloaded whole"},
		{"no archive at all", "v1.2.3", map[string][]byte{"checksums.txt": []byte(sumOf([]byte("x"))),
			name: []byte("x")}, "cannot be unpacked"},
		{"a binary for another machine", "v1.2.3",
			map[string][]byte{"checksums.txt": []byte(sumOf(foreign)), name: foreign},
			"does not run on this machine"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			temp := t.TempDir()
			out, err := install(t, temp, tt.version, releases(t, tt.files))
			installed := filepath.Join(temp, "twilsim")
			if tt.want != "" {
				if err == nil || !strings.Contains(out, tt.want) || !strings.Contains(out, "; try: ") {
					t.Errorf("%v, want an error with %q, got\n%s", err, tt.want, out)
				}
				if _, err := os.Stat(installed); err == nil {
					t.Error("something is installed")
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			said, err := exec.CommandContext(t.Context(),
				filepath.Join(installed, "twilsim")).CombinedOutput()
			if string(said) != "twilsim 1.2.3\n" {
				t.Errorf("%v, %s", err, said)
			}
			path, err := os.ReadFile(filepath.Join(temp, "path"))
			if string(path) != installed+"\n" {
				t.Errorf("the PATH gets %q, %v", path, err)
			}
		})
	}
}

func install(t *testing.T, temp, version, releases string) (string, error) {
	t.Helper()
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, ".github/actions/setup/install.sh"))
	env := slices.DeleteFunc(os.Environ(), func(s string) bool { // it needs no home directory
		return strings.HasPrefix(s, "HOME=")
	})
	cmd.Env = append(env, "VERSION="+version, "REPOSITORY=me/twilsim",
		"TWILSIM_RELEASES="+releases,
		"RUNNER_TEMP="+temp, "GITHUB_PATH="+filepath.Join(temp, "path"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestWorkflows wants YAML whose steps each do one thing.
func TestWorkflows(t *testing.T) {
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type steps []struct{ Uses, Run, Shell string }
	read := func(name string, into any) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(root, ".github", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(data, into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	check := func(name, command string, steps steps) {
		t.Helper()
		found := false
		for _, step := range steps {
			if (step.Uses == "") == (step.Run == "") {
				t.Errorf("%s: a step that runs and uses: %+v", name, step)
			}
			found = found || strings.Contains(step.Run, command)
		}
		if !found {
			t.Errorf("%s: no step runs %s", name, command)
		}
	}
	for name, command := range map[string]string{
		"check.yml": ".ci/run", "release.yml": "go run ./simulator/packaging/release",
	} {
		var file struct {
			Jobs map[string]struct{ Steps steps }
		}
		read("workflows/"+name, &file)
		check(name, command, file.Jobs[strings.TrimSuffix(name, ".yml")].Steps)
	}
	var action struct {
		Inputs map[string]struct{ Description string }
		Runs   struct {
			Using string
			Steps steps
		}
	}
	read("actions/setup/action.yml", &action)
	check("action.yml", "install.sh", action.Runs.Steps)
	for _, step := range action.Runs.Steps {
		if step.Run != "" && step.Shell != "bash" {
			t.Errorf("action.yml: %q needs a shell", step.Run)
		}
	}
	if action.Runs.Using != "composite" || len(action.Inputs) != 4 {
		t.Errorf("action.yml: using %s, inputs %v", action.Runs.Using, action.Inputs)
	}
}
