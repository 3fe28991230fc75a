package main

import (
	"cmp"
	"strconv"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/errcode"
	"twilsim/simulator/terminal"
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
	var outcomes []control.Outcome
	for _, o := range carrier.Outcomes() {
		info, _ := errcode.Lookup(o.Code)
		outcomes = append(outcomes, control.Outcome{
			Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code, Refuse: o.Refuse,
			Text: o.Text, Retry: string(info.Retry),
		})
	}
	return terminal.List(c.ui, outcomes, []terminal.Column[control.Outcome]{
		{Head: "NAME", Value: func(o control.Outcome) string { return o.Name }},
		{Head: "CODE", Value: func(o control.Outcome) string { return cmp.Or(display.ErrorCode(o.Code), "-") }},
		{Head: "FINAL", Cell: func(o control.Outcome) terminal.Cell {
			if o.Refuse != 0 {
				return terminal.Cell{Value: "refused " + strconv.Itoa(o.Refuse), Style: display.StatusStyle(string(o.Final))}
			}
			return terminal.Cell{Value: string(o.Final), Style: display.StatusStyle(string(o.Final))}
		}},
		{Head: "RETRY", Value: func(o control.Outcome) string { return cmp.Or(o.Retry, "-") }},
		{Head: "SCRIPT", Value: func(o control.Outcome) string { return cmp.Or(o.Script, "-") }},
		{Head: "WHAT", Value: func(o control.Outcome) string { return o.Text }},
	})
}
