package accountcmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newAccounts(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), c.listAccounts)
	}
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "the main account, its subaccounts and the account of the test credentials",
		Long: `Lists the accounts of the simulator and makes subaccounts. Every other command is
about the main account; with --account it is about another one, by its SID or name. Accounts share
one clock and nothing else.`,
		Example: `twilsim accounts add shop
twilsim messages --account shop`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newAccountsAdd(c),
		&cobra.Command{Use: "list", Short: "list the accounts", Args: failure.WantArgs(0, 0),
			RunE: list},
		newAccountsRemove(c),
		newAccountsSet(c),
		newAccountsShow(c),
	)
	return cmd
}

func newAccountsAdd(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use:   "add [NAME]",
		Short: "make a subaccount and print its credentials",
		Long: "Makes a subaccount of the main account, as an app does with POST " +
			"/2010-04-01/Accounts.json.",
		Example: "twilsim accounts add shop",
		Args:    failure.WantArgs(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				account, err := client.CreateAccount(ctx, strings.Join(args, ""))
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(account)
				}
				c.UI.Printf("%s   token  %s\n", account.SID, account.AuthToken)
				return nil
			})
		},
	}
}

func newAccountsShow(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "show ACCOUNT", Short: "show an account", Args: failure.WantArgs(1, 1),
		Long:    "Shows an account, by its SID or name.",
		Example: "twilsim accounts show shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.askAbout(cmd.Context(), args[0], func(ctx context.Context,
				client *control.Client) (*control.Account, error) {
				return client.OneAccount(ctx)
			})
		},
	}
}

func newAccountsSet(c *Commands) *cobra.Command {
	var name, status string
	cmd := &cobra.Command{
		Use: "set ACCOUNT", Short: "name an account, suspend a subaccount or let it work again",
		Args: failure.WantArgs(1, 1),
		Long: "Changes an account, by its SID or name. Requests of a suspended account are " +
			"refused.",
		Example: "twilsim accounts set shop --status suspended",
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		var to control.AccountSettings
		if cmd.Flags().Changed("name") {
			to.FriendlyName = &name
		}
		if cmd.Flags().Changed("status") {
			to.Status = &status
		}
		return c.setAccount(cmd.Context(), args[0], to)
	}
	cmd.Flags().StringVar(&name, "name", "", "a new `NAME`")
	config.ChoiceVar(cmd.Flags(), &status, "status", "",
		[]string{directory.Active, directory.Suspended, directory.Closed},
		"`STATUS`: active, suspended or closed; closed is final")
	return cmd
}

func newAccountsRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rm ACCOUNT", Short: "close a subaccount", Args: failure.WantArgs(1, 1),
		Long: "Closes a subaccount, as Twilio does: it stays in the list, and is never active " +
			"again.",
		Example: "twilsim accounts rm shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			closed := directory.Closed
			return c.setAccount(cmd.Context(), args[0], control.AccountSettings{Status: &closed})
		},
	}
}

func (c *Commands) setAccount(ctx context.Context, account string,
	to control.AccountSettings) error {
	return c.askAbout(ctx, account, func(ctx context.Context,
		client *control.Client) (*control.Account, error) {
		return client.SetAccount(ctx, to)
	})
}

// askAbout prints the account that do returns, with a client of the named account.
func (c *Commands) askAbout(ctx context.Context, account string,
	do func(context.Context, *control.Client) (*control.Account, error)) error {
	return c.Ask(ctx, func(ctx context.Context, client *control.Client) error {
		// the argument wins over --account
		client.Account = account
		a, err := do(ctx, client)
		if err != nil {
			return err
		}
		return display.Account(c.UI, a)
	})
}

func (c *Commands) listAccounts(ctx context.Context, client *control.Client) error {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return err
	}
	return display.Accounts(c.UI, accounts)
}
