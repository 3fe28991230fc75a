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
	var outcomes []control.Outcome
	for _, o := range carrier.Outcomes() {
		info, _ := errcode.Lookup(o.Code)
		outcomes = append(outcomes, control.Outcome{
			Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code, Refuse: o.Refuse,
			Text: o.Text, Retry: string(info.Retry),
		})
	}
	return printList(c.ui, outcomes, []column[control.Outcome]{
		{head: "NAME", value: func(o control.Outcome) string { return o.Name }},
		{head: "CODE", value: func(o control.Outcome) string { return cmp.Or(errorCode(o.Code), "-") }},
		{head: "FINAL", cell: func(o control.Outcome) cell {
			if o.Refuse != 0 {
				return cell{"refused " + strconv.Itoa(o.Refuse), statusStyle(string(o.Final))}
			}
			return cell{string(o.Final), statusStyle(string(o.Final))}
		}},
		{head: "RETRY", value: func(o control.Outcome) string { return cmp.Or(o.Retry, "-") }},
		{head: "SCRIPT", value: func(o control.Outcome) string { return cmp.Or(o.Script, "-") }},
		{head: "WHAT", value: func(o control.Outcome) string { return o.Text }},
	})
}
