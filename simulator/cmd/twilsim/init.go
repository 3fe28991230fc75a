package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/project"
	"twilsim/simulator/reason"
)

func newInit(c *cli) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:     "init",
		Short:   "write twilsim.yaml, a first scenario and a CI workflow",
		Long:    manual.About("init"),
		Example: "twilsim init",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(*cobra.Command, []string) error { return c.init(force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite files that are there already")
	return cmd
}

func (c *cli) init(force bool) error {
	p := project.Find(os.DirFS("."))
	names, err := p.Write(force)
	var there *project.ExistsError
	var unwritten *project.WriteError
	switch {
	case errors.As(err, &there):
		return failure.Misuse("%s: there already, so nothing was written",
			strings.Join(there.Names, ", ")).
			Try("twilsim init --force          overwrites these files")
	case errors.As(err, &unwritten):
		return failure.New(failure.No, "cannot write %s, so nothing was written", unwritten.Name).
			Cause(reason.Of(unwritten.Err)).Try("ls -ld " + filepath.Dir(unwritten.Name))
	case err != nil:
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(map[string]any{"wrote": names, "app": p.App})
	}
	for _, name := range names {
		c.ui.Printf("wrote   %s\n", name)
	}
	c.initNext(p)
	return nil
}

// initNext says what was found, and what to do.
func (c *cli) initNext(p project.Project) {
	u := c.ui
	switch {
	case p.App != "":
		u.Progressf("\n  app     %s   found in %s\n", p.App, p.From)
		u.Progressf("          it must listen on the port that PORT names; scenarios/first.txtar " +
			"texts its /sms\n")
	default:
		u.Progressf("\n  app     none found: until twilsim.yaml has app:, scenarios run with the " +
			"tutorial's app\n")
		for _, why := range p.Why {
			u.Progressf("  why     %s\n", why)
		}
	}
	if !p.Tool {
		u.Progressf("  ci      set the variable TWILSIM_REPOSITORY to the repository of twilsim, as " +
			".github/workflows/twilsim.yml says\n")
	}
	u.Progressf("\n  next    %s run                      the first scenario\n", p.Command())
	u.Progressf("          %s serve                    then text your app, and\n", p.Command())
	u.Progressf("          %s new NAME                 write down what happened as a scenario\n",
		p.Command())
}
