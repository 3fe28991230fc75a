package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"twilsim/simulator/demo"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
)

func newDemo(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "demo",
		Short:   "show the whole flow in a moment, without any setup",
		Long:    manual.About("demo"),
		Example: "twilsim demo",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context()) },
	}
}

func (c *cli) demo(ctx context.Context) error {
	err := (&demo.Demo{UI: c.ui, Version: version, Started: c.started}).Run(ctx)
	var listen *demo.ListenError
	if errors.As(err, &listen) {
		return failure.New(failure.CannotStart, "%v", err)
	}
	return err
}
