package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/reason"
)

func newTwiML(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "twiml FILE",
		Short: "check a TwiML document as Twilio's debugger does",
		Long: `Checks a TwiML document for a text, and prints what Twilio's debugger would report about
it; - reads standard input. It exits 1 where nothing of the document runs. It needs no simulator.`,
		Example: "twilsim twiml reply.xml",
		Args:    failure.WantArgs(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			body, err := c.readTwiML(args[0])
			if err != nil {
				return failure.New(failure.Usage, "cannot read %s", args[0]).Cause(reason.Of(err))
			}
			check := control.CheckTwiML(string(body))
			if err := display.TwiML(c.ui, args[0], check); err != nil || check.Runs {
				return err
			}
			return failure.New(failure.No, "nothing of %s runs", args[0])
		},
	}
}

func (c *cli) readTwiML(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(c.ui.In)
	}
	return os.ReadFile(file)
}
