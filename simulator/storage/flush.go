package storage

import (
	"errors"
	"os"
	"sync"
	"time"
)

// flushAfter is how long what was committed may be in the system's memory only. A process that is
// killed loses nothing of that, a machine without power does. To wait for the disk with each commit
// would make a simulator many times slower.
const flushAfter = 100 * time.Millisecond

// flusher brings what was committed to the disk, soon after each commit. Nobody waits for that. mu
// guards what is below it, and wal what is below that.
type flusher struct {
	log *os.File

	mu     sync.Mutex
	timer  *time.Timer // nil if nothing is to be done
	tables bool        // so was something that is not in the log
	err    error       // of the last time
	closed bool

	wal     sync.Mutex
	path    string // of the write-ahead log of the database
	walFile *os.File
}

// later has the log brought to the disk, and the database if tables says so. It returns why that
// failed the last time. Each failure is told once.
func (f *flusher) later(tables bool) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tables = f.tables || tables
	if f.timer == nil {
		f.timer = time.AfterFunc(flushAfter, f.flush)
	}
	err, f.err = f.err, nil
	return err
}

func (f *flusher) flush() {
	f.mu.Lock()
	tables, closed := f.tables, f.closed
	f.timer, f.tables = nil, false
	f.mu.Unlock()
	if closed {
		return
	}
	err := f.log.Sync()
	if tables {
		err = errors.Join(err, f.flushTables())
	}
	if errors.Is(err, os.ErrClosed) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

// flushTables brings the database to the disk.
func (f *flusher) flushTables() (err error) {
	f.wal.Lock()
	defer f.wal.Unlock()
	if f.walFile == nil {
		if f.walFile, err = os.OpenFile(f.path, os.O_RDWR, 0); err != nil {
			return err
		}
	}
	return f.walFile.Sync()
}

// close ends the work. SQLite brings the rest to the disk when it closes the database.
func (f *flusher) close() error {
	f.mu.Lock()
	if f.closed = true; f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	f.wal.Lock()
	defer f.wal.Unlock()
	if f.walFile == nil {
		return nil
	}
	return f.walFile.Close()
}
