package main

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/child"
	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/intercept"
	"twilsim/simulator/manual"
	sids "twilsim/simulator/sid"
	"twilsim/simulator/terminal"
	"twilsim/testscript/library"
)

// The exit codes of exec itself, as docker run has them. All others are the command's.
const (
	exitFirst         = 125 // twilsim failed before the command ran
	exitNotExecutable = 126
	exitNotFound      = 127
)

// execOptions are the flags of exec.
type execOptions struct {
	attach          bool
	printEnv        bool
	keepCredentials bool
	failOn          []string
	offline         bool
	allowHosts      []string
	seed            uint64
	repeatSIDs      bool
	forwardTo       string
	quirks          []string
	strict          bool
	speed           string
	rules           string
	number          string
	testCredentials bool
	smsPath         string
}

func newExec(c *cli) *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [flags] -- CMD [ARG...]",
		Short: "run a command whose Twilio traffic goes to the simulator",
		Long:  manual.About("exec"),
		Example: `twilsim exec -- npm test
twilsim exec --fail-on alert --fail-on blocked --offline -- pytest
twilsim exec --attach -- npm start
twilsim exec --print-env`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 || o.printEnv {
				return nil
			}
			return first(failure.Misuse("no command to run").Try("twilsim exec -- npm test"))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd.Flags()); err != nil {
				return first(err)
			}
			return c.exec(context.WithoutCancel(cmd.Context()), o, args) // signals are for the command
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return first(failure.OfFlag(cmd, err))
	})
	flags := cmd.Flags()
	flags.SetInterspersed(false) // flags after the command's name belong to the command
	config.AddFlags(flags, "exec", map[string]any{
		"attach": &o.attach, "print-env": &o.printEnv, "keep-credentials": &o.keepCredentials,
		"fail-on": &o.failOn, "offline": &o.offline, "allow-host": &o.allowHosts, "seed": &o.seed,
		"forward-to": &o.forwardTo, "sms-path": &o.smsPath, "repeat-sids": &o.repeatSIDs,
		"quirk": &o.quirks, "strict": &o.strict,
		"speed": &o.speed, "rules": &o.rules, "number": &o.number, "test-credentials": &o.testCredentials,
	})
	return cmd
}

// check refuses flags that exclude each other, and flags for a separate simulator together with
// --attach. The same settings of the file and the environment are ignored, because serve reads them
// too.
func (o *execOptions) check(flags *pflag.FlagSet) error {
	if o.keepCredentials && o.testCredentials {
		return failure.Misuse("--keep-credentials and --test-credentials exclude each other").
			Cause("one leaves the command's credentials, the other replaces them")
	}
	if !o.attach {
		return nil
	}
	for _, name := range []string{"forward-to", "sms-path", "seed", "speed", "rules", "number",
		"repeat-sids", "quirk", "strict"} {
		if flag := flags.Lookup(name); flag.Changed {
			value := ""
			if flag.Value.Type() != "bool" {
				value = " " + strings.Trim(flag.Value.String(), "[]")
			}
			return failure.Misuse("--%s is only for a separate simulator", name).
				Cause("--attach joins the running one, which has its own").
				Try("twilsim serve --" + name + value)
		}
	}
	return nil
}

// first gives an error the exit code of errors that happen before the command runs.
func first(err error) error {
	var f *failure.Error
	if !errors.As(err, &f) {
		f = failure.Of(err)
	}
	f.Code = exitFirst
	return f
}

// execution is one run of a command.
type execution struct {
	c       *cli
	options execOptions
	place   *place // of the simulator
	ca      *intercept.CA
	session *child.Session
	stop    func() // the runs of scenarios
}

func (c *cli) exec(ctx context.Context, o execOptions, args []string) error {
	path := ""
	if !o.printEnv {
		var err error
		if path, err = child.LookPath(args[0]); err != nil {
			return execFailure(err)
		}
	}
	e := &execution{c: c, options: o, stop: func() {}}
	defer func() { e.stop() }()
	if err := e.start(ctx); err != nil {
		return first(failure.Explain(err, c.timeout))
	}
	defer e.session.Close()
	if o.printEnv {
		return c.printSettings(e.session.Env.Settings())
	}
	e.begin()
	code, err := e.session.Run(path, args, c.ui.In, terminal.Plain(c.ui.Out), c.ui.Err)
	if err != nil {
		return execFailure(err)
	}
	return e.end(ctx, code)
}

// openTrust opens the user's CA, and writes the files by which a command trusts it.
func (c *cli) openTrust() (*intercept.CA, *intercept.Trust, error) {
	ca, err := intercept.OpenCA("")
	if err != nil {
		return nil, nil, failure.New(failure.CannotStart, "%v", err).Try(intercept.TryDataHome)
	}
	bundles := []string{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}
	for i, name := range bundles {
		bundles[i] = c.getenv(name)
	}
	trust, err := ca.Trust(bundles...)
	if err != nil {
		return nil, nil, failure.New(failure.CannotStart, "%v", err).Try(intercept.TryDataHome)
	}
	return ca, trust, nil
}

// execFailure gives errors of package child their exit codes.
func execFailure(err error) error {
	var start *child.ExecError
	var listen *child.ListenError
	switch {
	case errors.As(err, &listen):
		return failure.New(failure.CannotStart, "%v", err)
	case !errors.As(err, &start):
		return err
	case errors.Is(err, fs.ErrPermission):
		return failure.New(exitNotExecutable, "%s cannot be executed", start.Name).
			Cause(start.Err.Error()).Try(child.Instead(start.Name))
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return failure.New(exitNotFound, "%s was not found", start.Name).Cause(start.Err.Error()).
			Try(child.Instead(start.Name))
	}
	return failure.New(exitNotExecutable, "%s cannot be executed", start.Name).Cause(start.Err.Error())
}

// start creates or finds the simulator, and starts the session in front of it.
func (e *execution) start(ctx context.Context) error {
	ca, trust, err := e.c.openTrust()
	if err != nil {
		return err
	}
	e.ca, e.place = ca, &place{}
	options := child.Options{
		Client: host.NewClient, CA: ca, Trust: trust, Offline: e.options.offline,
		AllowHosts:      e.options.allowHosts,
		KeepCredentials: e.options.keepCredentials, TestCredentials: e.options.testCredentials,
		Getenv: e.c.getenv, Timeout: e.c.timeout,
	}
	if e.options.attach {
		if e.place, err = e.c.find(ctx); err != nil {
			return err
		}
		options.URL, options.AccessToken = e.place.url, e.place.token
	} else if options.Server, err = e.newServer(); err != nil {
		return err
	}
	if e.session, err = child.Start(ctx, options); err != nil {
		return e.place.explain(execFailure(err))
	}
	e.place.url = e.session.URL
	return nil
}

// newServer creates the command's own simulator.
func (e *execution) newServer() (*simulator.Server, error) {
	setup := host.Setup{
		Quirks: e.options.quirks, Strict: e.options.strict, ForwardTo: e.options.forwardTo,
		SMSPath:    e.options.smsPath,
		AllowHosts: e.options.allowHosts, Seed: e.options.seed, Speed: e.options.speed,
		Number: e.options.number, AnyAccount: e.options.keepCredentials,
	}
	number := e.c.getenv("TWILIO_PHONE_NUMBER")
	_, err := address.Parse(number)
	if err == nil && e.options.keepCredentials && setup.Number == simulator.DefaultPhoneNumber {
		setup.Number = number
	}
	sim, err := e.c.newServer(setup)
	if err != nil {
		return nil, err
	}
	if e.options.keepCredentials { // the account whose token signs the webhooks
		if have := e.c.getenv("TWILIO_ACCOUNT_SID"); sids.Valid(have, "AC") {
			sim.AccountSID, sim.AuthToken = have, e.c.getenv("TWILIO_AUTH_TOKEN")
		}
	}
	e.stop = library.Attach(sim, e.scenarios(), e.c.setting, func() string { return e.place.url })
	sim.MagicSender = true // a program that sends from it has lost its test credentials
	if err := e.c.config.Apply(sim); err != nil {
		return nil, err
	}
	if err := host.BeginRun(sim, e.options.repeatSIDs, e.c.ui.Warnf); err != nil {
		return nil, err
	}
	return sim, host.ApplyRules(sim, e.options.rules)
}

// scenarios is the folder whose scenarios the console may run: that of serve.
func (e *execution) scenarios() string {
	if folder := e.c.setting("scenarios"); folder != nil {
		return strings.Join(folder, " ")
	}
	return "scenarios"
}

// printSettings prints what a command would get. The credentials are the simulator's, and not
// secret.
func (c *cli) printSettings(settings []intercept.Setting) error {
	if c.ui.JSON {
		return c.ui.Encode(settings)
	}
	for i, s := range settings {
		if i > 0 {
			c.ui.Printf("\n")
		}
		line := child.Formats()["sh"](child.Variable{Name: s.Name, Value: terminal.Clean(s.Value)})
		c.ui.Printf("# %s\n%s\n", s.Reason, terminal.Safe(line))
	}
	return nil
}
