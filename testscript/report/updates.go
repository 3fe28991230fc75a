package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// Updates are the golden files that a run with --update has rewritten.
type Updates struct {
	goldens int
	files   []string // that were written
}

// Print prints the golden files that a scenario has rewritten.
func (u *Updates) Print(out io.Writer, result simscript.Result) {
	for _, golden := range result.Updated {
		u.goldens++
		u.files = append(u.files, golden.File)
		fmt.Fprintf(out, "updated  %-34s %-20s %s   (was failing)\n",
			result.Name, golden.Name, terminal.Count(golden.Lines, "line"))
	}
}

// PrintSum prints how many golden files have changed, and how to review them.
func (u *Updates) PrintSum(out io.Writer, summary simscript.Summary) {
	n := terminal.Count(summary.Passed+summary.Skipped+summary.Failed, "scenario")
	if u.goldens == 0 {
		fmt.Fprintf(out, "%s, no golden file changed\n", n)
		return
	}
	fmt.Fprintf(out, "%s, %s changed   review with: git diff %s\n",
		n, terminal.Count(u.goldens, "golden file"), shell.Word(common(u.files)))
}

// common returns the directory that all files lie in, or the one file. files has at least one.
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
