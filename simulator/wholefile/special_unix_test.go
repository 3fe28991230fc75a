//go:build unix

package wholefile

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSpecial writes to a pipe, as to /dev/stdout or to a device: it stays what it is.
func TestSpecial(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	// for reading, too, so that nobody waits for the other end
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if err := Write(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	check := func() {
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
			t.Fatalf("%v, %v: not a pipe any more", info, err)
		}
	}
	check()
	got := make([]byte, 4)
	if _, err := io.ReadFull(pipe, got); err != nil || string(got) != "text" {
		t.Errorf("read %q, %v", got, err)
	}
	if err := Remove(path); err != nil {
		t.Error(err)
	}
	check()
}
