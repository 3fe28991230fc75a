package accountcmd

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newVerify(c *Commands) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "codes that Verify has sent, and its services",
		Long: `Lists the codes that Verify has sent, the newest first, or its services. "rule
add to=NUMBER code=CODE" fixes the code of a number.`,
		Example: "twilsim verify codes +12025550142",
		Args:    c.Subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), c.listCodes(nil))
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use: "codes [NUMBER]", Short: "list the codes, or those that were sent to a number",
		Args:    failure.WantArgs(0, 1),
		Long:    "Lists the codes, the newest first. It exits 1 where a number has none.",
		Example: "twilsim verify codes +12025550142",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), c.listCodes(args))
		},
	})
	cmd.AddCommand(&cobra.Command{
		Use: "services", Short: "list the services of Verify", Args: failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.VerifyServices(ctx)
				if err != nil {
					return err
				}
				return display.VerifyServices(c.UI, found)
			})
		},
	})
	return cmd
}

// listCodes prints the codes of the numbers, or all without one. A number without a code is an
// error, so that a script can wait for one.
func (c *Commands) listCodes(numbers []string) func(context.Context, *control.Client) error {
	return func(ctx context.Context, client *control.Client) error {
		var words []string
		for _, number := range numbers {
			words = append(words, "to="+number)
		}
		found, err := client.Verifications(ctx, words, 0)
		if err != nil {
			return err
		}
		c.PrintAccount(client)
		if len(numbers) > 0 && len(found.Verifications) == 0 {
			return no("twilsim verify codes", "no code was sent to %s", numbers[0])
		}
		return display.Codes(c.UI, found)
	}
}
