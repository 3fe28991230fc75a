package consolecmd

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/console"
	"twilsim/simulator/control"
	"twilsim/simulator/failure"
)

func newConsole(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use:   "console",
		Short: "print the address of the console, to open in a browser",
		Args:  failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				if _, err := client.Server(ctx); err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(map[string]string{"url": client.URL + console.Prefix})
				}
				c.UI.Rawf("%s%s\n", client.URL, console.Prefix)
				return nil
			})
		},
	}
}
