package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"twilsim/simulator/journal"
)

// Config is the file of a project together with the environment: where the values of flags that
// were not given come from. One goroutine uses it: that of the command.
type Config struct {
	File
	getenv func(string) string
	taken  map[string]bool // the keys of the file that became values of flags
}

// Load reads the project's file in dir, or the one at path if path is not "".
func Load(dir, path string, getenv func(string) string) (*Config, error) {
	file, err := ReadFile(dir, path)
	if err != nil {
		return nil, err
	}
	return New(file, getenv), nil
}

// New returns the configuration of a file that was read, or of the zero File.
func New(file File, getenv func(string) string) *Config {
	return &Config{File: file, getenv: getenv, taken: map[string]bool{}}
}

// The annotations of flags.
const (
	sourceNote = "twilsim_source"
	noEnvNote  = "twilsim_no_env"
)

// NoEnv marks flags that are not read from the environment.
func NoEnv(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, noEnvNote, nil) // it fails only for a flag that is missing
	}
}

// HasEnv reports whether a flag may come from the environment.
func HasEnv(flag *pflag.Flag) bool {
	_, without := flag.Annotations[noEnvNote]
	return !without && flag.Name != "help" && flag.Name != "version"
}

func setSource(flag *pflag.Flag, source string) {
	if flag.Annotations == nil {
		flag.Annotations = map[string][]string{}
	}
	flag.Annotations[sourceNote] = []string{source}
}

// Fill gives a flag that was not given the value of its variable. If there is none and inFile is
// set, it gives it the value of its key in the file. It notes the source as an annotation of the
// flag, from which Sourced takes it. The error is an [*Error].
func (c *Config) Fill(flag *pflag.Flag, inFile bool) error {
	if flag.Changed {
		setSource(flag, "flag")
		return nil
	}
	if taken, err := c.FromEnv(flag); taken || err != nil {
		return err
	}
	entry, ok := c.Values[flag.Name]
	if !ok || !inFile || len(entry.Words) == 0 {
		return nil
	}
	// TWILSIM_URL wins, and the command reads it itself.
	if flag.Name == "url" && c.getenv("TWILSIM_URL") != "" {
		return nil
	}
	setSource(flag, entry.Where)
	c.taken[flag.Name] = true
	if several, ok := flag.Value.(pflag.SliceValue); ok {
		return several.Replace(entry.Words)
	}
	return flag.Value.Set(entry.Words[0])
}

// FromEnv gives a flag the value of its variable, and reports whether there is one.
func (c *Config) FromEnv(flag *pflag.Flag) (taken bool, err error) {
	if !HasEnv(flag) || flag.Changed {
		return false, nil
	}
	name := EnvName(flag.Name)
	value := c.getenv(name)
	if value == "" {
		return false, nil
	}
	setSource(flag, name)
	values := []string{value}
	if _, ok := flag.Value.(pflag.SliceValue); ok {
		values = strings.Fields(value)
	}
	// a list is separated by spaces, as a variable can only have one value
	for _, v := range values {
		if err := flag.Value.Set(v); err != nil {
			e := &Error{Err: err}
			e.within(flagError(name+"="+value, flag, err))
			if !strings.HasPrefix(e.What, name) {
				e.What = name + ": " + e.What
			}
			return true, e.try("unset "+name, "twilsim help environment")
		}
	}
	return true, nil
}

// Taken returns the place of a key whose value a flag has taken; "" if the flag's value comes from
// elsewhere. An error about the value can then say where it comes from.
func (c *Config) Taken(key string) string {
	if !c.taken[key] {
		return ""
	}
	return c.Values[key].Where
}

// Sourced is a setting with its value and the source of that.
type Sourced struct {
	Key      string   `json:"key"`
	Value    string   `json:"value"`  // as a person writes it; a secret is masked
	Source   string   `json:"source"` // flag, the name of a variable, twilsim.yaml:3, or default
	Commands []string `json:"commands"`
}

// Sourced returns every setting, by its name. given has the flags of every command, as the user
// gave them. Flags that the present command does not have are made, filled and read here, because
// the list is about all commands.
func (c *Config) Sourced(given *pflag.FlagSet) ([]Sourced, error) {
	rows := map[string]*Sourced{}
	for _, s := range Settings() {
		flag := given.Lookup(s.Name)
		if flag == nil {
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			s.addFlag(flags, nil)
			flag = flags.Lookup(s.Name)
			if err := c.Fill(flag, true); err != nil {
				return nil, err
			}
		} else if s.Command != "" {
			continue // the command has a flag of the same name; that of every command is shown
		}
		row := rows[s.Name]
		if row == nil {
			row = c.row(flag)
			rows[s.Name] = row
		}
		if s.Command == "" {
			row.Commands = []string{"all"}
		} else {
			row.Commands = append(row.Commands, s.Command)
		}
	}
	c.addLists(rows)
	var sorted []Sourced
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		sorted = append(sorted, *rows[key])
	}
	return sorted, nil
}

func (c *Config) row(flag *pflag.Flag) *Sourced {
	row := &Sourced{Key: flag.Name, Value: flag.Value.String(), Source: "default"}
	if source := flag.Annotations[sourceNote]; source != nil {
		row.Source = source[0]
	}
	if url := c.getenv("TWILSIM_URL"); flag.Name == "url" && url != "" && !flag.Changed {
		row.Value, row.Source = url, "TWILSIM_URL"
	}
	if several, ok := flag.Value.(pflag.SliceValue); ok {
		row.Value = strings.Join(several.GetSlice(), " ")
	}
	if (flag.Name == "access-token" || flag.Name == "auth-token") && row.Value != "" {
		row.Value = journal.Mask("")
	}
	return row
}

// addLists adds the keys that are not flags of that kind: rules, numbers and what else the account
// has.
func (c *Config) addLists(rows map[string]*Sourced) {
	both := []string{"serve", "exec"}
	rules := rows["rules"]
	rules.Commands = both
	if entry, ok := c.Values["rules"]; ok && rules.Source == "default" {
		noun := "rules"
		if len(c.Rules) == 1 {
			noun = "rule"
		}
		rules.Value, rules.Source = fmt.Sprintf("%d %s of %s", len(c.Rules), noun, c.RulesFrom),
			entry.Where
	}
	rows["numbers"] = &Sourced{Key: "numbers", Source: "default", Commands: both}
	if entry, ok := c.Values["numbers"]; ok {
		var numbers []string
		for _, n := range c.Numbers {
			numbers = append(numbers, n.Number)
		}
		rows["numbers"].Value, rows["numbers"].Source = strings.Join(numbers, " "), entry.Where
	}
	for key, names := range c.seed.names() {
		rows[key] = &Sourced{Key: key, Source: "default", Commands: both}
		if entry, ok := c.Values[key]; ok {
			rows[key].Value, rows[key].Source = strings.Join(names, " "), entry.Where
		}
	}
}
