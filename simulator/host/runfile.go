package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/wholefile"
)

// RunFileName is the file by which other commands find a simulator, below its working directory.
const RunFileName = ".twilsim/run.json"

// RunFile is the content of that file. It may have a token, so only its owner may read it. The PID
// tells a simulator from another one that has got its port since.
type RunFile struct {
	URL         string    `json:"url"`
	PID         int       `json:"pid"`
	Started     time.Time `json:"started"`
	Version     string    `json:"version"`
	AccountSID  string    `json:"account_sid"`
	AccessToken string    `json:"access_token,omitempty"`
}

// Write writes the file into the working directory. If that has the file of another simulator that
// runs, the new one gets a file of its own, and other is the one that commands find. The function
// that Write returns removes the file, unless another simulator has overwritten it. The folder is
// made for the owner only, because of the token.
func (r *RunFile) Write(ctx context.Context) (remove func(), other *RunFile, err error) {
	path, err := filepath.Abs(filepath.FromSlash(RunFileName))
	if err != nil {
		return nil, nil, err
	}
	dir := filepath.Dir(path)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, nil, err
	}
	if there, err := readRunFile(path); err == nil && there.Runs(ctx) {
		other, path = there, filepath.Join(dir, fmt.Sprintf("run-%d.json", r.PID))
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	if err := wholefile.Write(path, append(data, '\n'), 0o600); err != nil {
		return nil, nil, err
	}
	return func() {
		if now, err := readRunFile(path); err != nil || now.PID != r.PID || now.URL != r.URL {
			return // another serve in this directory has overwritten the file
		}
		os.Remove(path)
		os.Remove(dir) // it fails if the directory has other files
	}, other, nil
}

// Runs reports whether the simulator that wrote the file still runs: the process that answers at
// its URL is the one of the file. A server that asks for another token counts as running, since
// nobody else has the right to know.
func (r *RunFile) Runs(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	info, err := NewClient(r.URL, r.AccessToken).Server(ctx)
	var refused *control.Error
	if errors.As(err, &refused) {
		return true
	}
	return err == nil && info.PID == r.PID
}

func readRunFile(path string) (*RunFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r RunFile
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &r, nil
}

// findRunFile looks for the file in the working directory and those above it, and returns the
// directory in which it was found.
func findRunFile() (run *RunFile, dir string, err error) {
	if dir, err = os.Getwd(); err != nil {
		return nil, "", err
	}
	for {
		run, err := readRunFile(filepath.Join(dir, filepath.FromSlash(RunFileName)))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return run, dir, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, "", fs.ErrNotExist
		}
		dir = parent
	}
}
