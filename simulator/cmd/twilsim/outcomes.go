package main

import (
	"github.com/spf13/cobra"

	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newOutcomes(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "outcomes",
		Short: "list the delivery scripts that have a name",
		Long: `Lists the outcomes: delivery scripts with a name, for "rule add --then NAME". CODE is
Twilio's error code, FINAL the status in which the message ends, RETRY whether sending it again
makes sense. It needs no simulator.`,
		Example: "twilsim outcomes",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(*cobra.Command, []string) error { return display.Outcomes(c.ui) },
	}
}
