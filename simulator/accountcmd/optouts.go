package accountcmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newOptOuts(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.Ask(cmd.Context(), c.listOptOuts) }
	cmd := &cobra.Command{
		Use:   "optouts",
		Short: "who gets nothing from whom: list, add, rm, show",
		Long: `Lists who has opted out, by texting STOP or by this command. A recipient who has opted out
gets nothing from one number of the account, or from a Messaging Service with all of its numbers:
the API refuses such a message with 21610.`,
		Example: `twilsim optouts add +12025550142
twilsim optouts rm +12025550142 +12025550100`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newOptOutsChange(c, "add", "opt a recipient out", true),
		&cobra.Command{Use: "list", Short: "list who has opted out",
			Args: failure.WantArgs(0, 0), RunE: list},
		newOptOutsChange(c, "rm", "opt a recipient in again", false),
		newOptOutsShow(c),
	)
	return cmd
}

// newOptOutsChange is add and rm.
func newOptOutsChange(c *Commands, verb, short string, out bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NUMBER [SENDER]", Short: short, Args: failure.WantArgs(1, 2),
		Long: `NUMBER is the recipient. SENDER is a number of the account, or a Messaging Service by its
SID or name; without it, the account's first number.`,
		Example: "twilsim optouts " + verb + " +12025550142 +12025550100",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				sender, err := senderOf(ctx, client, args)
				if err != nil {
					return err
				}
				outs, err := client.SetOptOut(ctx, args[0], sender, out)
				if err != nil {
					return err
				}
				return display.OptOuts(c.UI, outs.OptOuts)
			})
		},
	}
}

// senderOf returns the sender among the arguments, or else the account's first number.
func senderOf(ctx context.Context, client *control.Client, args []string) (string, error) {
	if len(args) > 1 {
		return args[1], nil
	}
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return "", err
	}
	if len(numbers.Numbers) == 0 {
		return "", failure.Misuse("the account has no number, so there is nothing to opt out of").
			Try("twilsim numbers add +12025550100")
	}
	return numbers.Numbers[0].PhoneNumber, nil
}

func newOptOutsShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: "list the senders from which a recipient gets nothing",
		Args: failure.WantArgs(1, 1),
		Long: "Lists the senders from which a recipient gets nothing. It exits 1 where there " +
			"are none.",
		Example: "twilsim optouts show +12025550142",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				outs, err := client.OptOuts(ctx)
				if err != nil {
					return err
				}
				of := slices.DeleteFunc(outs.OptOuts, func(o directory.OptOut) bool {
					return o.Recipient != e164(args[0])
				})
				if len(of) == 0 {
					return no("twilsim optouts add "+args[0], "%s has not opted out", args[0])
				}
				return display.OptOuts(c.UI, of)
			})
		},
	}
}

func (c *Commands) listOptOuts(ctx context.Context, client *control.Client) error {
	outs, err := client.OptOuts(ctx)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.OptOuts(c.UI, outs.OptOuts)
}
