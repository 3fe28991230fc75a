//go:build race

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"twilsim/simulator/packaging"
)

// raceDetector says whether the tests have the race detector.
const raceDetector = true

// concurrent are the commands of which the race detector can find something here: they serve, or
// watch a program. The others ask a server and print the answer. "run" is among these because
// package testscript has its concurrency, and tests of its own.
const concurrent = "serve|exec|explore|audit|demo|doctor|conform|console"

// firstInPath returns a directory with a twilsim to put in front of the PATH of the scripts. It
// runs most commands without the race detector: with it each takes five times as long to start, and
// that was two thirds of the time of this test.
func firstInPath(t *testing.T) string {
	detecting, err := exec.LookPath("twilsim") // this test, under the name of the command
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("go"); err != nil || runtime.GOOS == "windows" {
		return filepath.Dir(detecting)
	}
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	here := packaging.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}
	binary, err := packaging.Build(t.Context(), root, here, packaging.Version(version))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	script := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in %s) exec '%s' \"$@\";; esac\nexec '%s' \"$@\"\n",
		concurrent, detecting, plain)
	for file, data := range map[string][]byte{
		plain: binary, filepath.Join(dir, "twilsim"): []byte(script),
	} {
		if err := os.WriteFile(file, data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
