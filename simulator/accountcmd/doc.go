// Package accountcmd has the commands about what an account has: numbers, TwiML Bins, content
// templates, Messaging Services, sinks, opt-outs, API keys, and subaccounts, the handsets of the
// world outside, taps on the buttons of templates, and codes of Verify; and the command for the
// file of --data. Each but tap, verify and data has subcommands with the same names: list, add,
// set, rm and show, as far as they make sense.
//
// They only parse words and flags, call the control API and print with package display. A command
// that changes something prints what it made or, after rm, what is left. The API accepts both a new
// name and an old one where it sets a thing; add and set are stricter, because a typing mistake in
// a name should not make a second thing.
//
// A command without its subcommand lists. All checks that need no simulator come before Ask, so
// that a wrong word is reported even if none runs.
package accountcmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Commands makes the commands. All fields are required.
type Commands struct {
	UI *terminal.UI
	// Ask calls do with a client of the simulator.
	Ask func(ctx context.Context, do func(context.Context, *control.Client) error) error
	// PrintAccount prints which account the list is about that the client has just read, if the
	// server has several.
	PrintAccount func(*control.Client)
	// Subcommand refuses the arguments of a command that only has subcommands.
	Subcommand cobra.PositionalArgs
}

// All returns the commands in the order of their names.
func (c *Commands) All() []*cobra.Command {
	return []*cobra.Command{newAccounts(c), newBins(c), newClick(c), newContent(c),
		newData(c), newKeys(c),
		newLookup(c),
		newNumbers(c), newOptOuts(c),
		newPhone(c), newServices(c), newSinks(c), newTap(c), newVerify(c)}
}

// no is the error for a command that the present state does not allow, with what to try.
func no(try, format string, args ...any) error {
	return &control.Error{Status: 409, Message: fmt.Sprintf(format, args...), Try: try}
}
