package search

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/coverage"
)

// Coverage collects what the scenarios of twilsim run exercise.
type Coverage struct {
	On              bool   // print it
	File            string // write it: .html for a page, else JSON; "" for nowhere
	Min, MinChecked int    // in percent

	seen coverage.Seen
}

// Wanted reports whether anything of it was asked for.
func (c *Coverage) Wanted() bool {
	return c.On || c.File != "" || c.Min > 0 || c.MinChecked > 0
}

// Check returns an error if a limit is no percentage.
func (c *Coverage) Check() error {
	for flag, limit := range map[string]int{"min": c.Min, "min-checked": c.MinChecked} {
		if limit < 0 || limit > 100 {
			return misuse("--"+flag+" 80", "--%s %d is not a percentage, 0 to 100", flag, limit)
		}
	}
	return nil
}

// Add adds a scenario. One that failed exercises nothing. It is not safe for concurrent use: the
// runner reports one result at a time.
func (c *Coverage) Add(result simscript.Result) {
	if c.seen == nil {
		c.seen = coverage.Seen{}
	}
	if result.Outcome == simscript.Passed {
		c.seen.Merge(result.Covered)
	}
}

// Finish prints and writes the report, and returns an error with exit code 1 if it is less than
// wanted. quiet prints nothing, because standard output is for a machine. The file is written
// before the limits are looked at, since those who miss them need it most.
func (c *Coverage) Finish(ui *terminal.UI, quiet bool) error {
	if !c.Wanted() {
		return nil
	}
	r := coverage.NewReport(c.seen)
	if c.On && !quiet {
		r.WriteText(ui.Clean())
	}
	write := r.WriteJSON
	if strings.HasSuffix(c.File, ".html") {
		write = r.WriteHTML
	}
	if err := writeFile(c.File, func(w io.Writer) error { return write(w) }); err != nil {
		return err
	}
	exercised, checked := r.Percent()
	switch {
	case exercised < c.Min:
		return exit(failure.No, "--coverage        prints the gaps",
			"%d%% is exercised, and --min is %d", exercised, c.Min)
	case checked < c.MinChecked:
		return exit(failure.No, "--coverage        prints the gaps",
			"%d%% is checked, and --min-checked is %d", checked, c.MinChecked)
	}
	return nil
}

// WriteGap writes the scenario that fills the gap with an ID to path.
func WriteGap(ui *terminal.UI, id, path string) error {
	item, ok := coverage.Lookup(id)
	if !ok {
		return misuse("twilsim run --coverage", "there is no gap %s; they are G1 to G%d", id,
			len(coverage.Table()))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return failure.Unwritable(path, err)
	}
	if err := os.WriteFile(path, []byte(item.Scenario()), 0o666); err != nil {
		return failure.Unwritable(path, err)
	}
	ui.Printf("wrote %s   %s: %s\n", path, item.Dimension, item.Name)
	return nil
}
