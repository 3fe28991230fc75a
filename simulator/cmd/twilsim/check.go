package main

import (
	"github.com/spf13/cobra"

	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

func newCheck(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "check [PATH...]",
		Short: "find mistakes in scenarios without running them",
		Long: `Prints every mistake that can be found in scenarios without running them, with its file and
line: unknown commands and words, values that nothing ever has, bad rules, durations and
expressions, variables and files that are not there. Words with variables are not checked. run does
the same first. The exit code is 2 if there is a mistake.`,
		Example: "twilsim check\ntwilsim check scenarios/reply",
		RunE: func(_ *cobra.Command, paths []string) error {
			paths, err := defaultPaths(paths)
			if err != nil {
				return err
			}
			n, err := simscript.Check(paths...)
			if err != nil {
				return newRunner(c).asUsage("check", err)
			}
			c.ui.Progressf("%s without a mistake\n", terminal.Count(n, "scenario"))
			return nil
		},
	}
}
