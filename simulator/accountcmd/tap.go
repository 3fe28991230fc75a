package accountcmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

func newTap(c *Commands) *cobra.Command {
	var set []string
	cmd := &cobra.Command{
		Use:   "tap ID BUTTON",
		Short: "tap a button of a message on the phone",
		Long: `Taps a quick reply of a message, or chooses from its list, on the phone that
has got it, and prints what your app answered. BUTTON is the title of the
button, its ID, or its place from 1. Only content templates on WhatsApp have
buttons.`,
		Example: `twilsim tap latest Yes
twilsim tap latest 2`,
		Args: failure.WantArgs(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				tap := control.Tap{Button: args[1], Params: map[string]string{}}
				for _, word := range set {
					name, value, _ := strings.Cut(word, "=") // the flag checks it
					tap.Params[name] = value
				}
				receipt, err := client.Tap(ctx, args[0], tap)
				if err != nil {
					return err
				}
				// only a held webhook has a time to print, and the clock costs a request
				var t terminal.Times
				if receipt.Held != nil {
					if t, err = display.Times(ctx, client); err != nil {
						return err
					}
				}
				return display.Receipt(c.UI, receipt, t)
			})
		},
	}
	config.ListVar(cmd.Flags(), &set, "set", config.CheckAssignment,
		"set a parameter of the webhook, `NAME=VALUE`; may be repeated")
	return cmd
}
