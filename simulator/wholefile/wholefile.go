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
// temporary file and renames it, because renaming is atomic on POSIX systems.
func Write(path string, data []byte, mode fs.FileMode) error {
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
