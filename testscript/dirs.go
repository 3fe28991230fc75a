package testscript

import (
	"os"
	"path/filepath"
	"sync"
)

// dirs gives the apps of a search empty directories. One that is empty again is used again: to make
// and remove a directory takes a tenth of a run.
type dirs struct {
	mu    sync.Mutex
	root  string
	empty []string
}

// take returns an empty directory.
func (d *dirs) take() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.empty); n > 0 {
		dir := d.empty[n-1]
		d.empty = d.empty[:n-1]
		return dir, nil
	}
	if d.root == "" {
		root, err := os.MkdirTemp("", "twilsim-apps-")
		if err != nil {
			return "", err
		}
		d.root = root
	}
	return os.MkdirTemp(d.root, "")
}

// give takes a directory back.
func (d *dirs) give(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		_ = os.RemoveAll(filepath.Clean(dir)) // temporary; the system clears the rest
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.empty = append(d.empty, dir)
}

// close removes all directories.
func (d *dirs) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root != "" {
		_ = os.RemoveAll(filepath.Clean(d.root)) // as above
	}
}
