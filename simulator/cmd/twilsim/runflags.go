package main

import (
	"strings"

	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/runcount"
	simscript "twilsim/testscript"
)

func (r *runner) addFlags(flags *pflag.FlagSet) {
	r.reports.Flags = flags
	config.AddFlags(flags, "run", map[string]any{
		"app": &r.app, "app-url": &r.AppURL, "app-shared": &r.AppShared, "app-ready": &r.AppReady,
		"app-env": &r.AppEnv, "app-public-url": &r.PublicURL, "port": &r.Port,
		"run": &r.Only, "watch": &r.watching, "watch-dir": &r.watchDirs, "list": &r.list,
		"shard": &r.shard, "seed": &r.Seed, "parallel": &r.Parallel, "count": &r.Count,
		"shuffle": &r.Shuffle, "failfast": &r.FailFast, "patience": &r.Patience, "timeout": &r.Timeout,
		"verbose": &r.Verbose,
		"update":  &r.Update, "continue": &r.Continue, "work": &r.Work, "journal": &r.Journal,
		"junit": &r.reports.JUnit, "tap": &r.reports.TAP, "json": &r.reports.JSON,
		"trace": &r.reports.Trace, "trace-all": &r.TraceAll, "coverage": &r.coverage.On,
		"coverage-out": &r.coverage.File, "min": &r.coverage.Min, "min-checked": &r.coverage.MinChecked,
		"quirk": &r.quirks, "strict": &r.Strict,
	})
}

// prepare checks the flags and makes of them what the runner needs.
func (r *runner) prepare(flags *pflag.FlagSet) error {
	var err error
	if r.Quirks, err = config.ParseQuirks(r.Strict, r.quirks); err != nil {
		return err
	}
	if r.app != "" {
		r.App, r.AppCommand = simscript.Shell(r.app), r.app
	}
	if r.Verbose > 0 && !r.reports.Machine() {
		r.Stream = r.ui.Clean()
	}
	if r.Update && r.getenv("CI") != "" {
		return failure.Misuse("-update rewrites golden files, and this is CI").
			Try("twilsim run -update", "on your own machine, then commit")
	}
	switch {
	case r.reports.JSON && r.reports.TAP == "-":
		return failure.Misuse("--json and --tap - both want standard output").
			Try("twilsim run --json --tap FILE")
	case r.watching && r.list:
		return failure.Misuse("--watch and --list contradict each other").Try("twilsim run --list")
	case !r.watching && flags.Changed("watch-dir"): // in twilsim.yaml it waits for --watch
		return failure.Misuse("--watch-dir says what --watch watches").
			Try("twilsim run --watch --watch-dir " + r.watchDirs[0])
	}
	if r.Shard, r.Shards, err = config.FindShard(r.shard, r.getenv); err != nil {
		return err
	}
	if err := r.coverage.Check(); err != nil {
		return err
	}
	r.Coverage = r.coverage.Wanted()
	return r.checkApp(flags)
}

func (r *runner) checkApp(flags *pflag.FlagSet) error {
	r.AppURL, r.PublicURL = strings.TrimSuffix(r.AppURL, "/"), strings.TrimSuffix(r.PublicURL, "/")
	switch {
	case r.config.Taken("app") != "" && flags.Changed("app-url"):
		return failure.Misuse("--app-url names an app that runs already, and %s starts one with app:",
			r.config.Taken("app")).
			Try("twilsim run --app '' --app-url " + r.AppURL)
	case r.app == "" && r.AppShared:
		return failure.Misuse("--app-shared needs a command that starts the app").
			Try("twilsim run --app 'node server.js' --app-shared")
	case r.app == "" && len(r.AppEnv) > 0:
		return failure.Misuse("--app-env needs a command that starts the app").
			Try("twilsim run --app 'node server.js' --app-env NAME=VALUE")
	case r.app == "" && r.AppURL == "" && r.AppReady != "":
		return failure.Misuse("--app-ready needs an app").
			Try("twilsim run --app 'node server.js' --app-ready " + r.AppReady)
	}
	if r.AppURL != "" && r.app == "" && !flags.Changed("seed") {
		// an app that remembers messages would ignore those of the next run; uncounted runs repeat theirs
		r.Run, _ = runcount.Next()
	}
	return r.checkTogether(flags)
}

// checkTogether checks what scenarios with one app in common cannot do.
func (r *runner) checkTogether(flags *pflag.FlagSet) error {
	if !r.AppShared && r.AppURL == "" {
		return nil
	}
	if flags.Changed("parallel") && r.Parallel > 1 {
		return failure.Misuse("--parallel %d: scenarios that share an app run one at a time", r.Parallel).
			Try("twilsim run --app 'node server.js'        an app for each scenario")
	}
	if r.app != "" && !flags.Changed("port") {
		r.Port = 0 // the app is told
	}
	return nil
}
