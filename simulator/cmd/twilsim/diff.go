package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newWebhooksDiff(c *cli) *cobra.Command {
	headers := false
	cmd := &cobra.Command{
		Use:   "diff ID ID",
		Short: "compare two webhooks and what was answered",
		Long: `Compares two webhooks: their parameters, where they went, and what your app answered. It
exits 0 whether or not they differ.`,
		Example: "twilsim webhooks diff latest~1 latest",
		Args:    failure.WantArgs(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				diff, err := client.Diff(ctx, args[0], args[1])
				if err != nil {
					return err
				}
				diff.Headers, diff.AnswerHeaders = display.MaskedHeaders(diff.Headers),
					display.MaskedHeaders(diff.AnswerHeaders)
				if c.ui.JSON {
					return c.ui.Encode(diff)
				}
				display.Diff(c.ui, diff, headers || c.ui.Verbose)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&headers, "headers", false, "show the headers that differ")
	return cmd
}
