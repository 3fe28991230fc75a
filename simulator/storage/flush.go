package storage

import (
	"os"
	"sync"
	"time"
)

// flushAfter is how long what was committed may be in the system's memory only. A process that is
// killed loses nothing of that, a machine without power does. To wait for the disk with each commit
// would make a simulator three times slower.
const flushAfter = 100 * time.Millisecond

// flusher brings the log of a database to the disk soon after each commit.
type flusher struct {
	path string // of the log

	mu    sync.Mutex
	file  *os.File
	timer *time.Timer // nil if nothing is to be done
	err   error       // of the last time
}

// later has the log brought to the disk, and returns why that failed the last time.
func (f *flusher) later() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timer == nil {
		f.timer = time.AfterFunc(flushAfter, f.flush)
	}
	err, f.err = f.err, nil
	return err
}

func (f *flusher) flush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.timer = nil
	if f.file == nil {
		if f.file, f.err = os.OpenFile(f.path, os.O_RDWR, 0); f.err != nil {
			return
		}
	}
	f.err = f.file.Sync()
}

// close ends the work. SQLite brings the rest to the disk when it closes the database.
func (f *flusher) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timer != nil {
		f.timer.Stop()
	}
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
