package main

import (
	"context"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/terminal"
)

// watch runs the scenarios, and then again what a change of a file concerns: a scenario's own file that scenario, any other
// file all. Ctrl-C is its regular end. Files are looked at often, in place of being told by the system: that works on
// every system, in containers and on drives that others write to, and costs no more than a listing.
func (r *runner) watch(ctx context.Context, paths []string) error {
	w := watcher{places: r.watched(paths)}
	w.scan()
	var files []string // nil is all
	for {
		err := r.once(ctx, paths, files)
		if ctx.Err() != nil {
			return nil
		}
		report(r.ui.Err, err)
		changed := w.duringRun()
		if len(changed) == 0 {
			r.ui.Progressf("watching %s   Ctrl-C ends\n", strings.Join(w.places, " "))
			if changed = w.await(ctx); changed == nil {
				return nil
			}
		}
		files = scenariosAlone(changed)
		r.ui.Progressf("\nchanged: %s\n", abridged(changed))
	}
}

// watched are the places to look at: those of the scenarios, and the app's.
func (r *runner) watched(paths []string) []string {
	places := slices.Concat(paths, r.watchDirs)
	if r.app != "" && len(r.watchDirs) == 0 {
		places = []string{"."}
		for _, path := range paths {
			if !filepath.IsLocal(path) {
				places = append(places, path)
			}
		}
	}
	return places
}

// scenariosAlone returns the files where all of them are scenarios, else nil.
func scenariosAlone(changed []string) []string {
	for _, file := range changed {
		if filepath.Ext(file) != ".txtar" {
			return nil
		}
	}
	return changed
}

// abridged names a few files.
func abridged(files []string) string {
	const few = 3
	if len(files) <= few {
		return strings.Join(files, " ")
	}
	return strings.Join(files[:few], " ") + " and " + terminal.Count(len(files)-few, "other")
}

// watcher finds files that change.
type watcher struct {
	places []string
	seen   map[string]stamp
	during map[string]bool // what changed during the run before
	took   time.Duration   // a scan
}

// stamp is how a file looks from outside.
type stamp struct {
	modified time.Time
	size     int64
}

// look is how often a watcher looks, where a scan takes no time: it spends a tenth of it with looking at most.
const look = 150 * time.Millisecond

// scan looks at all files and returns those that are new or have changed since the last scan, or are gone.
func (w *watcher) scan() []string {
	began := clock.Wall()
	now := map[string]stamp{}
	for _, place := range w.places {
		_ = filepath.WalkDir(place, func(file string, entry fs.DirEntry, err error) error { // what cannot be read is not watched
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

// unwatched tells of what programs write by themselves: hidden files, modules, caches, databases, logs and editors' copies.
func unwatched(entry fs.DirEntry) bool {
	name := entry.Name()
	if entry.IsDir() {
		return strings.HasPrefix(name, ".") || name == "node_modules" || name == "__pycache__"
	}
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	switch filepath.Ext(name) {
	case ".log", ".pyc", ".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".db-journal", ".tmp", ".swp":
		return true
	}
	return false
}

// duringRun returns what has changed while scenarios ran, but for what also changed during the run before: that is taken to
// be the app's own doing, and would never end.
func (w *watcher) duringRun() []string {
	changed := w.scan()
	before := w.during
	w.during = maps.Collect(func(yield func(string, bool) bool) {
		for _, file := range changed {
			if !yield(file, true) {
				return
			}
		}
	})
	return slices.DeleteFunc(changed, func(file string) bool { return before[file] })
}

// await blocks until files have changed and then nothing more for a moment, and returns them; nil when ctx has ended.
func (w *watcher) await(ctx context.Context) []string {
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
