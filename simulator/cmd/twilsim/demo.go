package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"twilsim/simulator/demo"
)

func newDemo(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "show the whole flow in a moment, without any setup",
		Long: `Shows the whole flow with a small built-in app: a text comes in, the app replies, and the
reply is delivered. Then the app sends a message through Twilio's API that is not delivered, and
receives the reason.

Time is virtual, so there is no waiting. On a terminal the simulator then keeps running in real time
until Ctrl-C, so that you can text the app yourself. Without a terminal the demo ends.`,
		Example: "twilsim demo",
		Args:    wantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context()) },
	}
}

func (c *cli) demo(ctx context.Context) error {
	err := (&demo.Demo{UI: c.ui, Version: version, Started: c.started}).Run(ctx)
	var listen *demo.ListenError
	if errors.As(err, &listen) {
		return fail(exitCannotStart, "%v", err)
	}
	return err
}
