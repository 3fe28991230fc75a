package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

func newReset(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "forget everything that happened",
		Long: `Removes all messages, webhooks, requests, alerts, rules and handsets, and everything that
is scheduled, and prints how many there were. Numbers and TwiML Bins stay. It does not ask for
confirmation.`,
		Example: "twilsim reset",
		Args:    failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.ask(cmd.Context(), c.reset)
		},
	}
}

func (c *cli) reset(ctx context.Context, client *control.Client) error {
	removed, err := client.Reset(ctx)
	if err != nil {
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(removed)
	}
	c.ui.Printf("removed %s\n", strings.Join([]string{
		terminal.Count(removed.Messages, "message"), terminal.Count(removed.Webhooks,
			"webhook"), terminal.Count(removed.Requests, "request"),
		terminal.Count(removed.Alerts, "alert"), terminal.Count(removed.Rules,
			"rule"), terminal.Count(removed.Handsets, "handset"),
	}, ", "))
	if removed.Scheduled > 0 {
		c.ui.Printf("dropped %s\n", terminal.Count(removed.Scheduled, "scheduled step"))
	}
	return nil
}
