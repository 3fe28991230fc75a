package main

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/accountcmd"
	"twilsim/simulator/consolecmd"
	"twilsim/simulator/control"
	"twilsim/simulator/failure"
)

// accountCommands are the commands about what an account has, and about the console.
func accountCommands(c *cli) []*cobra.Command {
	return append(c.aboutAccount().All(), (&consolecmd.Commands{UI: c.ui, Ask: c.ask,
		Subcommand: subcommands, Failed: &failure.Error{Code: failure.No}}).All()...)
}

// aboutAccount makes the commands about what an account has.
func (c *cli) aboutAccount() *accountcmd.Commands {
	return &accountcmd.Commands{UI: c.ui, Ask: c.ask, PrintAccount: c.printAccount,
		Subcommand: subcommands}
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
