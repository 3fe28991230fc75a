package main

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/terminal"
)

// cli is one run of the command: its streams and the flags that all commands have. One goroutine
// uses it.
type cli struct {
	ui      *terminal.UI
	getenv  func(string) string
	started time.Time // of the process
	// wait asks again and again, and the note is to appear once
	said bool // which simulator is used

	url         string
	accessToken string
	account     string
	color       string
	timeout     time.Duration
	configFile  string
	config      *config.Config
}

// addFlags declares the flags of every command.
func (c *cli) addFlags(flags *pflag.FlagSet) {
	config.AddFlags(flags, "", map[string]any{
		"url": &c.url, "access-token": &c.accessToken, "account": &c.account,
		"color": &c.color, "json": &c.ui.JSON,
		"quiet": &c.ui.Quiet, "utc": &c.ui.UTC, "verbose": &c.ui.Verbose, "timeout": &c.timeout,
		"config": &c.configFile,
	})
	// Find reads its variable, because an error names each place that was tried.
	config.NoEnv(flags, "url")
}

// prepare runs before every command: it fills the flags that were not given from the environment
// and from twilsim.yaml. The order matters: --config may come from the environment, the file needs
// --config, and colours need the file.
func (c *cli) prepare(cmd *cobra.Command) error {
	err := c.takeSettings(cmd)
	if err == nil {
		c.ui.SetColor(c.color, c.getenv)
	}
	if err != nil && cmd.Name() == "exec" {
		return first(err)
	}
	return err
}

func (c *cli) takeSettings(cmd *cobra.Command) error {
	if flag := cmd.Flags().Lookup("config"); flag != nil {
		if _, err := c.config.FromEnv(flag); err != nil {
			return err
		}
	}
	if readsConfig(cmd) {
		if err := c.readConfig(); err != nil {
			return err
		}
	}
	return c.fill(cmd)
}
