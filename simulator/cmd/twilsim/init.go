package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/reason"
	"twilsim/simulator/wholefile"
)

func newInit(c *cli) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "write twilsim.yaml, a first scenario and a CI workflow",
		Long: `Writes what a project needs to be tested with twilsim, into the working directory:

  twilsim.yaml                     the settings; app: starts your app, if it is found in package.json, app.py or go.mod
  scenarios/first.txtar            a first scenario, which passes as it stands
  .github/workflows/twilsim.yml    runs the scenarios on GitHub

A file that is there already is left alone, and then nothing is written, unless --force.`,
		Example: "twilsim init",
		Args:    wantArgs(0, 0),
		RunE:    func(*cobra.Command, []string) error { return c.init(force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite files that are there already")
	return cmd
}

// initFile is a file that init writes.
type initFile struct{ name, text string }

func (c *cli) init(force bool) error {
	p := findProject(os.DirFS("."))
	files := []initFile{
		{configName, p.config()},
		{"scenarios/first.txtar", p.scenario()},
		{".github/workflows/twilsim.yml", p.workflow()},
	}
	if there := existing(files); len(there) > 0 && !force {
		return misuse("%s: there already, so nothing was written", strings.Join(there, ", ")).
			try("twilsim init --force          overwrites what is there")
	}
	if err := writeAll(files); err != nil {
		return err
	}
	if c.ui.json {
		names := []string{}
		for _, f := range files {
			names = append(names, f.name)
		}
		return c.ui.encode(map[string]any{"wrote": names, "app": p.app})
	}
	for _, f := range files {
		c.ui.printf("wrote   %s\n", f.name)
	}
	c.initNext(p)
	return nil
}

// initNext says what was found, and what to do.
func (c *cli) initNext(p project) {
	u := c.ui
	switch {
	case p.app != "":
		u.progressf("\n  app     %s   found in %s\n", p.app, p.from)
		u.progressf("          it must listen on the port that PORT names; scenarios/first.txtar texts its /sms\n")
	default:
		u.progressf("\n  app     none found: until twilsim.yaml has app:, scenarios run with the tutorial's app\n")
	}
	if !p.tool {
		u.progressf("  ci      set the variable TWILSIM_REPOSITORY, as .github/workflows/twilsim.yml says: twilsim is not published yet\n")
	}
	u.progressf("\n  next    %s run                      the first scenario\n", p.command())
	u.progressf("          %s serve                    then text your app, and\n", p.command())
	u.progressf("          %s new NAME                 write down what happened as a scenario\n", p.command())
}

// existing returns the names of files that are there already.
func existing(files []initFile) []string {
	var there []string
	for _, f := range files {
		if _, err := os.Lstat(f.name); err == nil {
			there = append(there, f.name)
		}
	}
	return there
}

// writeAll writes all files, or, where one cannot be written, leaves all as they were.
func writeAll(files []initFile) error {
	var undo []func()
	for _, f := range files {
		back, err := writeOne(f)
		undo = append(undo, back...)
		if err == nil {
			continue
		}
		for _, undo := range slices.Backward(undo) {
			undo()
		}
		return fail(exitNo, "cannot write %s, so nothing was written", f.name).cause(reason.Of(err)).try("ls -ld " + filepath.Dir(f.name))
	}
	return nil
}

// writeOne writes a file and the directories that it needs, and returns what takes each of them back.
func writeOne(f initFile) (undo []func(), err error) {
	for _, dir := range parents(f.name) {
		if err := os.Mkdir(dir, 0o777); err == nil {
			undo = append(undo, func() { os.Remove(dir) })
		} else if !errors.Is(err, fs.ErrExist) {
			return undo, err
		}
	}
	before, err := os.ReadFile(f.name)
	switch {
	case err == nil:
		undo = append(undo, func() { _ = wholefile.Write(f.name, before, 0o666) })
	case errors.Is(err, fs.ErrNotExist):
		undo = append(undo, func() { os.Remove(f.name) })
	default:
		return undo, err
	}
	return undo, wholefile.Write(f.name, []byte(f.text), 0o644)
}

// parents are the directories above a file, the outermost first.
func parents(name string) []string {
	var dirs []string
	for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}
