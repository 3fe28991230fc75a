package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// cli is one run of the command: its streams and the flags that all commands have.
type cli struct {
	ui      *ui
	getenv  func(string) string
	started time.Time // of the process

	url         string
	accessToken string
	color       string
	timeout     time.Duration
	configFile  string
	config      config
}

// addFlags declares the flags that exist everywhere.
func (c *cli) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&c.url, "url", "", "the simulator's `URL` (else TWILSIM_URL, .twilsim/run.json, http://127.0.0.1:2010)")
	flags.StringVar(&c.accessToken, "access-token", "", "`TOKEN` that serve --require-token printed (else from .twilsim/run.json)")
	flags.StringVar(&c.color, "color", "auto", "`WHEN`: auto, always or never")
	flags.BoolVar(&c.ui.json, "json", false, "print JSON, one object a line")
	flags.BoolVar(&c.ui.quiet, "quiet", false, "print results and errors only")
	flags.BoolVar(&c.ui.utc, "utc", false, "print times in UTC")
	flags.BoolVarP(&c.ui.verbose, "verbose", "v", false, "print more")
	flags.DurationVar(&c.timeout, "timeout", 30*time.Second, "give up after this `TIME`")
	flags.StringVar(&c.configFile, "config", "", "read this `FILE` in place of twilsim.yaml")
	_ = flags.SetAnnotation("url", noEnv, nil) // find.go reads it, because the error tells which place was tried
}

// noEnv marks a flag that is not read from the environment.
const noEnv = "twilsim_no_env"

// prepare runs before every command: it takes the flags that were not given from the environment, then from twilsim.yaml.
func (c *cli) prepare(cmd *cobra.Command) error {
	err := c.takeSettings(cmd)
	if err == nil && c.timeout <= 0 {
		err = misuse("--timeout %s is no time to wait", c.timeout).try("--timeout 10s")
	}
	if err == nil {
		err = c.ui.setColor(c.color, c.getenv)
	}
	if err != nil && cmd.Name() == "exec" {
		return first(err)
	}
	return err
}

func (c *cli) takeSettings(cmd *cobra.Command) error {
	if flag := cmd.Flags().Lookup("config"); flag != nil {
		if _, err := c.fromEnv(flag); err != nil {
			return err
		}
	}
	if readsConfig(cmd) {
		var err error
		if c.config, err = c.readConfig(); err != nil {
			return err
		}
	}
	return c.fill(cmd)
}

// fromEnv gives a flag the value of its variable, and reports whether there is one.
func (c *cli) fromEnv(flag *pflag.Flag) (taken bool, err error) {
	_, skip := flag.Annotations[noEnv]
	if skip || flag.Changed || flag.Name == "help" || flag.Name == "version" {
		return false, nil
	}
	name := envName(flag.Name)
	value := c.getenv(name)
	if value == "" {
		return false, nil
	}
	note(flag, name)
	values := []string{value}
	if _, ok := flag.Value.(pflag.SliceValue); ok {
		values = strings.Fields(value)
	}
	for _, v := range values {
		if err := flag.Value.Set(v); err != nil {
			return true, misuse("%s", wrongValue(name+"="+value, flag, err)).try("unset "+name, "twilsim help environment")
		}
	}
	return true, nil
}

// envName is the variable that stands in for a flag.
func envName(flag string) string {
	return "TWILSIM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
