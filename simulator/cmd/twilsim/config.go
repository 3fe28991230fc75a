package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/display"
	"twilsim/simulator/terminal"
)

const configLong = `Prints every setting with its value and the source of that value. A flag wins over its variable, TWILSIM_ and its
name in capitals; the variable wins over twilsim.yaml, and the file wins over the default.

twilsim.yaml is in the working directory, or where --config says. Its keys are the flags of serve, run and exec and
those of every command, without the dashes; a key applies to each command that has the flag. A flag that may be
repeated takes a list. Other keys say what the account has in serve and exec:

  forward-to: http://localhost:3000
  speed: fast
  app: node server.js              # what twilsim run starts for its scenarios
  allow-host:
    - staging.example
  rules:                           # or the name of a file beside this one
    - to: +12025550142
      then: unreachable
  numbers:                         # a path of the app, a URL, a bin, or nothing
    +12025550101: /support
    +12025550102: hello
  bins:                            # TwiML, or the name of a file with it
    hello: <Response><Message>Hello {{From}}</Message></Response>
  services:
    shop:
      senders: [+12025550100, SHOP]
      inbound: http://localhost:3000/sms
      advanced-opt-out: on         # also fallback, status-callback, inbound-on-number
  phones:
    +12025550143: off
  optouts:                         # a recipient, and one or several senders
    +12025550144: shop
  keys:                            # the SID of an API key, and its secret
    SK0123456789abcdef0123456789abcdef: a-secret-of-your-own
  history: history.ndjson          # what "twilsim export" wrote

A file for "serve --seed-file" has these keys alone. Scenarios make what they need, so twilsim run ignores them. An
unknown key is an error, and so is a flag about one call of the command, such as --json.`

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
		Long:    configLong,
		Example: "twilsim config\ntwilsim config validate",
		Args:    subcommands,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.printConfig(cmd) },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "validate",
		Short: "check twilsim.yaml and the variables",
		Long: `Checks twilsim.yaml, or the file of --config, and the TWILSIM_ variable of every flag of serve, run and exec. An error
is printed with its place, and the exit code is 2.`,
		Example: "twilsim config validate\ntwilsim config validate --config ci/twilsim.yaml",
		Args:    wantArgs(0, 0),
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
	var f *failure
	if !errors.As(err, &f) || f.code != exitUsage && f.code != exitFirst {
		return err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(f.what, "--"), " ")
	where := c.config.Taken(strings.TrimSuffix(name, ":"))
	if where != "" && strings.HasPrefix(f.what, "--") {
		f.rows = slices.Insert(f.rows, 0, row{"cause", where + " says so"})
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
		return misuse("there is no %s in this directory", config.FileName).
			try("twilsim init", "twilsim config validate --config FILE")
	}
	if err := c.validateRun(); err != nil {
		return err
	}
	keys := len(c.config.Values)
	if c.ui.JSON {
		return c.ui.Encode(map[string]any{"file": c.config.Path, "valid": true, "keys": keys})
	}
	c.ui.Printf("%s is valid: %s\n", c.config.Path, terminal.Count(keys, "key"))
	return nil
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
