package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/reason"
)

func newTwiML(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "twiml FILE",
		Short: "check a TwiML document as Twilio's debugger does",
		Long: `Checks a TwiML document for a text, and prints what Twilio's debugger would report about it; - reads standard input. It
exits 1 where nothing of the document runs. It needs no simulator.`,
		Example: "twilsim twiml reply.xml",
		Args:    wantArgs(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			body, err := c.readTwiML(args[0])
			if err != nil {
				return fail(exitUsage, "cannot read %s", args[0]).cause(reason.Of(err))
			}
			check := control.CheckTwiML(string(body))
			if c.ui.JSON {
				if err := c.ui.Encode(check); err != nil {
					return err
				}
			} else {
				c.printTwiML(args[0], check)
			}
			if !check.Runs {
				return fail(exitNo, "nothing of %s runs", args[0])
			}
			return nil
		},
	}
}

func (c *cli) readTwiML(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(c.ui.In)
	}
	return os.ReadFile(file)
}

func (c *cli) printTwiML(file string, check control.TwiMLCheck) {
	for _, p := range check.Problems {
		c.ui.Printf("%s:%d:%d   %s   %s\n", file, p.Line, p.Column, p.Code, p.Text)
	}
	if check.Runs {
		c.ui.Countf(check.Verbs, "verb", " to run")
	}
}
