package consolecmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"twilsim/simulator/console"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
)

// newRuns makes twilsim runs, which lists without a subcommand.
func newRuns(c *Commands) *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error {
		return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
			runs, err := client.Runs(ctx, 0)
			if err != nil {
				return err
			}
			return display.Runs(c.UI, runs.Runs)
		})
	}
	cmd := &cobra.Command{
		Use: "runs", Short: "scenarios that the running simulator runs",
		Long: `Lists the scenarios that the console or this command had the running simulator run, newest
first. Unlike twilsim run it leaves each run's simulator open, to be looked at in the console. The
simulator only runs the files of one folder, which serve --scenarios names, with the app of
twilsim.yaml or the tutorial's.`,
		Example: "twilsim runs start delivery/unreachable\ntwilsim runs show latest",
		Args:    c.Subcommand, RunE: list,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "list the runs", Args: failure.WantArgs(0, 0), RunE: list},
		newFiles(c), newStart(c),
		&cobra.Command{
			Use: "show RUN", Short: "show a run: what happened while each line ran",
			Args:    failure.WantArgs(1, 1),
			Example: "twilsim runs show latest",
			RunE: func(cmd *cobra.Command, args []string) error {
				return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
					return c.show(ctx, client, args[0])
				})
			},
		},
		&cobra.Command{
			Use: "stop RUN", Short: "stop a run", Args: failure.WantArgs(1, 1),
			Example: "twilsim runs stop latest",
			RunE: func(cmd *cobra.Command, args []string) error {
				return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
					run, err := client.StopRun(ctx, args[0])
					if err != nil {
						return err
					}
					return display.Run(c.UI, run)
				})
			},
		},
		newTrace(c), newSave(c),
	)
	return cmd
}

func newFiles(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "files", Short: "list the scenarios that can be run", Args: failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				found, err := client.Scenarios(ctx)
				if err != nil {
					return err
				}
				return display.Scenarios(c.UI, found)
			})
		},
	}
}

func newStart(c *Commands) *cobra.Command {
	in := control.NewRun{}
	follow := false
	cmd := &cobra.Command{
		Use: "start SCENARIO", Short: "run a scenario, and wait for its end",
		Args: failure.WantArgs(1, 1),
		Long: `Runs a scenario of the simulator's folder and waits for its end; a scenario that fails
exits 1. With --pace it waits before each command, so that it can be watched in the console.`,
		Example: "twilsim runs start delivery/unreachable\ntwilsim runs start reply --pace 1s --no-wait",
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Scenario = args[0]
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				return c.start(ctx, client, in, !follow)
			})
		},
	}
	cmd.Flags().StringVar(&in.Pace, "pace", "",
		"wait so much real `TIME` before each command, at most 10s")
	cmd.Flags().BoolVar(&follow, "no-wait", false, "print the run and do not wait for its end")
	return cmd
}

// start begins a run and waits for its end, if wait says so. It asks again whenever any run has
// changed, since the API holds such a question until then.
func (c *Commands) start(ctx context.Context, client *control.Client,
	in control.NewRun, wait bool) error {
	run, err := client.StartRun(ctx, in)
	if err != nil {
		return err
	}
	for version := int64(0); wait && run.State == control.RunRunning; {
		runs, err := client.Runs(ctx, version)
		if err != nil {
			return err
		}
		version = runs.Version
		if run, err = client.OneRun(ctx, run.ID); err != nil {
			return err
		}
	}
	if err := display.Run(c.UI, run); err != nil {
		return err
	}
	if !c.UI.JSON {
		c.UI.Progressf("  watch   %s%s/runs/%s\n", client.URL, console.Prefix, run.ID)
	}
	if run.State == control.RunFailed || run.State == control.RunBroken {
		return c.Failed
	}
	return nil
}

func (c *Commands) show(ctx context.Context, client *control.Client, id string) error {
	t, err := client.RunTrace(ctx, id)
	if err != nil {
		return err
	}
	return display.Trace(c.UI, t)
}

// newTrace makes twilsim runs trace. The page is made here and not by the simulator, whose version
// may be another.
func newTrace(c *Commands) *cobra.Command {
	return &cobra.Command{
		Use: "trace RUN", Short: "print the page about a run, which needs no simulator",
		Args:    failure.WantArgs(1, 1),
		Example: "twilsim runs trace latest > trace.html",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				t, err := client.RunTrace(ctx, args[0])
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(t)
				}
				return console.WriteTrace(c.UI.Out, t, console.TracePlace{})
			})
		},
	}
}

// newSave makes twilsim runs save. The message is any reference that the API takes, such as latest.
func newSave(c *Commands) *cobra.Command {
	var in control.NewScenario
	cmd := &cobra.Command{
		Use: "save NAME [MESSAGE]", Short: "write a scenario into the simulator's folder",
		Args: failure.WantArgs(1, 2),
		Long: `Has the running simulator write a scenario of a message's conversation into its folder, as
the console does. twilsim new writes it here instead, and can do more.`,
		Example: "twilsim runs save order-status latest",
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Name = args[0]
			in.Message = cmp.Or(append(args, "")[1], "latest")
			return c.Ask(cmd.Context(), func(ctx context.Context, client *control.Client) error {
				saved, err := client.SaveScenario(ctx, in)
				if err != nil {
					return err
				}
				if c.UI.JSON {
					return c.UI.Encode(saved)
				}
				c.UI.Printf("%s %s\n",
					map[bool]string{true: "replaced", false: "wrote"}[saved.Replaced], saved.File)
				c.UI.Progressf("  next    twilsim runs start %s\n", saved.Name)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&in.Answers, "answers", false,
		"with what the app answered then in place of the app")
	cmd.Flags().BoolVar(&in.Replace, "replace", false, "write over a file that exists")
	return cmd
}
