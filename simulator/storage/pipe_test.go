//go:build unix

package storage_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"twilsim/simulator/storage"
)

// TestPipe checks that nobody waits for a pipe that has the name of a file.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := storage.Open(path, storage.Options{}); err == nil ||
		!strings.Contains(err.Error(), "is not a file") {
		t.Error(err)
	}
}
