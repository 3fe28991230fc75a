package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newRuleSet(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "set ID WORD...", Short: "change a rule, which keeps its place and its count",
		Args:    failure.WantArgs(2, -1),
		Example: "twilsim rule set r2 to=+44* then=unreachable",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := carrier.ParseRule(args[1:]); err != nil {
				return addFailure(err)
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				rule, err := client.ChangeRule(ctx, args[0], args[1:])
				if err != nil {
					return err
				}
				return display.Rules(c.ui, &control.Rules{Rules: []carrier.Rule{*rule}})
			})
		},
	}
}
