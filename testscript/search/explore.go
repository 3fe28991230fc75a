package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/failure"
	"twilsim/simulator/lazy"
	"twilsim/simulator/reason"
	"twilsim/simulator/runcount"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/explore"
)

const exploreLong = `Search for bugs: play a scenario again and again, each time with something that
Twilio, the network or the host may do otherwise, and look whether the app still does what it
should.

A callback comes early, late, out of order, twice, never or together with another; a webhook breaks
off; a message is refused, or sent and the answer lost; the carrier reports another status; the
customer texts again, or STOP; the app is killed and started again. First each of these alone, then
pairs, and with --depth 3 samples of more. What fails is made as small as possible and written as
a scenario that fails on its own.

A webhook that is answered with 4xx, 5xx or not at all, an app that ends, a text that a customer
gets twice, and a text after a STOP are always failures. A check of the scenario counts where two
apps that do nothing wrong, made from the scenario without deviations, pass it, and where it still
holds when all that is due has happened.

The app is started for each run. With --app-shared a few copies of it are started, each for many
runs, and with --app-url it runs already: much faster, for an app that forgets. The line explore
reset http POST /test/reset of a scenario has it forget; without one, each run has handsets and SIDs
of its own, and after every 50 runs the scenario is played without deviations to see whether it is
still the same. A run waits for the app to be quiet before the clock goes on, unless an earlier run
has shown that the app does nothing there; meanwhile the other copies work. There are two for each
processor, at most 8, and one for a scenario with explore reset: --copies 1 is right for an app
whose copies share what they remember, such as a database.

Without --app the tutorial's app, which is built in, is explored, or the one that the scenario
starts. An app in Go can be explored in go test, a thousand runs a second: testscript.Explore.

Exit codes: 0 nothing was found, 1 something was, 2 wrong usage, or the scenario fails or is not the
same twice without any deviation, 4 the app cannot be started, 5 a budget in time was over.`

// ExploreHelp and ExploreExample are the command's help.
const (
	ExploreHelp    = exploreLong
	ExploreExample = `twilsim explore scenarios/orders.txtar --app 'node server.js'
twilsim explore --depth 1 --junit explore.xml
twilsim explore scenarios/orders.txtar --count
twilsim explore scenarios/orders.txtar --replay X41f2c0
twilsim explore scenarios/orders.txtar --replay 'reply1.sent=behind'`
)

// Explore is one call of twilsim explore.
type Explore struct {
	UI     *terminal.UI
	Getenv func(string) string

	simscript.Exploration
	app, budget, shard, replay, findings, junit string
	budgetOK, count, list                       bool
	changed                                     func(flag string) bool // whether it was given
}

// AddFlags adds the command's flags.
func (r *Explore) AddFlags(flags *pflag.FlagSet) {
	r.changed = flags.Changed
	flags.StringVar(&r.app, "app", "",
		"the `COMMAND` that starts the app under test, in this directory")
	flags.BoolVar(&r.AppShared, "app-shared", false,
		"start the app in a few --copies, for all runs; see explore reset")
	flags.StringVar(&r.AppURL, "app-url", "",
		"the `URL` of an app that runs already, or at which --app listens")
	flags.IntVar(&r.Copies, "copies", 0, "start `N` copies of the app of --app-shared "+
		"(else two for each processor, at most 8)")
	flags.StringVar(&r.PublicURL, "app-public-url", "",
		"the `URL` that the app considers its own, which is signed")
	flags.Uint16Var(&r.Port, "port", 2010,
		"the simulator's `PORT` for an app that runs already")
	flags.StringVar(&r.AppReady, "app-ready", "",
		"the `PATH` that the app answers with 200 to 399 when it is ready; else it must listen")
	flags.StringArrayVar(&r.AppEnv, "app-env", nil,
		"`NAME=VALUE` for the app's environment; may be repeated")
	flags.IntVar(&r.Depth, "depth", 2,
		"how many things `N` go otherwise at once: 1, 2, or 3 for samples of 3 to 5 as well")
	flags.StringVar(&r.budget, "budget", "",
		"`N` schedules for each scenario, or a time such as 60s (else 2000, 200 with --app, "+
			"1000 with an app that is kept)")
	flags.BoolVar(&r.budgetOK, "budget-ok", false,
		"a time that is over with nothing found is a success")
	flags.BoolVar(&r.Kill, "kill", false, "kill the app and start it again, too")
	flags.StringVar(&r.Assume, "assume", "H",
		"leave out what is rarer than `D`, documented by Twilio, C, by hand, or H, the network")
	flags.DurationVar(&r.Hang, "hang", 2*time.Second,
		"real `TIME` that the app may take to answer a webhook")
	flags.Uint64Var(&r.Seed, "seed", 1, "what SIDs, chance and samples come from, `N` above 0")
	flags.IntVar(&r.Parallel, "parallel", runtime.GOMAXPROCS(0), "play `N` runs at once")
	flags.BoolVar(&r.FailFast, "failfast", false, "end with the first finding")
	flags.StringVar(&r.shard, "shard", "",
		"search part `I/N`, 1/3 to 3/3, or auto for that of the CI system; see merge")
	flags.BoolVar(&r.NoSkip, "no-skip", false,
		"start the app of --app also for runs whose result is known")
	flags.BoolVar(&r.count, "count", false, "print how many schedules there are")
	flags.BoolVar(&r.list, "list", false, "print what may go otherwise")
	flags.StringVar(&r.replay, "replay", "",
		"play a `FINDING`, X and six digits, or a schedule such as reply1.sent=behind")
	flags.StringVar(&r.findings, "findings", ".twilsim/findings",
		"write a scenario for each finding into this `DIRECTORY`")
	flags.StringVar(&r.junit, "junit", "", "write a JUnit report to this `FILE`")
}

// Run searches, or does what another flag asks for.
func (r *Explore) Run(ctx context.Context, paths []string) error {
	if r.list {
		return r.printCatalogue()
	}
	if err := r.prepare(); err != nil {
		return err
	}
	if len(paths) == 0 {
		paths = []string{"scenarios"}
	}
	scenarios, err := simscript.Find(paths...)
	if err != nil {
		return asExit(err)
	}
	switch {
	case r.count:
		return r.printCount(ctx, scenarios)
	case r.changed("replay"):
		return r.play(ctx, scenarios)
	}
	return r.search(ctx, scenarios)
}

// printCatalogue prints what may go otherwise.
func (r *Explore) printCatalogue() error {
	for _, e := range explore.Catalogue() {
		if !r.UI.JSON {
			r.UI.Printf("%-42s %s\n", e.Form, e.Help)
			continue
		}
		if err := r.UI.Encode(map[string]string{"form": e.Form, "help": e.Help}); err != nil {
			return err
		}
	}
	return nil
}

// prepare checks the flags.
func (r *Explore) prepare() error {
	if r.app != "" {
		r.App, r.AppCommand = simscript.Shell(r.app), r.app
		r.Port = 0 // the app is told which port
	}
	if err := r.prepareKept(); err != nil {
		return err
	}
	if r.Depth > 3 {
		return misuse("--depth 3        for samples of 3 to 5 deviations", "--depth %d is more than 3",
			r.Depth)
	}
	if r.Seed == 0 || r.Depth < 1 || r.Parallel < 1 {
		return misuse("", "--seed, --depth and --parallel are numbers from 1 on")
	}
	if r.Hang <= 0 {
		return misuse("--hang 2s", "--hang %s is not a time above 0", r.Hang)
	}
	if r.changed("replay") && strings.TrimSpace(r.replay) == "" {
		return misuse("twilsim explore FILE --replay 'reply1.sent=behind'",
			"--replay names neither a finding nor a schedule")
	}
	if err := r.parseBudget(); err != nil {
		return err
	}
	var err error
	if r.Shard, r.Shards, err = config.FindShard(r.shard, r.Getenv); err != nil {
		return misuse("--shard 1/3", "--shard %s is wrong: %v", r.shard, err)
	}
	return nil
}

// prepareKept checks the flags about an app that the runs share.
func (r *Explore) prepareKept() error {
	const try = "twilsim explore --app 'node server.js' --app-shared --copies 4"
	r.AppURL, r.PublicURL = strings.TrimSuffix(r.AppURL, "/"), strings.TrimSuffix(r.PublicURL, "/")
	switch {
	case r.AppShared && r.app == "":
		return misuse(try, "--app-shared needs a command that starts the app")
	case r.Copies < 0:
		return misuse(try, "--copies %d is not a number from 1 on", r.Copies)
	case r.Copies > 1 && (!r.AppShared || r.AppURL != ""):
		return misuse(try, "--copies %d: only an app that explore starts, on a port that it chooses, "+
			"and that runs share has copies", r.Copies)
	case r.app == "" && len(r.AppEnv) > 0:
		return misuse(try, "--app-env needs a command that starts the app")
	case r.app == "" && r.AppURL == "" && r.AppReady != "":
		return misuse(try, "--app-ready needs an app")
	case r.Kill && r.app == "" && r.AppURL != "":
		return misuse(try, "--kill: an app that runs already cannot be killed")
	}
	if err := cmp.Or(checkURL("--app-url", r.AppURL),
		checkURL("--app-public-url", r.PublicURL)); err != nil {
		return err
	}
	if r.AppURL != "" && r.app == "" {
		// an app that remembers messages would ignore those of the next search
		r.Exploration.Run, _ = runcount.Next()
	}
	return nil
}

// checkURL checks the URL of a flag, which may be "".
func checkURL(flag, url string) error {
	if url == "" {
		return nil
	}
	if err := config.CheckURL(url); err != nil {
		return misuse(flag+" http://localhost:3000", "%s: %v", flag, err)
	}
	return nil
}

// parseBudget reads a number of schedules, or a time.
func (r *Explore) parseBudget() error {
	if r.budget == "" {
		return nil
	}
	n, err := strconv.Atoi(r.budget)
	if err == nil && n >= 1 {
		r.Budget = n
		return nil
	}
	if d, err := time.ParseDuration(r.budget); err == nil && d > 0 {
		r.Time, r.Budget = d, math.MaxInt32
		return nil
	}
	return misuse("--budget 500, or --budget 60s",
		"--budget %s is neither a number of schedules, at least 1, nor a time", r.budget)
}

// printCount plays each scenario's baseline and prints how large the search is.
func (r *Explore) printCount(ctx context.Context, scenarios []simscript.Scenario) error {
	for _, s := range scenarios {
		all, err := r.Space(ctx, s)
		if err != nil {
			return asExit(err)
		}
		one, two, three := explore.Count(all, 1), explore.Count(all, 2), explore.Count(all, 3)
		if r.UI.JSON {
			if err := r.UI.Encode(map[string]any{"scenario": s.Name, "single": one, "pairs": two,
				"triples": three}); err != nil {
				return err
			}
			continue
		}
		r.UI.Printf("%s  %d single, %d pairs and what shows up, %d of three\n", s.Name, one, two, three)
	}
	return nil
}

// search explores the scenarios one after the other.
func (r *Explore) search(ctx context.Context, scenarios []simscript.Scenario) error {
	var reports []*explore.Report
	found, empty, over := 0, 0, false
	for _, s := range scenarios {
		progress := r.exploreProgress(s)
		r.Progress = progress
		report, err := r.Search(ctx, s)
		var skipped *simscript.SkippedError
		var nothing *simscript.EmptyError
		switch {
		case errors.As(err, &nothing) && len(scenarios) > 1:
			if !r.UI.JSON {
				r.UI.Printf("explore %s  skipped: %s\n", s.File, nothing)
			}
			empty++
			continue
		case errors.As(err, &skipped):
			if !r.UI.JSON {
				r.UI.Printf("explore %s  skipped by %s\n", s.File, skipped)
			}
			continue
		}
		if err != nil {
			return asExit(err)
		}
		if err := r.writeFindings(report); err != nil {
			return err
		}
		found += len(report.Findings)
		over = over || report.TimeOver
		reports = append(reports, report)
		if r.UI.JSON {
			continue
		}
		fmt.Fprintf(r.UI.Clean(), "explore %s  app %s  seed %d  depth %d\n", s.File, report.App,
			report.Seed, report.Depth)
		for _, v := range report.Volatile {
			r.UI.Printf("the app is not deterministic, and this is not compared: %s\n", v)
		}
		report.WriteText(r.UI.Clean())
		if report.Again > 0 {
			r.UI.Progressf("%d schedules were played again with a fresh app, because it remembers earlier "+
				"runs\n", report.Again)
		}
		if report.Skipped > 0 {
			r.UI.Progressf("%d of %d runs did not start the app: what it does then is known (--no-skip)\n",
				report.Skipped, report.Played)
		}
	}
	if empty == len(scenarios) {
		return misuse("", "nothing can go otherwise in any of the %d scenarios", empty)
	}
	return r.finish(reports, found, over)
}

// exploreProgress returns what shows how far a search is, nil if nobody looks.
func (r *Explore) exploreProgress(s simscript.Scenario) func(explore.Progress) {
	f, ok := r.UI.Err.(*os.File)
	if !ok || r.UI.Quiet || r.Getenv("CI") != "" || r.Getenv("TERM") == "dumb" || !isTerminal(f) {
		return nil
	}
	var last time.Duration
	return func(p explore.Progress) {
		if p.Elapsed-last < 200*time.Millisecond && p.Done < p.All {
			return
		}
		last = p.Elapsed
		fmt.Fprintf(f, "\r\x1b[K%s  %d/%d  %.0f/s  skipped %d equal, %d masked  %d failed",
			terminal.Clean(s.Name), p.Done,
			p.All, float64(p.Done)/p.Elapsed.Seconds(), p.Equal, p.Masked, p.Findings)
		if p.Done == p.All {
			fmt.Fprint(f, "\r\x1b[K")
		}
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// writeFindings writes the scenario of each finding.
func (r *Explore) writeFindings(report *explore.Report) error {
	for _, f := range report.Findings {
		name := filepath.Join(r.findings, f.ID+".txtar")
		if err := os.MkdirAll(r.findings, 0o777); err != nil {
			return failure.Unwritable(name, err)
		}
		if err := os.WriteFile(name, []byte(f.Text), 0o666); err != nil {
			return failure.Unwritable(name, err)
		}
		f.File = name
	}
	return nil
}

func (r *Explore) finish(reports []*explore.Report, found int, over bool) error {
	if r.UI.JSON {
		if err := explore.WriteJSON(r.UI.CleanJSON(), reports); err != nil {
			return err
		}
	}
	if err := writeFile(r.junit, func(w io.Writer) error {
		return explore.WriteJUnit(w,
			reports)
	}); err != nil {
		return err
	}
	switch {
	case found > 0:
		return &failure.Error{Code: failure.No}
	case over && !r.budgetOK:
		return exit(failure.Deadline, "--budget-ok        if that is a success",
			"the budget of %s was over before the search was", r.budget)
	}
	return nil
}

var findingID = lazy.Regexp(`^X[0-9a-f]{6}$`)

// play replays one finding or schedule, and prints what passed between Twilio and the app beside
// the baseline.
func (r *Explore) play(ctx context.Context, scenarios []simscript.Scenario) error {
	if len(scenarios) != 1 {
		return misuse("twilsim explore FILE --replay '"+r.replay+"'",
			"--replay plays one scenario, and %d were named", len(scenarios))
	}
	text := r.replay
	if findingID().MatchString(text) {
		var err error
		if text, err = r.scheduleOf(text); err != nil {
			return err
		}
	}
	schedule, err := explore.ParseSchedule(text)
	if err != nil {
		return misuse("twilsim explore --list", "%v", err)
	}
	run, baseline, err := r.Replay(ctx, scenarios[0], schedule)
	if err != nil {
		return asExit(err)
	}
	explore.WriteReplay(r.UI.Clean(), baseline, run)
	if len(run.Failures) > 0 {
		return &failure.Error{Code: failure.No}
	}
	return nil
}

// scheduleOf returns the schedule of a finding that was written before.
func (r *Explore) scheduleOf(id string) (string, error) {
	name := filepath.Join(r.findings, id+".txtar")
	data, err := os.ReadFile(name)
	if err != nil {
		return "", misuse("ls "+r.findings, "cannot read the finding %s: %v", name, reason.Of(err))
	}
	for line := range strings.Lines(string(data)) {
		if schedule, ok := strings.CutPrefix(line, "schedule "); ok {
			return strings.TrimSpace(schedule), nil
		}
	}
	return "", misuse("twilsim explore FILE --replay 'reply1.sent=behind'", "%s has no schedule", name)
}
