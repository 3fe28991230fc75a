package accountcmd

import (
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newKeys(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.Ask(cmd.Context(), c.listKeys) }
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "API keys, which an app may use instead of the auth token",
		Long: `Lists, creates, renames and removes API keys. An app authenticates with the SID and secret
of a key instead of the Account SID and auth token; the Account SID is still part of the path.`,
		Example: `twilsim keys add ci
twilsim keys list`,
		Args: c.Subcommand,
		RunE: list,
	}
	cmd.AddCommand(
		newKeysAdd(c),
		&cobra.Command{Use: "list", Short: "list the keys, without their secrets",
			Args: failure.WantArgs(0, 0),
			RunE: list},
		newKeysRename(c),
		newKeysRemove(c),
	)
	return cmd
}

func newKeysAdd(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use:     "add [NAME]",
		Short:   "create a key and print its secret",
		Long:    "Creates an API key. Its secret is printed only now.",
		Example: "twilsim keys add ci",
		Args:    failure.WantArgs(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				key, err := client.AddKey(ctx, name)
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(key)
				}
				c.UI.Printf("%s   secret  %s\n", key.SID, key.Secret)
				c.UI.Progressf("the secret is not shown again\n")
				return nil
			})
		},
	}
}

func newKeysRename(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "rename SID NAME", Short: "give a key another name", Args: failure.WantArgs(2, 2),
		Example: "twilsim keys rename SK0123456789abcdef0123456789abcdef ci",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				if _, err := client.RenameKey(ctx, args[0], args[1]); err != nil {
					return err
				}
				return c.listKeys(ctx, client)
			})
		},
	}
}

func newKeysRemove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use:   "rm SID",
		Short: "remove a key",
		Long: "Removes an API key. From then on, requests with it are answered with 401 and " +
			"error 20003.",
		Example: "twilsim keys rm SK0123456789abcdef0123456789abcdef",
		Args:    failure.WantArgs(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				keys, err := client.RemoveKey(ctx, args[0])
				if err != nil {
					return err
				}
				return c.printKeys(ctx, client, keys)
			})
		},
	}
}

func (c *Commands) listKeys(ctx context.Context, client *control.Client) error {
	keys, err := client.Keys(ctx)
	if err != nil {
		return err
	}
	return c.printKeys(ctx, client, keys)
}

func (c *Commands) printKeys(ctx context.Context, client *control.Client,
	keys *control.Keys) error {
	times, err := display.Times(ctx, client)
	if err != nil {
		return err
	}
	c.PrintAccount(client)
	return display.Keys(c.UI, keys, times)
}
