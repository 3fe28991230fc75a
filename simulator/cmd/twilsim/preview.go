package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newRulePreview(c *cli) *cobra.Command {
	var m carrier.Message
	cmd := &cobra.Command{
		Use: "preview TO [BODY]", Short: "what would happen to a message, without sending it",
		Long: `Shows what the opt-outs, the rules, the handset's state and the magic recipients would do
with a message now. Rules with a chance make several answers: each is tried before the next.`,
		Example: "twilsim rule preview +12025550142 'Your code is 123456'",
		Args:    failure.WantArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			m.To, m.Body = args[0], strings.Join(args[1:], "")
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.Preview(ctx, m)
				if err != nil {
					return err
				}
				for _, p := range found.Previews {
					if err := display.Preview(c.ui, p); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&m.From, "from", "",
		"the `NUMBER` that sends; else the first of the account")
	return cmd
}
