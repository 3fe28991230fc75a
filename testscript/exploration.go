package testscript

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"twilsim/testscript/explore"
)

// Exploration is a search for bugs: a scenario is played again and again, each time with something
// that Twilio, the network or the host may do otherwise. Package explore documents what that is.
// The zero value works, with the tutorial's app.
type Exploration struct {
	Options
	// Depth is how many things go otherwise at once: 1, 2, or 3 for random samples of 3 to 5 as
	// well; 0 means 2.
	Depth int
	// Budget is how many schedules are played for each scenario; 0 means 2,000 for an app in this
	// process, 1,000 for a program that runs share and 200 for one for each run. Time ends a search
	// after so much real time; 0 means no limit.
	Budget int
	Time   time.Duration
	// Kill kills the app and starts it again, too. A scenario asks for it with explore durable.
	Kill bool
	// Assume leaves out what is rarer than D, what Twilio documents, or C, what happens by
	// configuration or by hand; "" or H leaves out nothing.
	Assume string
	// Parallel is how many runs are played at once; 0 means one for each processor.
	Parallel int
	FailFast bool
	// NoSkip starts a program also for runs that must equal one that was played.
	NoSkip bool
	// Copies is how many copies of an app that runs share are started; 0 means two for each processor,
	// but at most 8, and one where the scenario has a line explore reset: what an app forgets may be
	// outside of it, and that of all copies.
	Copies int
	// Hang is how long the app may take to answer a webhook, in real time; 0 means 2 seconds.
	Hang time.Duration
	// Shard and Shards divide the schedules among machines; see [explore.Search].
	Shard, Shards int
	// Progress is called now and then; it may be nil.
	Progress func(explore.Progress)
}

// Search explores one scenario. The error is a [*UsageError] or a [*ScriptError] if the scenario
// cannot be explored: it fails without any deviation, say.
func (x *Exploration) Search(ctx context.Context, s Scenario) (*explore.Report, error) {
	e, err := x.open(ctx, s)
	if err != nil {
		return nil, err
	}
	defer e.close()
	search := x.search(e)
	switch {
	case !e.startsApp:
		return nil, &EmptyError{"no app is tested by " + s.File + ": it has no line app"}
	case len(explore.Space(e.baseline.Story, search.Limits)) == 0:
		return nil, &EmptyError{"nothing can go otherwise in " + s.File +
			": it has no text, reply or message of the API, or its explore lines leave none"}
	}
	report, err := search.Do(ctx)
	var unsteady *explore.UnsteadyError
	if errors.As(err, &unsteady) {
		return nil, &UsageError{Err: fmt.Errorf("%s is not deterministic: %w", s.File, unsteady),
			Try: tryUnstable}
	}
	if err != nil {
		return nil, err
	}
	report.App, report.Volatile, report.Skipped = e.app(), e.volatile, e.skipped
	for i, step := range e.steps.list {
		if e.moments[i] {
			report.NotTried = append(report.NotTried, fmt.Sprintf(
				"line %d, which no longer holds when all that is due has happened", step.line))
		}
	}
	for _, f := range report.Findings {
		f.Text = e.findingText(f)
	}
	return report, nil
}

// Space plays the baseline of a scenario and returns all its deviations.
func (x *Exploration) Space(ctx context.Context, s Scenario) ([]explore.Deviation, error) {
	e, err := x.open(ctx, s)
	if err != nil {
		return nil, err
	}
	defer e.close()
	return explore.Space(e.baseline.Story, x.limits(e)), nil
}

// Replay plays a scenario under one schedule, and returns the run and the baseline. A schedule
// whose points do not occur is a [*UsageError].
func (x *Exploration) Replay(ctx context.Context, s Scenario, schedule explore.Schedule) (run,
	baseline *explore.Run, err error) {
	e, err := x.open(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	defer e.close()
	if err := schedule.Check(e.baseline.Story); err != nil {
		return nil, nil, &UsageError{Err: fmt.Errorf("%s: %w", s.File, err)}
	}
	if run, err = e.Play(ctx, schedule); err != nil {
		return nil, nil, err
	}
	if len(run.Missed) > 0 {
		return nil, nil, &UsageError{
			Err: fmt.Errorf("%s: the app no longer gets to %s", s.File, strings.Join(run.Missed, " ")),
			Try: "explore the scenario anew",
		}
	}
	return run, e.baseline, nil
}

// EmptyError says that there is nothing to explore in a scenario.
type EmptyError struct{ text string }

// Error returns what is missing.
func (e *EmptyError) Error() string { return e.text }

// app names the app under test, and says how long one lives.
func (e *explorer) app() string {
	name := e.options.AppUnderTest()
	switch {
	case e.steps.startsProgram():
		return "what the scenario names"
	case e.kept():
		return name + ", kept"
	case !e.direct:
		return name + ", started for each run"
	}
	return name
}

// SkippedError says that the scenario skips or stops itself.
type SkippedError struct {
	Line int
	Text string // of the line
}

// Error returns which line does so.
func (e *SkippedError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// StartError says that the app could not be started.
type StartError struct{ text string }

// Error returns why, with what the app printed.
func (e *StartError) Error() string { return e.text }

func (x *Exploration) open(ctx context.Context, s Scenario) (*explorer, error) {
	switch {
	case x.Budget < 0 || x.Time < 0 || x.Depth < 0:
		return nil, &UsageError{Err: errors.New("a budget and a depth are at least 1")}
	case x.Assume != "" && !slices.Contains([]string{"D", "C", "H"}, x.Assume):
		return nil, &UsageError{Err: fmt.Errorf("unknown assumption %q; use D, C or H", x.Assume)}
	case x.Kill && x.App == nil && x.AppURL != "":
		return nil, &UsageError{Err: errors.New("an app that runs already cannot be killed"),
			Try: "let explore start it: --app and --app-shared"}
	case x.Copies > 1 && (!x.AppShared || x.AppURL != ""):
		return nil, &UsageError{Err: errors.New("only an app that explore starts, on a port that it " +
			"chooses, and that runs share has copies"),
			Try: "--app 'node server.js' --app-shared --copies 4"}
	}
	e, err := newExplorer(x.Options, s)
	if err != nil {
		return nil, err
	}
	if !e.direct && x.together() && !e.steps.startsProgram() {
		if e.copies, err = newCopies(x.Options, e.root, x.copiesOf(e)); err != nil {
			return nil, err
		}
	}
	e.noSkip = x.NoSkip
	if x.Hang > 0 {
		e.hang = x.Hang
	}
	if err := e.prepare(ctx); err != nil {
		e.close()
		return nil, err
	}
	if err := e.steps.hints.limits.Check(e.baseline.Story); err != nil {
		e.close()
		return nil, &UsageError{Err: fmt.Errorf("%s: %w", s.File, err)}
	}
	return e, nil
}

// mostCopies is how many copies there are at most if nobody says how many.
const mostCopies = 8

func (x *Exploration) copiesOf(e *explorer) int {
	switch {
	case x.Copies > 0:
		return x.Copies
	case x.App == nil || x.AppURL != "" || e.steps.hints.reset != nil:
		return 1
	}
	return min(2*runtime.GOMAXPROCS(0), mostCopies)
}

func (x *Exploration) limits(e *explorer) explore.Limits {
	limits := e.steps.hints.limits
	limits.Kill = (limits.Kill || x.Kill) && (x.App != nil || x.AppURL == "")
	limits.Assume = x.Assume
	return limits
}

// How many schedules are played with a program for each run, and with one that runs share.
const (
	usualProgramBudget = 200
	usualKeptBudget    = 1000
)

func (x *Exploration) search(e *explorer) *explore.Search {
	s := &explore.Search{
		Player: e, Baseline: e.baseline, Scenario: e.scenario.Name, Limits: x.limits(e), Depth: x.Depth,
		Budget: x.Budget, Time: x.Time, Seed: x.seed(), Parallel: x.Parallel, FailFast: x.FailFast,
		Shard: x.Shard, Shards: x.Shards, Progress: x.Progress,
	}
	switch {
	case s.Budget > 0 || e.direct:
	case e.kept():
		s.Budget = usualKeptBudget
	default:
		s.Budget = usualProgramBudget
	}
	if e.kept() {
		s.Parallel = len(e.copies.all)
	}
	if s.Parallel == 0 {
		s.Parallel = runtime.GOMAXPROCS(0)
	}
	return s
}

// Explore searches the scenarios of files and directories for bugs, as subtests of t. Each finding
// is an error of its test, with a scenario that fails on its own.
//
//	func TestExplore(t *testing.T) {
//		simscript.Explore(t, simscript.Exploration{
//			Options: simscript.Options{Handler: func(env simscript.AppEnv) (http.Handler, error) {
//				return shop.New(env.Getenv("TWILIO_AUTH_TOKEN"), env.HTTPClient, env.Dir), nil
//			}},
//		}, "scenarios")
//	}
func Explore(t *testing.T, x Exploration, paths ...string) {
	t.Helper()
	scenarios, err := Find(paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			report, err := x.Search(t.Context(), s)
			var skipped *SkippedError
			if errors.As(err, &skipped) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				var b strings.Builder
				f.WriteText(&b)
				t.Errorf("%s\n%s", b.String(), f.Text)
			}
		})
	}
}
