package main

import (
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"twilsim/simulator"
	"twilsim/simulator/webhook"
	simscript "twilsim/testscript"
)

func (r *runner) addFlags(flags *pflag.FlagSet) {
	r.addAppFlags(flags)
	flags.StringVar(&r.Only, "run", "", "only scenarios whose name matches this regular expression; NAME/PHASE stops after that phase")
	flags.BoolVar(&r.watching, "watch", false, "run again what a change of a file concerns, until Ctrl-C")
	flags.StringArrayVar(&r.watchDirs, "watch-dir", nil,
		"a `DIRECTORY` of the app's, watched too; else this one, where --app is given; may be repeated")
	flags.BoolVar(&r.list, "list", false, "print the names and run nothing")
	flags.StringVar(&r.shard, "shard", "", "run part `I/N` of the scenarios, 1/3 to 3/3; a name is always in the same part")
	flags.Uint64Var(&r.Seed, "seed", simulator.DefaultSeed, "what all chance and every SID comes from")
	flags.IntVar(&r.Parallel, "parallel", runtime.GOMAXPROCS(0), "how many run at once")
	flags.IntVar(&r.Count, "count", 1, "how often each runs")
	flags.BoolVar(&r.Shuffle, "shuffle", false, "run in an order that the seed chooses")
	flags.BoolVar(&r.FailFast, "failfast", false, "start no more after the first failure")
	flags.DurationVar(&r.Timeout, "timeout", 30*time.Second, "real time that one scenario may take, its app's start included")
	flags.CountVarP(&r.Verbose, "verbose", "v", "show phases and commands as they happen; -vv the environment too")
	flags.BoolVar(&r.Update, "update", false, "rewrite golden files in the scenarios")
	flags.BoolVar(&r.Continue, "continue", false, "go on after a failure in a scenario, and report all")
	flags.BoolVar(&r.Work, "work", false, "keep each scenario's directory, and print its name")
	flags.StringVar(&r.Journal, "journal", "", "write each scenario's journal below this directory, as lines of JSON")
	r.reports.addFlags(flags, &r.TraceAll)
}

func (r *runner) addAppFlags(flags *pflag.FlagSet) {
	flags.StringVar(&r.app, "app", "", "the `COMMAND` that starts the app under test, in this directory")
	flags.StringVar(&r.AppURL, "app-url", "", "the `URL` of an app that runs already, or where the one of --app listens whatever PORT says")
	flags.BoolVar(&r.AppShared, "app-shared", false, "start the app once, for all scenarios")
	flags.StringVar(&r.AppReady, "app-ready", "", "the `PATH` that the app answers with 200 to 399 when it is ready; else it must listen")
	flags.StringArrayVar(&r.AppEnv, "app-env", nil, "`NAME=VALUE` for the app's environment; may be repeated")
	flags.StringVar(&r.PublicURL, "app-public-url", "", "the `URL` at which the app believes itself, which is signed")
	flags.Uint16Var(&r.Port, "port", 2010, "the simulator's port with --app-shared or --app-url; 0 is any free one")
}

// prepare checks the flags and makes of them what the runner needs.
func (r *runner) prepare(flags *pflag.FlagSet) error {
	if r.app != "" {
		r.App = simscript.Shell(r.app)
	}
	if r.Verbose > 0 && !r.reports.machine() {
		r.Stream = r.ui.out
	}
	if r.Update && r.getenv("CI") != "" {
		return misuse("-update rewrites golden files, and this is CI").try("twilsim run -update", "on your own machine, then commit")
	}
	switch {
	case r.Parallel < 1:
		return misuse("--parallel %d is wrong: want 1 or more", r.Parallel).try("twilsim run --parallel 1")
	case r.Count < 1:
		return misuse("--count %d is wrong: want 1 or more", r.Count).try("twilsim run --count 1")
	case r.Timeout <= 0:
		return misuse("--timeout %s is no time to run in", r.Timeout).try("twilsim run --timeout 30s")
	case r.Seed == 0:
		return misuse("--seed 0 is wrong: want 1 or more").try("twilsim run --seed 1")
	}
	switch {
	case r.watching && r.list:
		return misuse("--watch and --list contradict each other").try("twilsim run --list")
	case !r.watching && flags.Changed("watch-dir"): // in twilsim.yaml it waits for --watch
		return misuse("--watch-dir says what --watch watches").try("twilsim run --watch --watch-dir " + r.watchDirs[0])
	}
	if err := r.parseShard(); err != nil {
		return err
	}
	return r.checkApp(flags)
}

func (r *runner) parseShard() error {
	if r.shard == "" {
		return nil
	}
	part, all, _ := strings.Cut(r.shard, "/")
	i, err := strconv.Atoi(part)
	n, err2 := strconv.Atoi(all)
	if err != nil || err2 != nil || i < 1 || i > n {
		return misuse("--shard %s is wrong: want I/N, the part and the number of parts", r.shard).
			try("twilsim run --shard 1/3", "twilsim run --shard 2/3", "twilsim run --shard 3/3")
	}
	r.Shard, r.Shards = i, n
	return nil
}

func (r *runner) checkApp(flags *pflag.FlagSet) error {
	for _, flag := range []struct {
		name string
		url  *string
	}{{"app-url", &r.AppURL}, {"app-public-url", &r.PublicURL}} {
		*flag.url = strings.TrimSuffix(*flag.url, "/")
		if err := webhook.CheckURL(*flag.url); *flag.url != "" && err != nil {
			return misuse("--%s: %v", flag.name, err).try("--" + flag.name + " http://localhost:3000")
		}
	}
	for _, v := range r.AppEnv {
		if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
			return misuse("--app-env %q is not NAME=VALUE", v).try("--app-env NODE_ENV=test")
		} else if name == "PORT" {
			return misuse("--app-env cannot set PORT: it says where the app must listen").
				try("--app-url http://localhost:3000        for an app that listens where it wants")
		}
	}
	switch {
	case r.AppReady != "" && !strings.HasPrefix(r.AppReady, "/"):
		return misuse("--app-ready %s is no path", r.AppReady).try("--app-ready /" + r.AppReady)
	case r.app == "" && r.AppShared:
		return misuse("--app-shared needs a command that starts the app").try("twilsim run --app 'node server.js' --app-shared")
	case r.app == "" && len(r.AppEnv) > 0:
		return misuse("--app-env needs a command that starts the app").try("twilsim run --app 'node server.js' --app-env NAME=VALUE")
	case r.app == "" && r.AppURL == "" && r.AppReady != "":
		return misuse("--app-ready needs an app").try("twilsim run --app 'node server.js' --app-ready " + r.AppReady)
	}
	return r.checkTogether(flags)
}

// checkTogether checks what scenarios with one app in common cannot do.
func (r *runner) checkTogether(flags *pflag.FlagSet) error {
	if !r.AppShared && r.AppURL == "" {
		return nil
	}
	if flags.Changed("parallel") && r.Parallel > 1 {
		return misuse("--parallel %d: scenarios that share an app run one at a time", r.Parallel).
			try("twilsim run --app 'node server.js'        an app for each scenario")
	}
	if r.app != "" && !flags.Changed("port") {
		r.Port = 0 // the app is told
	}
	return nil
}
