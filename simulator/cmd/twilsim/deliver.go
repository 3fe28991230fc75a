package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newDeliver(c *cli) *cobra.Command {
	var d control.Delivery
	cmd := &cobra.Command{
		Use:   "deliver ID STATUS",
		Short: "move a message that is in flight",
		Long: `Moves a message to a status by hand, and reports it to the app. The delivery script of the
message stops, so nothing overwrites the status later. A change that Twilio's own messages never
make is refused, unless --illegal.`,
		Example: "twilsim deliver latest undelivered --code 30007",
		Args:    failure.WantArgs(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.Status = args[1]
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				message, err := client.Deliver(ctx, args[0], d)
				if err != nil {
					return err
				}
				return c.printDelivered(message)
			})
		},
	}
	cmd.Flags().IntVar(&d.ErrorCode, "code", 0,
		"Twilio's error `CODE`; by default the usual one of the status")
	cmd.Flags().BoolVar(&d.Illegal, "illegal", false,
		"allow a change that Twilio's messages never make")
	return cmd
}

func (c *cli) printDelivered(m *control.Message) error {
	if c.ui.JSON {
		return c.ui.Encode(m)
	}
	before := ""
	if n := len(m.Sim.History); n > 1 {
		before = string(m.Sim.History[n-2].Status)
	}
	callback := "no callback"
	if n := len(m.Sim.Webhooks); n > 0 {
		callback = "webhook " + m.Sim.Webhooks[n-1]
	}
	c.ui.Printf("%s   %s -> %s   %s\n", display.Short(m.SID), before,
		c.ui.Paint(display.StatusStyle(string(m.Status)), string(m.Status)),
		strings.TrimSpace(display.Why(m)+"   "+callback))
	return nil
}
