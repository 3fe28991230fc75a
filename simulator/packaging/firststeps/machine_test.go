//go:build !race

package firststeps

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/packaging"
	"twilsim/simulator/packaging/npm"
	"twilsim/simulator/packaging/python"
	simscript "twilsim/testscript"
)

// version is that of the packages that the tests build.
const version = "1.2.3"

// machine is a machine with few programs: its directory, and the environment of its commands.
type machine struct {
	dir string
	env []string
}

// newMachine returns a machine whose PATH has nothing but a shell and these programs. Nothing is
// downloaded: the package managers are offline.
func newMachine(t *testing.T, programs ...string) *machine {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the machine needs symbolic links and a shell")
	}
	m := &machine{dir: t.TempDir()}
	bin := filepath.Join(m.dir, "bin")
	makeDir(t, bin)
	for _, name := range append(programs, "sh", "env") {
		found, err := exec.LookPath(name)
		if err != nil {
			missing(t, name)
		}
		if _, err := os.Stat("/usr/bin/" + name); err == nil {
			found = "/usr/bin/" + name // not a wrapper that needs other programs
		}
		if err := os.Symlink(found, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Join(m.dir, "home")
	makeDir(t, home)
	m.env = []string{
		"PATH=" + bin, "HOME=" + home, "TMPDIR=" + m.dir, "npm_config_offline=true",
		"npm_config_audit=false",
		"npm_config_fund=false", "npm_config_update_notifier=false",
		"PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_INDEX=1",
		// The flags are those of packaging.Build, so that its compiled packages are reused.
		"GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOFLAGS=-mod=mod -trimpath", "CI=true",
	}
	return m
}

// missing skips the test, or fails it where the runtime is required.
func missing(t *testing.T, name string) {
	t.Helper()
	runtimes := map[string]string{"node": "node", "npm": "node", "npx": "node", "python3": "venv"}
	if simscript.Required(runtimes[name]) {
		t.Fatalf("%s is not installed, and %s asks for it", name, simscript.RequireVar)
	}
	t.Skip(name + " is not installed")
}

// enter types a command into a folder, and returns what it printed. It must succeed.
func (m *machine) enter(t *testing.T, folder, command string) string {
	t.Helper()
	began := time.Now()
	cmd := exec.CommandContext(t.Context(), filepath.Join(m.dir, "bin", "sh"), "-ec", command)
	cmd.Dir, cmd.Env = folder, m.env
	out, err := cmd.CombinedOutput()
	t.Logf("$ %s   (%.1fs)\n%s", command, time.Since(began).Seconds(), out)
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return string(out)
}

// here is this machine.
var here = packaging.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}

// built is the binary of this machine, which all tests share.
var built = sync.OnceValues(func() ([]byte, error) {
	dir, err := packaging.Root(context.Background())
	if err != nil {
		return nil, err
	}
	return packaging.Build(context.Background(), dir, here, version)
})

// build returns the binary of this machine.
func build(t *testing.T) (packaging.Platform, []byte) {
	t.Helper()
	data, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return here, data
}

// release puts the packages for this machine into a folder.
func release(t *testing.T, dist string) {
	t.Helper()
	here, binary := build(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	main, err := npm.Package(version, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	platform, err := npm.PlatformPackage(here, version, at, binary, nil)
	if err != nil {
		t.Fatal(err)
	}
	wheel, err := python.Wheel(here, version, at, binary, nil)
	if err != nil {
		t.Fatal(err)
	}
	makeDir(t, dist)
	for _, f := range []packaging.File{main, platform, wheel} {
		write(t, filepath.Join(dist, f.Name), string(f.Data))
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func makeDir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	makeDir(t, filepath.Dir(file))
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// commands returns the commands in the first block of shell below a heading of the README.
func commands(t *testing.T, heading string) []string {
	t.Helper()
	_, section, found := strings.Cut(read(t, filepath.Join(root(t), "README.md")),
		"\n### "+heading+"\n")
	_, block, opened := strings.Cut(section, "```sh\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !opened || !closed {
		t.Fatalf("the README has no commands for %s", heading)
	}
	return strings.Split(strings.TrimSpace(block), "\n")
}
