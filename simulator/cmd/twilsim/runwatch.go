package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
	"twilsim/testscript/watch"
)

// watch runs the scenarios, and again after each change of a file: only a scenario whose own file
// has changed, or all after a change of any other file. Ctrl-C is its regular end. A failure is
// printed and not returned: it is what the developer is about to mend. What changes during a run is
// not missed: DuringRun returns it.
func (r *runner) watch(ctx context.Context, paths []string) error {
	places := r.watched(paths)
	w := watch.New(places...)
	var files []string // nil is all
	for {
		err := r.once(ctx, paths, files)
		if ctx.Err() != nil {
			return nil
		}
		failure.Print(r.ui.Err, err)
		changed := w.DuringRun()
		if len(changed) == 0 {
			r.ui.Progressf("watching %s   Ctrl-C ends\n", strings.Join(places, " "))
			if changed = w.Await(ctx); changed == nil {
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
