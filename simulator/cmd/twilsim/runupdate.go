package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// updates are what twilsim run --update has rewritten.
type updates struct {
	goldens int
	files   []string // that were written
}

// reportUpdate prints a result of twilsim run --update, and reports whether that is all there is to say about it.
func (r *runner) reportUpdate(result simscript.Result) bool {
	if !r.Update || result.Outcome != simscript.Passed {
		return false
	}
	for _, u := range result.Updated {
		r.updates.goldens++
		r.updates.files = append(r.updates.files, u.File)
		fmt.Fprintf(r.ui.Out, "updated  %-34s %-20s %s   (was failing)\n", result.Name, u.Name, terminal.Count(u.Lines, "line"))
	}
	return true
}

// printUpdates prints the summary of twilsim run --update.
func (r *runner) printUpdates(summary simscript.Summary) {
	if !r.Update || r.reports.machine() {
		return
	}
	n := summary.Passed + summary.Skipped + summary.Failed
	if r.updates.goldens == 0 {
		fmt.Fprintf(r.ui.Out, "%s, no golden file changed\n", terminal.Count(n, "scenario"))
		return
	}
	fmt.Fprintf(r.ui.Out, "%s, %s changed   review with: git diff %s\n", terminal.Count(n, "scenario"), terminal.Count(r.updates.goldens, "golden file"),
		shell.Word(common(r.updates.files)))
}

// common returns the directory that all files lie in, or the one file.
func common(files []string) string {
	dir := files[0]
	for _, file := range files {
		above := func() bool {
			return dir == file || strings.HasPrefix(file, filepath.Clean(dir)+string(filepath.Separator))
		}
		for !above() && dir != "." && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
		}
	}
	return dir
}
