package accountcmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/failure"
)

func newClick(c *Commands) *cobra.Command {
	agent := ""
	cmd := &cobra.Command{
		Use: "click LINK|SID", Short: "click on a short link, as a handset does",
		Long: `Clicks on a link that Twilio's Link Shortening has made, or on the first one of
a message, and prints where it leads. The click is reported to the CallbackUrl of the
link's domain.`,
		Example: "twilsim click https://twil.example/Ab3dE6gH9j",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				clicked, err := client.Click(ctx, control.Click{Link: args[0], UserAgent: agent})
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(clicked)
				}
				c.UI.Printf("%s\n", cmp.Or(clicked.Location, "nowhere: the link is too old"))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&agent, "user-agent", "Mozilla/5.0", "the `TEXT` that the browser sends")
	return cmd
}
