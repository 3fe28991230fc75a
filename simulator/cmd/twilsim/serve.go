package main

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/display"
	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/manual"
	"twilsim/testscript/library"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	host.Setup
	listen       string
	port         uint16
	rules        string
	seedFile     string
	readyFile    string
	requireToken bool
	offline      bool
	// testCredentials prints the test credentials, which work in any case.
	testCredentials bool
	// repeatSIDs issues the same SIDs in each run.
	repeatSIDs bool
	data       string
	scenarios  string // the folder whose scenarios the console runs
}

func newServe(c *cli) *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "run the simulator",
		Long:  manual.About("serve"),
		Example: `twilsim serve --forward-to http://localhost:3000
twilsim serve --forward https://shop.example=http://localhost:3000 \
    --forward-to https://shop.example
twilsim serve --forward-to http://localhost:3000 --fallback-url /fallback
twilsim serve --port 0 --ready-file ready --speed virtual`,
		Args: failure.WantArgs(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.serve(cmd.Context(), o) },
	}
	config.AddFlags(cmd.Flags(), "serve", map[string]any{
		"listen": &o.listen, "port": &o.port, "forward-to": &o.ForwardTo, "sms-path": &o.SMSPath,
		"fallback-url": &o.FallbackURL, "forward": &o.Forward, "allow-host": &o.AllowHosts,
		"offline": &o.offline, "insecure-app": &o.InsecureApp, "number": &o.Number,
		"seed": &o.Seed, "speed": &o.Speed, "keep": &o.Keep, "keep-bytes": &o.KeepBytes,
		"patience": &o.Patience, "rules": &o.rules,
		"seed-file": &o.seedFile,
		"quirk":     &o.Quirks, "strict": &o.Strict, "ready-file": &o.readyFile,
		"require-token": &o.requireToken, "auth-token": &o.AuthToken, "any-account": &o.AnyAccount,
		"test-credentials": &o.testCredentials, "repeat-sids": &o.repeatSIDs, "data": &o.data,
		"scenarios": &o.scenarios,
	})
	return cmd
}

// serve runs the simulator until ctx ends.
func (c *cli) serve(ctx context.Context, o serveOptions) error {
	o.listen = host.WithoutBrackets(o.listen)
	sim, err := c.newServer(o.Setup)
	if err != nil {
		return err
	}
	if sim.AccessToken, err = o.Token(o.listen, c.accessToken, o.requireToken); err != nil {
		return err
	}
	var base string // where it listens
	defer library.Attach(sim, o.scenarios, c.setting, func() string { return base })()
	closeData, err := host.OpenData(sim, o.data, c.ui.Warnf)
	if err != nil {
		return err
	}
	defer closeData()
	if err := sim.Start(); err != nil && sim.Data != nil {
		return err
	} else if err != nil {
		return failure.Misuse("%v", err).Try("twilsim help serve")
	}
	if err := c.config.Apply(sim); err != nil {
		return err
	}
	if err := host.ApplySeed(sim, o.seedFile); err != nil {
		return err
	}
	if err := host.BeginRun(sim, o.repeatSIDs, c.ui.Warnf); err != nil {
		return err
	}
	if err := host.ApplyRules(sim, o.rules); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(o.listen, strconv.Itoa(int(o.port))))
	if err != nil {
		return c.cannotListen(ctx, err, o)
	}
	h := &host.Host{
		Server: sim, Listener: ln, Offline: o.offline, AllowHosts: o.AllowHosts,
		Warnf: c.ui.Warnf,
	}
	base = h.URL()
	return c.host(ctx, o, h)
}

// newServer returns a simulator that logs under --verbose.
func (c *cli) newServer(setup host.Setup) (*simulator.Server, error) {
	setup.Version = version
	sim, err := setup.Server()
	if err == nil && c.ui.Verbose {
		sim.Log = slog.New(slog.NewTextHandler(c.ui.Notes(), nil))
	}
	return sim, err
}

// host serves until ctx ends, and prints what happens.
func (c *cli) host(ctx context.Context, o serveOptions, h *host.Host) error {
	host.RelaxGC()
	logs := display.NewLogs(c.ui, h.Server.Accounts(), o.Speed != "real")
	h.Wrap = logs.Listen
	h.Start()
	logging, stopLogs := context.WithCancel(context.Background())
	defer stopLogs()
	remove, err := h.Announce(ctx, c.started, o.readyFile)
	if err != nil {
		h.Stop()
		return failure.New(failure.CannotStart, "%v", err)
	}
	defer remove()
	// The banner is last, so that the files exist when a program reads its first line.
	c.banner(o, h).Print(c.ui)
	logs.Start(logging)
	h.Server.Resume()
	control.Prepare()
	h.CheckApp(ctx)

	select {
	case err = <-h.Stopped():
		err = failure.New(failure.CannotStart, "stopped listening: %v", err)
	case <-ctx.Done():
	}
	stopLogs()
	h.Stop()
	logs.Summary()
	return err
}

func (c *cli) banner(o serveOptions, h *host.Host) *display.Banner {
	return &display.Banner{
		Server: h.Server, URL: h.URL(), Took: clock.Wall().Sub(c.started), Seed: o.Seed, Speed: o.Speed,
		Config: c.config.Path, Rules: cmp.Or(o.rules, c.config.RulesFrom),
		Offline: o.offline, TestCredentials: o.testCredentials,
	}
}

// setting returns the values of a setting of twilsim.yaml, which the environment overrides.
func (c *cli) setting(key string) []string {
	if text := c.getenv(config.EnvName(key)); text != "" {
		return []string{text}
	}
	return c.config.Values[key].Words
}
