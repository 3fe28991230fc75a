package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator"
	"twilsim/simulator/child"
	"twilsim/simulator/config"
	"twilsim/simulator/display"
	"twilsim/simulator/doctor"
	"twilsim/simulator/failure"
	"twilsim/simulator/manual"
)

// doctorOptions are the flags of doctor.
type doctorOptions struct {
	app    string
	strict bool
	exec   bool
}

func newDoctor(c *cli) *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor [flags] [--exec -- CMD [ARG...]]",
		Short: "find out what is wrong with a setup",
		Long:  manual.About("doctor"),
		Example: `twilsim doctor
twilsim doctor --app http://localhost:3000 --strict
twilsim doctor --exec -- npm test`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case o.exec && len(args) == 0:
				return failure.Misuse("no command to run").Try("twilsim doctor --exec -- npm test")
			case !o.exec && len(args) > 0:
				return failure.Misuse("doctor runs no command without --exec").
					Try("twilsim doctor --exec -- " + strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.exec { // signals are for the command
				return c.doctorExec(context.WithoutCancel(cmd.Context()), o, args)
			}
			return c.doctor(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // flags after the command's name belong to the command
	config.StringVar(flags, &o.app, "app", "", config.CheckURL,
		"your app's `URL`, with the path of its webhook unless that is /sms")
	flags.BoolVar(&o.strict, "strict", false, "exit 1 on warnings too")
	flags.BoolVar(&o.exec, "exec", false, "run a command, and report how its Twilio traffic gets here")
	config.NoEnv(flags, "app", "exec") // TWILSIM_APP is a command, for run
	return cmd
}

func (c *cli) doctor(ctx context.Context, o doctorOptions) error {
	p, err := c.find(ctx)
	if p == nil {
		return err
	}
	d := &display.Diagnosis{UI: c.ui}
	options := c.doctorOptions(o)
	options.URL, options.Client, options.Report = p.url, p.client(), d.Print
	if _, err := doctor.Run(ctx, options); err != nil {
		return p.explain(err)
	}
	return o.verdict(d)
}

func (c *cli) doctorOptions(o doctorOptions) doctor.Options {
	return doctor.Options{
		App: o.app, Named: c.url != "" || c.getenv("TWILSIM_URL") != "",
		Version: version, Getenv: c.getenv, Timeout: c.timeout,
	}
}

// doctorExec runs a command and reports how its requests reached the simulator.
func (c *cli) doctorExec(ctx context.Context, o doctorOptions, args []string) error {
	path, err := child.LookPath(args[0])
	if err != nil {
		return execFailure(err)
	}
	e := &execution{c: c, options: execOptions{seed: simulator.DefaultSeed, speed: "real",
		number: simulator.DefaultPhoneNumber, offline: true}}
	if err := e.start(ctx); err != nil {
		return failure.Explain(err, c.timeout)
	}
	defer e.session.Close()
	findings, err := doctor.Command(ctx, c.doctorOptions(o), e.session, e.ca, path, args, c.ui.In,
		c.ui.Err)
	if err != nil {
		return execFailure(err)
	}
	d := &display.Diagnosis{UI: c.ui}
	for _, f := range findings {
		d.Print(f)
	}
	return o.verdict(d)
}

// verdict prints the sums and returns the failure that they mean.
func (o doctorOptions) verdict(d *display.Diagnosis) error {
	d.Sum()
	if d.Failed > 0 || o.strict && d.Warnings > 0 {
		return &failure.Error{Code: failure.No}
	}
	return nil
}
