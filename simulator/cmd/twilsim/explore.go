package main

import (
	"github.com/spf13/cobra"

	"twilsim/simulator/failure"
	"twilsim/simulator/orphan"
	"twilsim/testscript/search"
)

func newExplore(c *cli) *cobra.Command {
	e := &search.Explore{UI: c.ui, Getenv: c.getenv}
	cmd := &cobra.Command{
		Use: "explore [PATH...]", Short: "search for bugs that other orders, copies and losses show",
		Long: search.ExploreHelp, Example: search.ExploreExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			defer orphan.Adopt()()
			c.ui.HideWorkflowCommands(c.getenv)
			return e.Run(cmd.Context(), args)
		},
	}
	e.AddFlags(cmd.Flags())
	return cmd
}

func newAudit(c *cli) *cobra.Command {
	a := &search.Audit{UI: c.ui, Getenv: c.getenv}
	cmd := &cobra.Command{
		Use: "audit [URL]", Short: "check how an app answers Twilio's webhooks",
		Long: search.AuditHelp, Example: search.AuditExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			defer orphan.Adopt()()
			c.ui.HideWorkflowCommands(c.getenv)
			return a.Run(cmd.Context(), args)
		},
	}
	a.AddFlags(cmd.Flags())
	return cmd
}

func newMerge(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "merge FILE...", Short: "combine the reports of several machines", Long: search.MergeHelp,
		Example: `twilsim merge junit-1.xml junit-2.xml junit-3.xml >junit.xml
twilsim merge findings-*.json`,
		Args: failure.WantArgs(1, -1),
		RunE: func(_ *cobra.Command, args []string) error { return search.Merge(c.ui, args) },
	}
}
