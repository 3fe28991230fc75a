// Package consolecmd has the commands of the console: console prints its address, and runs has the
// scenarios that the running simulator runs for it.
package consolecmd

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Commands makes the commands. All fields are required.
type Commands struct {
	UI *terminal.UI
	// Ask calls do with a client of the simulator.
	Ask func(ctx context.Context, do func(context.Context, *control.Client) error) error
	// Subcommand refuses the arguments of a command that only has subcommands.
	Subcommand cobra.PositionalArgs
	// Failed is the error of a scenario that failed, about which all is said.
	Failed error
}

// All returns the commands in the order of their names.
func (c *Commands) All() []*cobra.Command { return []*cobra.Command{newConsole(c), newRuns(c)} }
