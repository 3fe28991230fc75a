package main

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

func newClockPlanned(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "planned", Short: "list what will happen to messages, and when",
		Long: `Lists the statuses and the callbacks that the delivery scripts have planned, and the webhooks that rules hold back, in
the order of their time. Steps that other messages or the app will cause are not planned yet.`,
		Example: "twilsim clock planned", Args: wantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.listPlanned) },
	}
}

func (c *cli) listPlanned(ctx context.Context, client *control.Client) error {
	planned, err := client.Planned(ctx)
	if err != nil {
		return err
	}
	now, err := client.Clock(ctx)
	if err != nil {
		return err
	}
	type row = messaging.Planned
	err = terminal.List(c.ui, planned.Planned, []terminal.Column[row]{
		{Head: "ID", Value: func(p row) string { return display.Short(p.SID) }},
		{Head: "IN", Value: func(p row) string { return p.At.Sub(now.Now).String() }},
		{Head: "WHAT", Value: func(p row) string { return string(p.Kind) }},
		{Head: "STATUS", Value: func(p row) string {
			return cmp.Or(strings.TrimSpace(string(p.Status)+" "+display.ErrorCode(p.ErrorCode)), "-")
		}},
		{Head: "NOTE", Value: func(p row) string { return cmp.Or(plannedNote(p), "-") }},
		{Head: "BY", Value: func(p row) string { return cmp.Or(p.By, "-") }},
	})
	c.ui.Countf(len(planned.Planned), "step", "")
	return err
}

// plannedNote says what is unusual about what is planned.
func plannedNote(p messaging.Planned) string {
	switch {
	case p.Lost:
		return "lost"
	case p.Held:
		return "held back"
	case p.Copies > 1:
		return strconv.Itoa(p.Copies) + " times"
	}
	return ""
}

func newSegments(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "segments TEXT",
		Short: "count the segments of a text, as Twilio bills them",
		Long: `Counts the segments of a text: GSM-7 has room for 160 characters in one and 153 in each of several, UCS-2, which any
other character makes necessary, for 70 and 67. It needs no simulator.`,
		Example: "twilsim segments 'Your code is 123456'",
		Args:    wantArgs(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			counted := control.CountSegments(args[0])
			if c.ui.JSON {
				return c.ui.Encode(counted)
			}
			c.ui.Printf("%s\n", counted.Text)
			return nil
		},
	}
}
