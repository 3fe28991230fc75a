package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/journal"
)

const configLong = `Prints every setting with its value and where that comes from. A flag wins over its variable, TWILSIM_ and its name in
capitals, that over twilsim.yaml, and that over the default.

twilsim.yaml lies in the working directory, or where --config says. Its keys are the flags of serve, run and exec and those
of every command, without the dashes; a key counts for each command that has the flag. A flag that may be repeated takes a
list. Two keys are no flags of that kind:

  forward-to: http://localhost:3000
  speed: fast
  app: node server.js              # what twilsim run starts for its scenarios
  allow-host:
    - staging.example
  rules:                           # for serve and exec; or a file's name, beside this one: rules.yaml
    - to: +12025550142
      then: unreachable
  numbers:                         # more numbers, each with a path of the app, a URL, or nothing
    +12025550101: /support

Scenarios say rules and numbers themselves, so twilsim run leaves these two alone. A key that does not exist is an error, and
so is a flag that is about one call of the command, such as --json.`

// readsConfig reports whether a command has to do with twilsim.yaml. The others work whatever is wrong with it.
func readsConfig(cmd *cobra.Command) bool {
	without := []string{"help", "version", "demo", "init", "completion", "__complete", "__completeNoDesc"}
	words := strings.Fields(cmd.CommandPath())
	return len(words) > 1 && !slices.Contains(without, words[1])
}

// sourceNote is where a flag keeps what its value comes from.
const sourceNote = "twilsim_source"

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
		Short: "say whether twilsim.yaml and the variables are right",
		Long: `Reads twilsim.yaml, or what --config names, and every TWILSIM_ variable of a flag of serve, run and exec. What is wrong is
named with its place, and the exit code is 2.`,
		Example: "twilsim config validate\ntwilsim config validate --config ci/twilsim.yaml",
		Args:    wantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.validateConfig(cmd) },
	})
	return cmd
}

// configured are the commands whose flags are keys of the file, as they are before anything is set.
func configured(c *cli) []*cobra.Command {
	return []*cobra.Command{newServe(c), newRun(c), newExec(c)}
}

// configKeys are the flags whose names are keys of the file.
func configKeys() map[string]*pflag.Flag {
	known := map[string]*pflag.Flag{}
	add := func(flag *pflag.Flag) {
		if perCall()[flag.Name] == "" && known[flag.Name] == nil {
			known[flag.Name] = flag
		}
	}
	everywhere := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&cli{ui: &ui{}}).addFlags(everywhere)
	everywhere.VisitAll(add)
	for _, cmd := range configured(&cli{ui: &ui{}}) {
		cmd.Flags().VisitAll(add)
	}
	return known
}

// fill gives the flags of a command that were not given the values of the environment, then those of the file.
func (c *cli) fill(cmd *cobra.Command) error {
	keyed := slices.Contains([]string{"twilsim serve", "twilsim run", "twilsim exec", "twilsim new"}, cmd.CommandPath())
	var err error
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if err == nil {
			err = c.fillFlag(flag, keyed || cmd.InheritedFlags().Lookup(flag.Name) != nil)
		}
	})
	return err
}

func (c *cli) fillFlag(flag *pflag.Flag, keyed bool) error {
	if flag.Changed {
		note(flag, "flag")
		return nil
	}
	if taken, err := c.fromEnv(flag); taken || err != nil {
		return err
	}
	value, ok := c.config.values[flag.Name]
	if !ok || !keyed || len(value.words) == 0 {
		return nil
	}
	if flag.Name == "url" && c.getenv("TWILSIM_URL") != "" { // which find reads
		return nil
	}
	note(flag, value.where)
	value.used = true
	c.config.values[flag.Name] = value
	return setWords(flag, value.words)
}

func note(flag *pflag.Flag, source string) {
	if flag.Annotations == nil {
		flag.Annotations = map[string][]string{}
	}
	flag.Annotations[sourceNote] = []string{source}
}

// fromFile says, behind the value of a flag, that it comes from the file; "" where it does not.
func (c *cli) fromFile(flag, is string) string {
	value, ok := c.config.values[flag]
	if !ok || len(value.words) == 0 || is != value.words[0] {
		return ""
	}
	return "   from " + value.where
}

// placed adds to a failure that names a flag where in the file its value stands.
func (c *cli) placed(err error) error {
	var f *failure
	if !errors.As(err, &f) || f.code != exitUsage && f.code != exitFirst {
		return err
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(f.what, "--"), " ")
	value := c.config.values[strings.TrimSuffix(name, ":")]
	if value.used && strings.HasPrefix(f.what, "--") {
		f.rows = slices.Insert(f.rows, 0, row{"cause", value.where + " says so"})
	}
	return err
}

// setWords gives a flag its value; a list takes the place of its default.
func setWords(flag *pflag.Flag, words []string) error {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return list.Replace(words)
	}
	return flag.Value.Set(words[0])
}

// configRow is a line of twilsim config.
type configRow struct {
	Key      string   `json:"key"`
	Value    string   `json:"value"`
	Source   string   `json:"source"` // flag, a variable, twilsim.yaml:3, or default
	Commands []string `json:"commands"`
}

// configRows returns every setting, by its name.
func (c *cli) configRows(cmd *cobra.Command) ([]configRow, error) {
	rows := map[string]*configRow{}
	add := func(flag *pflag.Flag, of string) {
		if flag.Name == "help" || flag.Name == "version" {
			return
		}
		row := rows[flag.Name]
		if row == nil {
			row = &configRow{Key: flag.Name, Value: shownValue(flag), Source: "default"}
			if source := flag.Annotations[sourceNote]; source != nil {
				row.Source = source[0]
			}
			rows[flag.Name] = row
		}
		row.Commands = append(row.Commands, of)
	}
	cmd.InheritedFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name == "url" && c.getenv("TWILSIM_URL") != "" && !flag.Changed {
			note(flag, "TWILSIM_URL")
			c.url = c.getenv("TWILSIM_URL")
		}
		add(flag, "all")
	})
	for _, has := range configured(&cli{ui: &ui{}}) {
		var err error
		has.Flags().VisitAll(func(flag *pflag.Flag) {
			if err == nil {
				err = c.fillFlag(flag, true)
			}
			if inherited := cmd.InheritedFlags().Lookup(flag.Name); inherited == nil {
				add(flag, has.Name())
			}
		})
		if err != nil {
			return nil, err
		}
	}
	c.addTables(rows)
	var sorted []configRow
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		sorted = append(sorted, *rows[key])
	}
	return sorted, nil
}

// addTables adds what the file has beside the values of flags.
func (c *cli) addTables(rows map[string]*configRow) {
	if value, ok := c.config.values["rules"]; ok && rows["rules"].Source == "default" {
		rows["rules"].Value, rows["rules"].Source = count(len(c.config.rules), "rule")+" of "+c.config.rulesFrom, value.where
	}
	rows["rules"].Commands = []string{"serve", "exec"}
	rows["numbers"] = &configRow{Key: "numbers", Source: "default", Commands: []string{"serve", "exec"}}
	if value, ok := c.config.values["numbers"]; ok {
		var numbers []string
		for _, n := range c.config.numbers {
			numbers = append(numbers, n.number)
		}
		rows["numbers"].Value, rows["numbers"].Source = strings.Join(numbers, " "), value.where
	}
}

// shownValue is a flag's value as a person writes it, a secret masked.
func shownValue(flag *pflag.Flag) string {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), " ")
	}
	if value := flag.Value.String(); flag.Name != "access-token" || value == "" {
		return value
	}
	return journal.Mask("")
}

func (c *cli) printConfig(cmd *cobra.Command) error {
	rows, err := c.configRows(cmd)
	if err != nil {
		return err
	}
	t := &grid{head: []string{"KEY", "OF", "SOURCE", "VALUE"}}
	for _, row := range rows {
		if c.ui.json {
			if err := c.ui.encode(row); err != nil {
				return err
			}
			continue
		}
		t.add(row.Key, strings.Join(row.Commands, " "), row.Source, or(row.Value, "-"))
	}
	if !c.ui.json {
		c.ui.table(t)
		c.ui.progressf("%s   twilsim help config\n", or(c.config.path, "no twilsim.yaml in this directory"))
	}
	return nil
}

func (c *cli) validateConfig(cmd *cobra.Command) error {
	if _, err := c.configRows(cmd.Parent()); err != nil {
		return err
	}
	if c.config.path == "" {
		return misuse("there is no %s in this directory", configName).try("twilsim init", "twilsim config validate --config FILE")
	}
	if err := c.validateRun(); err != nil {
		return err
	}
	if c.ui.json {
		return c.ui.encode(map[string]any{"file": c.config.path, "valid": true, "keys": len(c.config.values)})
	}
	c.ui.printf("%s is valid: %s\n", c.config.path, count(len(c.config.values), "key"))
	return nil
}

// validateRun checks what twilsim run would refuse: values that are wrong for it, or not together.
func (c *cli) validateRun() error {
	r := &runner{cli: c, reports: reports{cli: c}}
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	r.addFlags(flags)
	var err error
	flags.VisitAll(func(flag *pflag.Flag) {
		if err == nil {
			err = c.fillFlag(flag, true)
		}
	})
	if err != nil {
		return err
	}
	return r.prepare(flags)
}
