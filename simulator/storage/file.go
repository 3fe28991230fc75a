package storage

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"twilsim/simulator/messaging"
)

//go:embed schema.sql
var schema string

const (
	// applicationID marks the files of this package: "twil".
	applicationID = 0x7477696c
	// version is that of the schema, and of the values in it. Version 1 had JSON for events, and no
	// index for the messages with work to do; version 2 had no log beside the file, and
	// one row for all numbers of an account, and so on.
	version = 3
	// pageSize is that of a new file. A request with its answer needs more than half of a page of
	// SQLite's usual size, so half of the file would be empty, and written with the rest.
	pageSize = 16 << 10
	walBytes = 16 << 20
)

// Options are the settings of a [File].
type Options struct {
	// Keep is how many messages, webhooks, requests and alerts of an account stay in the file; 0 is
	// all. A message stays while there is work to do for it.
	Keep int
	// KeepBytes is how large the file may get, without its free pages; 0 is any size. The files of
	// the oldest messages are deleted first, then the oldest things.
	KeepBytes int64
	// Existing refuses to make a new file.
	Existing bool
}

// File is an open file. Its methods may be called at the same time. mu guards the database and what
// is above logMu, and is held for each use of conn; logMu guards what is below. A commit to the log
// needs logMu only, so that it need not wait for rows that are being moved.
type File struct {
	path    string
	options Options

	mu         sync.Mutex
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt // by name, mostly that of a table
	trims      map[trimKey]*trimmed
	flusher    flusher
	written    int64 // bytes since the size was last looked at
	closed     bool
	mover      *time.Timer // moves rows from the log to their tables
	buffer     []byte      // of the log, from which rows are moved

	logMu   sync.Mutex // taken after mu
	log     log
	room    sync.Cond // fewer rows wait, or they cannot be moved
	moving  bool      // mover is running
	hurry   bool      // without a wait
	moveErr error     // why rows could not be moved
}

// Error is a file that cannot be used. Its text has the cause, and Try what to do.
type Error struct {
	Path, What, Try string
	Err             error // nil if What says all
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Path + " " + e.What + ": " + e.Err.Error()
	}
	return e.Path + " " + e.What
}

// Unwrap returns the error of SQLite or of the system.
func (e *Error) Unwrap() error { return e.Err }

// Open opens the file at path, or makes one there. Its errors are of type [*Error].
func Open(path string, o Options) (*File, error) {
	if !built {
		return nil, &Error{path, "cannot be used", "a twilsim that is built without -tags nosqlite",
			errors.New("this twilsim has no SQLite")}
	}
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	fresh, inUse, err := inspect(path, o.Existing)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, options: o, flusher: flusher{path: path + "-wal"},
		log: log{path: path + "-log"}, statements: map[string]*sql.Stmt{}, trims: map[trimKey]*trimmed{}}
	f.room.L = &f.logMu
	f.mover = time.AfterFunc(time.Hour, f.moveWaiting)
	f.mover.Stop()
	if err := f.open(fresh); err != nil {
		f.closed = true // the log stays as it is
		f.close()
		if inUse {
			keepWAL(path)
		}
		return nil, f.explain("cannot be opened", err)
	}
	return f, nil
}

// resolve returns the path of the file that a link leads to: SQLite has FILE-wal beside that one,
// and FILE-log must be found under either name. It refuses what is not a file: to read from a pipe
// may take forever.
func resolve(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		if _, err := os.Lstat(path); err == nil {
			return "", &Error{path, "is a link to a file that does not exist", "another FILE", nil}
		}
		return path, nil // a new file, or inspect says why not
	}
	info, err := os.Stat(real)
	if err == nil && !info.Mode().IsRegular() {
		return "", &Error{path, "is not a file", "another FILE", nil}
	}
	return real, nil
}

// headerLength is the length of the header of an SQLite file.
const headerLength = 100

// inspect reads the header of a file, so that a file that cannot be used is refused before SQLite
// touches it. fresh reports that the file is empty or does not exist yet, and inUse that it was not
// closed. SQLite would make files beside it, and could not tell which version or program it is of.
func inspect(path string, existing bool) (fresh, inUse bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) && !existing {
		return true, false, checkDir(path)
	}
	if err != nil {
		return false, false, unusable(path, "cannot be used", err)
	}
	defer file.Close()
	header := make([]byte, headerLength)
	n, err := io.ReadFull(file, header)
	switch {
	case n == 0 && err == io.EOF && !existing:
		return true, false, nil
	case err != nil && err != io.ErrUnexpectedEOF && err != io.EOF:
		return false, false, unusable(path, "cannot be read", err)
	case n < headerLength || !strings.HasPrefix(string(header), "SQLite format 3\x00"):
		return false, false, &Error{path, "is not a file of twilsim", "another FILE", nil}
	}
	if id := binary.BigEndian.Uint32(header[68:]); id != applicationID {
		return false, false, &Error{path, "is an SQLite database of another program", "another FILE", nil}
	}
	inUse = binary.BigEndian.Uint32(header[60:])&openFlag != 0
	if v := binary.BigEndian.Uint32(header[60:]) &^ openFlag; v < 1 || v > version {
		what := fmt.Sprintf("has version %d, and this twilsim knows version %d", v, version)
		return false, false, &Error{path, what, "the twilsim that wrote it", nil}
	}
	if header[20] != 0 { // bytes at the end of a page without data: SQLite would believe it
		return false, false, &Error{path, "is damaged", "twilsim data check " + path,
			errors.New("its header is not that of a file of twilsim")}
	}
	if name := missing(path); inUse && name != "" {
		return false, false, &Error{path, "cannot be used without " + name,
			"bring that file back, or make an empty one if what was stored last may be lost",
			errors.New("the file was not closed, and has only a part of what was stored")}
	}
	return false, inUse, nil
}

func unusable(path, what string, err error) *Error {
	return &Error{path, what, "a file that you can read and write", cause(err)}
}

// checkDir checks that there is a directory for a new file.
func checkDir(path string) error {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return &Error{path, "cannot be made", "mkdir " + dir, cause(err)}
	case !info.IsDir():
		return &Error{path, "cannot be made", "another FILE", fmt.Errorf("%s is not a directory", dir)}
	}
	return nil
}

var errFull = errors.New("the disk is full")

// cause returns an error of the system without the name of the file.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// open opens the database for this process only, and makes the tables of a new one. BEGIN IMMEDIATE
// takes the lock of the file at once, and not with the first write, so that a file in use is
// refused here.
func (f *File) open(fresh bool) (err error) {
	if fresh { // for the user only: it has tokens and texts
		file, err := os.OpenFile(f.path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return cause(err)
		}
		file.Close()
	}
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: f.path}).EscapedPath()}
	query := url.Values{"_pragma": {fmt.Sprintf("page_size(%d)", pageSize),
		"locking_mode(EXCLUSIVE)", "synchronous(NORMAL)", "temp_store(MEMORY)",
		fmt.Sprintf("journal_size_limit(%d)", walBytes)}}
	name.RawQuery = query.Encode()
	if f.db, err = sql.Open("sqlite", name.String()); err != nil {
		return err
	}
	ctx := context.Background()
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return err
	}
	if _, err := f.conn.ExecContext(ctx,
		"PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT"); err != nil {
		return err
	}
	if err := f.limitWAL(ctx); err != nil {
		return err
	}
	if fresh {
		if err := f.create(ctx); err != nil {
			return err
		}
	} else if err := f.upgrade(ctx); err != nil {
		return err
	}
	if err := f.prepare(ctx); err != nil {
		return err
	}
	return f.openLog(ctx)
}

// keepWAL makes an empty FILE-wal where SQLite has deleted it, because it has written what was in
// it into the file: the next start must find all files that this one has found.
func keepWAL(path string) {
	if file, err := os.OpenFile(path+"-wal", os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		file.Close()
	}
}

// missing returns the name of a file beside that at path that does not exist, "" for none.
func missing(path string) string {
	for _, name := range []string{path + "-wal", path + "-log"} {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
	return ""
}

// The names of the rows in the table meta: the number of this file among all files, how often it
// was run, and the generation of its log.
const (
	metaFile = "file"
	metaRuns = "runs"
	metaLog  = "log"
)

// meta returns what is in the table meta, 0 for what is not.
func (f *File) meta(ctx context.Context, name string) (value uint64, err error) {
	var text string
	err = f.conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		value, err = strconv.ParseUint(text, 10, 62)
	}
	return value, err
}

// openLog moves what a killed process has left in the log to the tables. The ID of the file is made
// at its first opening, so that the log of another file is recognised.
func (f *File) openLog(ctx context.Context) (err error) {
	_, err = f.conn.ExecContext(ctx,
		"INSERT OR IGNORE INTO meta VALUES ('"+metaFile+"', abs(random() >> 22))")
	if err != nil {
		return err
	}
	if f.log.id, err = f.meta(ctx, metaFile); err != nil {
		return err
	}
	if f.log.generation, err = f.meta(ctx, metaLog); err != nil {
		return err
	}
	if err := f.log.open(); err != nil {
		return err
	}
	f.flusher.log = f.log.file
	if err := f.moveAll(); err != nil {
		return err
	}
	return f.markOpen(ctx) // at the end: a file that is refused stays as it was
}

// limitWAL has the write-ahead log written into the file whenever it has walBytes. Files of earlier
// versions have pages of another size.
func (f *File) limitWAL(ctx context.Context) error {
	var size int
	if err := f.conn.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	_, err := f.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", walBytes/size))
	return err
}

// openFlag is part of the version in the header of a file that is in use, or was when its process
// was killed. FILE-wal and FILE-log belong to it then: without them, as where it was copied alone,
// it lacks what was stored last, and is refused.
const openFlag = 1 << 16

// markOpen sets the flag in the file itself, where inspect reads it, unless a killed process has.
func (f *File) markOpen(ctx context.Context) error {
	var is int
	err := f.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&is)
	if err != nil || is&openFlag != 0 {
		return err
	}
	_, err = f.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d;"+
		"PRAGMA wal_checkpoint(TRUNCATE)", version|openFlag))
	return err
}

// markClosed takes the flag away.
func (f *File) markClosed(ctx context.Context) error {
	_, err := f.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
	return err
}

// create makes the tables.
func (f *File) create(ctx context.Context) error {
	_, err := f.conn.ExecContext(ctx,
		fmt.Sprintf("BEGIN; %s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
			schema, applicationID, version))
	if err != nil {
		return err
	}
	// the header must be in the file itself, where inspect reads it
	_, err = f.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// upgrade makes a file of an earlier version one of this version. All steps change nothing in a
// file that has been through them.
func (f *File) upgrade(ctx context.Context) error {
	var is int
	err := f.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&is)
	if err != nil || is&^openFlag == version {
		return err
	}
	_, err = f.conn.ExecContext(ctx, fmt.Sprintf(`BEGIN; %s; %s; PRAGMA user_version = %d; COMMIT;
		PRAGMA wal_checkpoint(TRUNCATE)`, pendingIndex, splitLists, version)) // for inspect
	return err
}

// splitLists makes a row of each entry of the lists that version 2 had.
const splitLists = `INSERT INTO setting SELECT account, kind,
		coalesce(entry.value ->> 'phone_number', entry.value ->> 'SID', entry.value ->> 'name'),
		CASE kind WHEN 'keys' THEN json_set(entry.value, '$.Number', entry.key) ELSE entry.value END
	FROM setting, json_each(setting.value) AS entry
	WHERE setting.id = '' AND kind IN ('numbers', 'services', 'applications', 'keys', 'bins');
	DELETE FROM setting
	WHERE id = '' AND kind IN ('numbers', 'services', 'applications', 'keys', 'bins')`

// pendingIndex is the index of schema.sql that version 1 did not have.
const pendingIndex = "CREATE INDEX IF NOT EXISTS pending ON message (key) WHERE pending"

// prepare makes the statements, once for all transactions.
func (f *File) prepare(ctx context.Context) error {
	for name, query := range map[string]string{
		"begin":          "BEGIN IMMEDIATE",
		"commit":         "COMMIT",
		"account":        "INSERT OR REPLACE INTO account VALUES (?, ?, ?)",
		"setting":        "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?)",
		"unset":          "DELETE FROM setting WHERE account = ? AND kind = ? AND id = ?",
		"message":        "INSERT OR REPLACE INTO message VALUES (?, ?, ?)",
		"webhook":        "INSERT OR REPLACE INTO webhook VALUES (?, ?)",
		"request":        "INSERT OR REPLACE INTO request VALUES (?, ?)",
		"alert":          "INSERT OR REPLACE INTO alert VALUES (?, ?)",
		"meta":           "INSERT OR REPLACE INTO meta VALUES (?, ?)",
		"events":         "INSERT OR REPLACE INTO event VALUES (?, ?, ?)",
		"media":          "INSERT OR REPLACE INTO media VALUES (?, ?, ?)",
		"remove message": "DELETE FROM message WHERE key = ?",
		"remove media":   "DELETE FROM media WHERE key = ?",
	} {
		statement, err := f.conn.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		f.statements[name] = statement
	}
	return nil
}

// Run counts a run of the simulator with this file. It returns a number that no other run with any
// file has, of which SIDs are made, and the count.
func (f *File) Run() (number, count uint64, err error) {
	ctx := context.Background()
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err = f.conn.ExecContext(ctx, "INSERT OR IGNORE INTO meta VALUES ('"+metaRuns+"', 0);"+
		"UPDATE meta SET value = value + 1 WHERE name = '"+metaRuns+"'")
	if err != nil {
		return 0, 0, f.explain("cannot be written", err)
	}
	if count, err = f.meta(ctx, metaRuns); err != nil {
		return 0, 0, f.explain("is damaged", err)
	}
	return 1<<62 | f.log.id<<20 | count, count, nil
}

// Close closes the file.
func (f *File) Close() error {
	if err := f.close(); err != nil {
		return f.explain("was not closed", err)
	}
	return nil
}

// close closes what is open. The rows of the log are moved first, so that a file that was closed
// needs no log.
func (f *File) close() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mover.Stop()
	if !f.closed {
		if err = f.moveAll(); err == nil {
			err = f.markClosed(context.Background())
		}
	}
	f.closed = true
	err = errors.Join(err, f.flusher.close())
	for _, statement := range f.statements {
		err = errors.Join(err, statement.Close())
	}
	if f.conn != nil {
		err = errors.Join(err, f.conn.Close())
	}
	if f.db != nil {
		err = errors.Join(err, f.db.Close())
	}
	return errors.Join(err, f.log.close())
}

// explain returns the error about the file with what to do. An [*Error] stays as it is.
func (f *File) explain(what string, err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	text, try, cause := diagnose(err)
	switch {
	case errors.Is(err, syscall.ENOSPC): // of the log
		text, try, cause = what, "make room on the disk", errFull
	case try == "" && text == "":
		return &Error{f.path, what, "twilsim data check " + f.path, err}
	case text == "":
		text = what
	case try == "":
		try = "twilsim data check " + f.path
	}
	return &Error{f.path, text, try, cause}
}

var _ messaging.Storage = (*File)(nil)
