// Package wholefile writes files that other programs may read at the same time, such as the files
// of a certificate authority or the address of a running server.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file so that a reader sees either the old file or all of the new one, which never
// has another mode than the given one. After an error the old file is unchanged. It writes a
// temporary file and renames it, because renaming is atomic on POSIX systems. A device or a pipe is
// written to as it is: a file in its place would take it away from all other programs.
func Write(path string, data []byte, mode fs.FileMode) error {
	if info, err := os.Stat(path); err == nil && special(info) {
		return os.WriteFile(path, data, mode)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Remove removes what [Write] has written, if it is a file and not a device or a pipe.
func Remove(path string) error {
	if info, err := os.Stat(path); err == nil && special(info) {
		return nil
	}
	return os.Remove(path)
}

func special(info fs.FileInfo) bool { return !info.Mode().IsRegular() && !info.IsDir() }
