package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
)

func newAccounts(c *cli) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.listAccounts) }
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "the main account, its subaccounts and the account of the test credentials",
		Long: `Lists the accounts of the simulator and makes subaccounts. Every other command is about the main account; with
--account it is about another one, by its SID or name. Accounts share one clock and nothing else.`,
		Example: `twilsim accounts add shop
twilsim messages --account shop`,
		Args: subcommands,
		RunE: list,
	}
	cmd.AddCommand(
		newAccountsAdd(c),
		&cobra.Command{Use: "list", Short: "list the accounts", Args: wantArgs(0, 0), RunE: list},
	)
	return cmd
}

func newAccountsAdd(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "add [NAME]",
		Short:   "make a subaccount and print its credentials",
		Long:    "Makes a subaccount of the main account, as an app does with POST /2010-04-01/Accounts.json.",
		Example: "twilsim accounts add shop",
		Args:    wantArgs(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				account, err := client.CreateAccount(ctx, strings.Join(args, ""))
				if err != nil {
					return err
				}
				if c.ui.JSON {
					return c.ui.Encode(account)
				}
				c.ui.Printf("%s   token  %s\n", account.SID, account.AuthToken)
				return nil
			})
		},
	}
}

func (c *cli) listAccounts(ctx context.Context, client *control.Client) error {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return err
	}
	return display.Accounts(c.ui, accounts)
}

// printAccount prints which account a list is about, when the server has more than one. JSON has
// the account's SID in each message.
func (c *cli) printAccount(ctx context.Context, client *control.Client) error {
	if c.ui.JSON {
		return nil
	}
	server, err := client.Server(ctx)
	if err != nil {
		return err
	}
	if server.Accounts > 1 {
		c.ui.Progressf("account  %s  %s\n", server.AccountSID, server.AccountName)
	}
	return nil
}
