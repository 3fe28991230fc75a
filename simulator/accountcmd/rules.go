package accountcmd

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

// Rules returns those subcommands of rule that only name rules.
func (c *Commands) Rules() []*cobra.Command {
	return []*cobra.Command{
		newRuleMove(c),
		c.eachRule("rm", "remove rules", (*control.Client).RemoveRule),
		c.eachRule("disable", "let rules apply no more; they keep their place and their count",
			(*control.Client).DisableRule),
		c.eachRule("enable", "let rules apply again", (*control.Client).EnableRule),
		newRuleExport(c),
	}
}

func newRuleMove(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "move ID up|down", Short: "move a rule by one place", Args: failure.WantArgs(2, 2),
		Example: "twilsim rule move r2 up",
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[1] != "up" && args[1] != "down" {
				return failure.Misuse("%q is neither up nor down", args[1]).Try("twilsim rule move r2 up")
			}
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				rules, err := client.MoveRule(ctx, args[0], args[1] == "up")
				if err != nil {
					return err
				}
				return display.Rules(c.UI, rules)
			})
		},
	}
}

// eachRule returns a command that changes the rules which its arguments name, one after the other.
func (c *Commands) eachRule(word, short string, change func(*control.Client, context.Context,
	string) (*control.Rules, error)) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID...", Short: short, Args: failure.WantArgs(1, -1),
		Example: "twilsim rule " + word + " r1 r2",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				var rules *control.Rules
				for _, id := range args {
					var err error
					if rules, err = change(client, ctx, id); err != nil {
						return err
					}
				}
				return display.Rules(c.UI, rules)
			})
		},
	}
}

func newRuleExport(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "export", Short: "print the rules as a file for rule apply", Args: failure.WantArgs(0, 0),
		Long: `Prints the rules in YAML, as "rule apply" and "serve --rules" read them, without how
often they were used.`,
		Example: "twilsim rule export > rules.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				text, err := client.ExportRules(ctx)
				_, _ = io.WriteString(c.UI.Out, text)
				return err
			})
		},
	}
}
