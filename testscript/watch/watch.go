// Package watch finds files that change, for "twilsim run --watch". It looks at the files often
// instead of asking the system to report changes: that works on every system, in containers and on
// drives that others write to, and costs no more than a listing.
package watch

import (
	"context"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
)

// New returns a watcher of files and directories with all below them, as they are now.
func New(places ...string) *Watcher {
	w := &Watcher{places: places}
	w.scan()
	return w
}

// Watcher finds files that change below its places. Use [New].
type Watcher struct {
	places []string
	seen   map[string]stamp
	during map[string]bool // what changed during the run before
	took   time.Duration   // of the last scan
}

// stamp shows whether a file has changed.
type stamp struct {
	modified time.Time
	size     int64
}

// look is the time between two scans. It is longer where a scan is slow, so that a Watcher spends
// at most a tenth of its time on scans.
const look = 150 * time.Millisecond

// scan looks at all files and returns those that are new or have changed since the last scan, or
// are gone.
func (w *Watcher) scan() []string {
	began := clock.Wall()
	now := map[string]stamp{}
	for _, place := range w.places {
		// What cannot be read is not watched.
		_ = filepath.WalkDir(place, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case file != place && unwatched(entry):
				if entry.IsDir() {
					return filepath.SkipDir
				}
			case entry.Type().IsRegular():
				if info, err := entry.Info(); err == nil {
					now[filepath.Clean(file)] = stamp{info.ModTime(), info.Size()}
				}
			}
			return nil
		})
	}
	var changed []string
	for file, s := range now {
		if w.seen[file] != s {
			changed = append(changed, file)
		}
	}
	for file := range w.seen {
		if _, ok := now[file]; !ok {
			changed = append(changed, file)
		}
	}
	w.seen, w.took = now, clock.Wall().Sub(began)
	slices.Sort(changed)
	return changed
}

// unwatched reports whether programs write a file by themselves: hidden files, modules, caches,
// databases, logs and editors' copies.
func unwatched(entry fs.DirEntry) bool {
	name := entry.Name()
	if entry.IsDir() {
		return strings.HasPrefix(name, ".") || name == "node_modules" || name == "__pycache__"
	}
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	switch filepath.Ext(name) {
	case ".log", ".pyc", ".tmp", ".swp",
		".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".db-journal":
		return true
	}
	return false
}

// DuringRun returns the files that have changed since the last call of a method, while scenarios
// ran. It leaves out those that also changed during the run before: the app itself writes them, so
// running again would never end.
func (w *Watcher) DuringRun() []string {
	changed := w.scan()
	before := w.during
	w.during = map[string]bool{}
	for _, file := range changed {
		w.during[file] = true
	}
	return slices.DeleteFunc(changed, func(file string) bool { return before[file] })
}

// Await blocks until files have changed and then nothing more for a moment, and returns them; nil
// when ctx has ended.
func (w *Watcher) Await(ctx context.Context) []string {
	all := map[string]bool{}
	for {
		timer := time.NewTimer(max(look, 10*w.took))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		changed := w.scan()
		for _, file := range changed {
			all[file] = true
		}
		if len(changed) == 0 && len(all) > 0 {
			return slices.Sorted(maps.Keys(all))
		}
	}
}
