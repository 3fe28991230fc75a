package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/terminal"
)

func newClock(c *cli) *cobra.Command {
	show := func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.showClock) }
	cmd := &cobra.Command{
		Use:   "clock",
		Short: "show, advance, freeze or run the time",
		Long: `Shows the simulator's time, and changes it. A virtual clock ("serve --speed virtual", or
"clock freeze") stands still until it is advanced; then every step that is due runs in order, and
the command returns when all of them are done, including their webhooks.`,
		Example: `twilsim clock freeze
twilsim clock advance 30s
twilsim clock run
twilsim clock resume`,
		Args: subcommands,
		RunE: show,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "show", Short: "show the time and what is due", Args: failure.WantArgs(0, 0),
			RunE: show},
		newClockAdvance(c),
		&cobra.Command{
			Use: "run", Short: "advance until nothing is scheduled", Args: failure.WantArgs(0, 0),
			RunE: func(cmd *cobra.Command, _ []string) error { return c.ask(cmd.Context(), c.runClock) },
		},
		&cobra.Command{
			Use: "freeze", Short: "stop the time: it becomes virtual", Args: failure.WantArgs(0, 0),
			RunE: func(cmd *cobra.Command, _ []string) error {
				return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
					return c.printClock(client.Freeze(ctx))
				})
			},
		},
		newClockResume(c),
		newClockPlanned(c),
	)
	return cmd
}

// subcommands is for a command that does something without arguments: an argument can only be an
// unknown subcommand.
func subcommands(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return nil
}

func newClockAdvance(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "advance DURATION", Short: "move a virtual clock on", Args: failure.WantArgs(1, 1),
		Example: "twilsim clock advance 1h30m",
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := clock.ParseDuration(args[0])
			if err != nil {
				return failure.Misuse("%v", err).Try("twilsim clock advance 30s")
			}
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.printAdvanced(client.Advance(ctx, d))
			})
		},
	}
}

func newClockResume(c *cli) *cobra.Command {
	var rate float64
	cmd := &cobra.Command{
		Use: "resume", Short: "let the time pass by itself", Args: failure.WantArgs(0, 0),
		Example: "twilsim clock resume --rate 60",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.printClock(client.Resume(ctx, rate))
			})
		},
	}
	cmd.Flags().Float64Var(&rate, "rate", 1, "seconds that pass in one second, `N` above 0")
	return cmd
}

func (c *cli) showClock(ctx context.Context, client *control.Client) error {
	return c.printClock(client.Clock(ctx))
}

func (c *cli) runClock(ctx context.Context, client *control.Client) error {
	return c.printAdvanced(client.Run(ctx))
}

func (c *cli) printClock(now *control.Clock, err error) error {
	if err != nil {
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(now)
	}
	c.ui.Printf("%s\n", display.Clock(c.ui, now))
	return nil
}

func (c *cli) printAdvanced(moved *control.Advanced, err error) error {
	if err != nil {
		return err
	}
	if c.ui.JSON {
		return c.ui.Encode(moved)
	}
	by := moved.Advanced
	if d, err := time.ParseDuration(by); err == nil && d >= 24*time.Hour {
		by = strings.TrimPrefix(terminal.VirtualTime(d), "v+")
	}
	c.ui.Printf("advanced %s   %s\n", by, display.Clock(c.ui, &moved.Clock))
	return nil
}
