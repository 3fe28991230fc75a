package main

import (
	"cmp"
	"strconv"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/errcode"
)

func newOutcomes(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "outcomes",
		Short: "list the delivery scripts that have a name",
		Long: `Lists the outcomes: delivery scripts with a name, for "rule add --then NAME". CODE is Twilio's error code, FINAL the
status in which the message ends, RETRY whether sending it again makes sense. It needs no simulator.`,
		Example: "twilsim outcomes",
		Args:    wantArgs(0, 0),
		RunE:    func(*cobra.Command, []string) error { return c.listOutcomes() },
	}
}

func (c *cli) listOutcomes() error {
	t := &grid{head: []string{"NAME", "CODE", "FINAL", "RETRY", "SCRIPT", "WHAT"}}
	for _, o := range carrier.Outcomes() {
		info, _ := errcode.Lookup(o.Code)
		if c.ui.json {
			err := c.ui.encode(control.Outcome{
				Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code, Refuse: o.Refuse, Text: o.Text,
				Retry: string(info.Retry),
			})
			if err != nil {
				return err
			}
			continue
		}
		final := string(o.Final())
		if o.Refuse != 0 {
			final = "refused " + strconv.Itoa(o.Refuse)
		}
		t.addCells(cell{value: o.Name}, cell{value: cmp.Or(errorCode(o.Code), "-")}, cell{final, statusStyle(string(o.Final()))},
			cell{value: cmp.Or(string(info.Retry), "-")}, cell{value: cmp.Or(o.Script.String(), "-")}, cell{value: o.Text})
	}
	if !c.ui.json {
		c.ui.table(t)
	}
	return nil
}
