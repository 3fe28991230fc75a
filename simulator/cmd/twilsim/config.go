package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator"
	"twilsim/simulator/config"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
	"twilsim/simulator/suggest"
	"twilsim/simulator/terminal"
)

// readsConfig reports whether a command reads twilsim.yaml. The others work even if the file is
// wrong.
func readsConfig(cmd *cobra.Command) bool {
	without := []string{"help", "version", "demo", "init", "completion", "__complete",
		"__completeNoDesc"}
	words := strings.Fields(cmd.CommandPath())
	return len(words) > 1 && !slices.Contains(without, words[1])
}

func newConfig(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "config",
		Short:   "print every setting and where it comes from",
		Long:    manual.About("config"),
		Example: "twilsim config\ntwilsim config validate",
		Args:    subcommands,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.printConfig(cmd) },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "validate",
		Short: "check twilsim.yaml and the variables",
		Long: `Checks twilsim.yaml, or the file of --config, and the TWILSIM_ variable of every flag of
serve, run and exec. An error is printed with its place, and the exit code is 2.`,
		Example: "twilsim config validate\ntwilsim config validate --config ci/twilsim.yaml",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.validateConfig(cmd) },
	})
	return cmd
}

// fill gives the flags of a command that were not given the values of the environment or the file.
func (c *cli) fill(cmd *cobra.Command) error {
	fromFile := []string{"twilsim serve", "twilsim run", "twilsim exec", "twilsim new"}
	keyed := slices.Contains(fromFile, cmd.CommandPath())
	var err error
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if err == nil {
			err = c.config.Fill(flag, keyed || cmd.InheritedFlags().Lookup(flag.Name) != nil)
		}
	})
	return err
}

// readConfig reads the file that --config names, or the one of the working directory.
func (c *cli) readConfig() error {
	read, err := config.Load("", c.configFile, c.getenv)
	if err != nil {
		return err
	}
	c.config = read
	const other = "twilsim.yml" // a file with this name must not be ignored silently
	if _, err := os.Stat(other); err == nil && c.config.Path == "" {
		c.ui.Warnf("%s is not read: rename it to %s", other, config.FileName)
	}
	return nil
}

// fromFile says, after the value of a flag, that it comes from the file; "" if it does not.
func (c *cli) fromFile(flag, is string) string {
	where := c.config.Taken(flag)
	if where == "" || is != c.config.Values[flag].Words[0] {
		return ""
	}
	return "   from " + where
}

// addPlace adds to an error about a flag the line of the file from which the flag has its value.
func (c *cli) addPlace(err error) error {
	var f *failure.Error
	if !errors.As(err, &f) || f.Code != failure.Usage && f.Code != exitFirst {
		return err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(f.What, "--"), " ")
	where := c.config.Taken(strings.TrimSuffix(name, ":"))
	if where != "" && strings.HasPrefix(f.What, "--") {
		f.Rows = slices.Insert(f.Rows, 0, failure.Row{Label: "cause", Text: where + " says so"})
	}
	return err
}

func (c *cli) printConfig(cmd *cobra.Command) error {
	settings, err := c.config.Sourced(cmd.InheritedFlags())
	if err != nil {
		return err
	}
	return display.Settings(c.ui, settings, c.config.Path)
}

func (c *cli) validateConfig(cmd *cobra.Command) error {
	if _, err := c.config.Sourced(cmd.Parent().InheritedFlags()); err != nil {
		return err
	}
	if c.config.Path == "" {
		return failure.Misuse("there is no %s in this directory", config.FileName).
			Try("twilsim init", "twilsim config validate --config FILE")
	}
	if err := c.validateRun(); err != nil {
		return err
	}
	if err := c.validateServe(); err != nil {
		return err
	}
	c.warnOfVariables(os.Environ())
	keys := len(c.config.Values)
	if c.ui.JSON {
		return c.ui.Encode(map[string]any{"file": c.config.Path, "valid": true, "keys": keys})
	}
	c.ui.Printf("%s is valid: %s\n", c.config.Path, terminal.Count(keys, "key"))
	return nil
}

// validateServe gives a simulator that nobody uses what the file has for one.
func (c *cli) validateServe() error {
	forwardTo := "http://127.0.0.1" // where a flag may name the app, a path is right
	if value, ok := c.config.Values["forward-to"]; ok {
		forwardTo = value.Words[0]
	}
	return c.config.Apply(&simulator.Server{ForwardTo: forwardTo})
}

// warnOfVariables names variables that look like a flag's and are none's.
func (c *cli) warnOfVariables(environment []string) {
	var known []string
	for _, s := range config.Settings() {
		known = append(known, config.EnvName(s.Name))
	}
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		word, ours := strings.CutPrefix(name, config.EnvName(""))
		if !ours || slices.Contains(known, name) {
			continue
		}
		var words []string // the common beginning would make all of them alike
		for _, k := range known {
			words = append(words, strings.TrimPrefix(k, config.EnvName("")))
		}
		if near := suggest.Nearest(word, words); near != "" {
			c.ui.Warnf("%s has no effect: did you mean %s?", name, config.EnvName("")+near)
		}
	}
}

// validateRun checks what twilsim run would refuse: wrong values, and settings that contradict each
// other.
func (c *cli) validateRun() error {
	r := newRunner(c)
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	r.addFlags(flags)
	var err error
	flags.VisitAll(func(flag *pflag.Flag) {
		if err == nil {
			err = c.config.Fill(flag, true)
		}
	})
	if err != nil {
		return err
	}
	return r.prepare(flags)
}
