package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
)

func newRule(c *cli) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.listRules) }
	cmd := &cobra.Command{
		Use:   "rule",
		Short: "what the carrier does: add, set, move, disable, rm, apply, export, preview, list, magic",
		Long: `Lists and changes the rules: which messages become what, what goes wrong with webhooks on
their way, and when the API fails. They are read from the top, and the first that matches decides;
rules of one kind do not see what the others are about. Where none is about a message, the handset's
state, then the magic recipients, then "sent,delivered" apply.`,
		Example: `twilsim rule add --to +12025550142 --then sent,undelivered:30003@2s --times 1
twilsim rule add to=+44* then=unreachable chance=20%
twilsim rule add --webhook status --fault delay:5s --times 1
twilsim rule add --api POST:Messages --respond 500 --times 2`,
		Args: subcommands,
		RunE: list,
	}
	cmd.AddCommand(
		newRuleAdd(c),
		&cobra.Command{Use: "list", Short: "list the rules in their order", Args: failure.WantArgs(0, 0),
			RunE: list},
		newRuleApply(c),
		newRulePreview(c),
		newRuleSet(c),
		&cobra.Command{
			Use: "magic", Short: "list the numbers whose outcome is fixed", Args: failure.WantArgs(0, 0),
			RunE: func(*cobra.Command, []string) error { return display.Magic(c.ui) },
		},
	)
	cmd.AddCommand(c.aboutAccount().Rules()...)
	return cmd
}

func newRuleAdd(c *cli) *cobra.Command {
	var first bool
	cmd := &cobra.Command{
		Use:   "add [flags] [WORD...]",
		Short: "add a rule behind the others, or in front of them",
		Long: `Adds a rule. It is written with flags, or with the words of a scenario: to=+1202*
then=unreachable.

A pattern is a value, a glob with * and ?, or a regular expression behind ~. "twilsim help scripts"
explains --then, "twilsim outcomes" has the names that may stand there, and "twilsim help rules" has
the words of all rules and the faults.`,
		Example: `twilsim rule add --to +12025550142 --then sent,undelivered:30003@2s --times 1
twilsim rule add --to '+44*' --then 'sent*2@1s>5s,delivered@4s' --chance 20%
twilsim rule add --webhook status --status delivered --fault duplicate
twilsim rule add to=+12025550142 then=filtered`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.addRule(cmd.Context(), append(config.RuleWords(cmd.Flags()), args...), first)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&first, "first", false, "put it in front of the other rules")
	config.AddRuleFlags(cmd)
	cmd.ValidArgsFunction = func(_ *cobra.Command, _ []string, typed string) ([]string,
		cobra.ShellCompDirective) {
		return config.CompleteRule(typed),
			cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	return cmd
}

func (c *cli) addRule(ctx context.Context, words []string, first bool) error {
	// Checked here, because the control API does not return the place in the script.
	if _, err := carrier.ParseRule(words); err != nil {
		return addFailure(err)
	}
	return c.ask(ctx, func(ctx context.Context, client *control.Client) error {
		add := client.AddRule
		if first {
			add = client.AddFirstRule
		}
		rule, err := add(ctx, words)
		if err != nil {
			return err
		}
		if c.ui.JSON {
			return c.ui.Encode(rule)
		}
		seed := ""
		if rule.Chance > 0 {
			server, err := client.Server(ctx)
			if err != nil {
				return err
			}
			seed = " (seed " + strconv.FormatUint(server.Seed, 10) + ")"
		}
		c.ui.Printf("%s  %s%s\n", rule.ID, rule.Describe(), seed)
		return nil
	})
}

// addFailure is the failure for a wrong rule on the command line: unknown status "delivrd" in
// --then.
func addFailure(err error) error {
	var script *carrier.ScriptError
	if !errors.As(err, &script) {
		return failure.Of(config.RuleError(err))
	}
	f := failure.Misuse("%s in --then", script.What)
	f.Err = err
	if script.Offset > 0 && script.Offset < len(script.Script) {
		f.Cause(script.Script, strings.Repeat(" ", script.Offset)+"^")
	}
	return f.Try(script.Try)
}

func (c *cli) listRules(ctx context.Context, client *control.Client) error {
	rules, err := client.Rules(ctx)
	if err != nil {
		return err
	}
	c.printAccount(client)
	return display.Rules(c.ui, rules)
}

func newRuleApply(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "apply FILE", Short: "replace all rules by those of a file", Args: failure.WantArgs(1, 1),
		Long:    manual.About("rule-apply"),
		Example: "twilsim rule apply rules.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := config.ReadRules(args[0])
			if err != nil {
				return err
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				kept, err := client.ReplaceRules(ctx, rules)
				if err != nil {
					return err
				}
				return display.Rules(c.ui, kept)
			})
		},
	}
}
