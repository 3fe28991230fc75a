package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

func newRuleSet(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "set ID WORD...", Short: "change a rule, which keeps its place and its count",
		Args:    failure.WantArgs(2, -1),
		Example: "twilsim rule set r2 to=+44* then=unreachable",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := carrier.ParseRule(args[1:]); err != nil {
				return addFailure(err)
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				rule, err := client.ChangeRule(ctx, args[0], args[1:])
				if err != nil {
					return err
				}
				return display.Rules(c.ui, &control.Rules{Rules: []carrier.Rule{*rule}})
			})
		},
	}
}

func newRuleMove(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "move ID up|down", Short: "move a rule by one place", Args: failure.WantArgs(2, 2),
		Example: "twilsim rule move r2 up",
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[1] != "up" && args[1] != "down" {
				return failure.Misuse("%q is neither up nor down", args[1]).Try("twilsim rule move r2 up")
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				rules, err := client.MoveRule(ctx, args[0], args[1] == "up")
				if err != nil {
					return err
				}
				return display.Rules(c.ui, rules)
			})
		},
	}
}

// eachRule returns a command that changes the rules which its arguments name, one after the other.
func (c *cli) eachRule(word, short string, change func(*control.Client, context.Context,
	string) (*control.Rules, error)) *cobra.Command {
	return &cobra.Command{
		Use: word + " ID...", Short: short, Args: failure.WantArgs(1, -1),
		Example: "twilsim rule " + word + " r1 r2",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				var rules *control.Rules
				for _, id := range args {
					var err error
					if rules, err = change(client, ctx, id); err != nil {
						return err
					}
				}
				return display.Rules(c.ui, rules)
			})
		},
	}
}

func newRuleExport(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "export", Short: "print the rules as a file for rule apply", Args: failure.WantArgs(0, 0),
		Long: `Prints the rules in YAML, as "rule apply" and "serve --rules" read them, without how
often they were used.`,
		Example: "twilsim rule export > rules.yaml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				text, err := client.ExportRules(ctx)
				_, _ = io.WriteString(c.ui.Out, text)
				return err
			})
		},
	}
}
