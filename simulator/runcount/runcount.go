// Package runcount counts the runs of the simulator on this machine, so that no two of them issue
// the same SIDs: an app that has stored what an earlier run sent would take a new message with an
// old SID for a duplicate.
package runcount

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Next counts a run and returns its number, from 1. The count is in the file runs of the user's
// state directory. Programs that call Next at the same time get different numbers.
func Next() (uint64, error) {
	dir, err := stateDir()
	if err != nil {
		return 0, err
	}
	return next(dir)
}

func next(dir string) (n uint64, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	path := filepath.Join(dir, "runs")
	err = lockedfile.Transform(path, func(old []byte) ([]byte, error) {
		if old = bytes.TrimSpace(old); len(old) > 0 {
			if n, err = strconv.ParseUint(string(old), 10, 62); err != nil {
				return nil, fmt.Errorf("%s has no number, but %.20q", path, old)
			}
		}
		n++
		return []byte(strconv.FormatUint(n, 10) + "\n"), nil
	})
	return n, err
}

// stateDir returns twilsim in $XDG_STATE_HOME, or else in the system's directory for such files.
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "twilsim"), nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "twilsim"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("there is no home directory")
	}
	return filepath.Join(home, ".local", "state", "twilsim"), nil
}
