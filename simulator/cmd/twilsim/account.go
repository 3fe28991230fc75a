package main

import (
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

// printAccount prints which account the list is about that client has just read, when the server
// has more than one. JSON has the account's SID in each message.
func (c *cli) printAccount(client *control.Client) {
	if accountSID, name := client.Named(); accountSID != "" && !c.ui.JSON {
		c.ui.Progressf("account  %s  %s\n", accountSID, name)
	}
}
