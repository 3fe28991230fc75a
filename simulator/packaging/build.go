package packaging

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
)

// Module is the path of the module that is built. It is read from this package's own path, so that
// it stays right when the module is renamed.
func Module() string {
	return strings.TrimSuffix(reflect.TypeFor[Platform]().PkgPath(), "/simulator/packaging")
}

// Root returns the directory with the go.mod of the tree in which this process runs.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", Module()).Output()
	if err != nil {
		return "", fmt.Errorf("no module %s here: run this command in the source tree of twilsim",
			Module())
	}
	return strings.TrimSpace(string(out)), nil
}

// Build returns the static, trimmed and stripped binary of the command twilsim, built in the tree
// at root. The same commit, version and toolchain give the same bytes.
func Build(ctx context.Context, root string, p Platform, v Version) ([]byte, error) {
	dir, err := os.MkdirTemp("", "twilsim-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, p.Executable())
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", file,
		"-ldflags=-s -w -buildid= -X main.version="+string(v), "./simulator/cmd/twilsim")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch, "GOAMD64=v1",
		"GOARM64=v8.0",
		"GOFLAGS=-mod=readonly", "GOWORK=off", "GOEXPERIMENT=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build for %s: %w\n%s", p, err, out)
	}
	return os.ReadFile(file)
}
