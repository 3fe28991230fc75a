package testscript

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// RequireVar is the environment variable that lists required runtimes: TWILSIM_REQUIRE=node,flask.
// A scenario or test whose runtime is missing is skipped, or fails if the runtime is on the list.
const RequireVar = "TWILSIM_REQUIRE"

// runtimeNames returns the runtimes that are conditions in scenarios, as in: [!node] skip 'no
// node'.
func runtimeNames() []string { return []string{"node", "flask", "python"} }

// runtimes caches which runtimes exist, because asking Python is slow.
type runtimes struct {
	mu    sync.Mutex
	found map[string]string // why a runtime is missing; "" when it is there
}

// Missing returns why a runtime is not usable on this machine, or "" if it is.
func Missing(name string) string {
	switch name {
	case "node":
		if _, err := exec.LookPath("node"); err != nil {
			return "node is not installed"
		}
		return ""
	case "flask":
		if err := exec.Command(Python(), "-c", "import flask").Run(); err != nil {
			return Python() + " cannot import flask: install python3-flask"
		}
		return ""
	case "python":
		if err := exec.Command("python3", "-c", "import requests").Run(); err != nil {
			return "python3 cannot import requests: install python3-requests"
		}
		return ""
	}
	return fmt.Sprintf("unknown runtime %q (%s)", name, strings.Join(runtimeNames(), ", "))
}

// Python returns the interpreter that has Flask: the system's own where Debian's package is
// installed, else the one on the PATH.
func Python() string {
	const system = "/usr/bin/python3"
	if exec.Command(system, "-c", "import flask").Run() == nil {
		return system
	}
	return "python3"
}

// Required reports whether a missing runtime is a failure.
func Required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv(RequireVar), ","), name)
}

// knows reports whether a condition is one of this package.
func (r *runtimes) knows(name string) bool {
	return strings.HasPrefix(name, "modules:") || slices.Contains(runtimeNames(), name)
}

// condition answers [node], [flask], [python] and [modules:DIR] in a script.
func (r *runtimes) condition(name string) (bool, error) {
	if dir, ok := strings.CutPrefix(name, "modules:"); ok {
		return haveModules(dir)
	}
	if !slices.Contains(runtimeNames(), name) {
		return false, fmt.Errorf(
			"unknown condition; beside testscript's own there are %s",
			strings.Join(runtimeNames(), ", "),
		)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	why, ok := r.found[name]
	if !ok {
		why = Missing(name)
		if r.found == nil {
			r.found = map[string]string{}
		}
		r.found[name] = why
	}
	if why != "" && Required(name) {
		return false, fmt.Errorf("%s, and %s asks for it", why, RequireVar)
	}
	return why == "", nil
}

// haveModules reports whether npm has installed the modules of the package in dir.
func haveModules(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, "node_modules"))
	if err != nil && Required("node") {
		return false, fmt.Errorf(
			"%s has no node_modules, and %s asks for node: run npm ci there",
			dir,
			RequireVar,
		)
	}
	return err == nil, nil
}
