//go:build !nosqlite

package storage

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// built says whether SQLite is in this program.
const built = true

// diagnose says what an error of SQLite means: what is wrong with the file, what to do, and
// the cause that is shown. An empty text or try leaves that to the caller.
func diagnose(err error) (text, try string, cause error) {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return "", "another FILE", err
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "is used by another process", "stop it first, or another FILE", nil
	case sqlite3.SQLITE_FULL:
		return "", "make room on the disk", errFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return "is damaged", "", err
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return "", "a directory and a file that you can write", err
	}
	return "", "", err
}
