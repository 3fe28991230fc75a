package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newClockPlanned(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "planned", Short: "list what will happen to messages, and when",
		Long: `Lists the statuses and the callbacks that the delivery scripts have planned, and the
webhooks that rules hold back, in the order of their time. Steps that other messages or the app will
cause are not planned yet.`,
		Example: "twilsim clock planned", Args: failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.listPlanned) },
	}
}

func (c *cli) listPlanned(ctx context.Context, client *control.Client) error {
	planned, err := client.Planned(ctx, 0)
	if err != nil {
		return err
	}
	now, err := client.Clock(ctx)
	if err != nil {
		return err
	}
	return display.Planned(c.ui, planned.Planned, now.Now)
}

func newSegments(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "segments TEXT",
		Short: "count the segments of a text, as Twilio bills them",
		Long: `Counts the segments of a text: GSM-7 has room for 160 characters in one and 153 in each of
several, UCS-2, which any other character makes necessary, for 70 and 67. It needs no simulator.`,
		Example: "twilsim segments 'Your code is 123456'",
		Args:    failure.WantArgs(1, 1),
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
