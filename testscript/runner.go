package testscript

import (
	"context"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
	"twilsim/testscript/coverage"
)

// Runner runs scenarios outside of go test, as twilsim run does. The zero Runner works. It must not
// change while it runs. Begun and Reached are called by the goroutines of the scenarios.
type Runner struct {
	Options
	// Only is a regular expression that a scenario's name must match. One that matches no name but
	// NAME/PHASE runs that scenario up to and with that phase. "" means all.
	Only string
	// Shard and Shards divide the scenarios among machines: of Shards parts this is the Shard-th,
	// from 1. The part of a scenario depends on its name alone. If both are 0, all run.
	Shard, Shards int
	// Parallel is how many scenarios run at once; 0 means 1. Scenarios that share an app run one at
	// a time. From 2 on, those that only wait do not count, as for an app that does not answer.
	Parallel int
	// Count is how often each runs; 0 means once.
	Count int
	// Shuffle runs them in a random order that depends on the seed.
	Shuffle bool
	// FailFast starts no scenario after the first failure.
	FailFast bool
	// Coverage has the results say what they exercised.
	Coverage bool
	// Verbose writes phases and commands to Stream, or, if Stream is nil, keeps the log of phases
	// that passed. From 2 on, the environment comes first, with secrets masked.
	Verbose int
	// TraceAll keeps the traces of scenarios that pass, too.
	TraceAll bool
	// Stream receives each phase and command while it happens, one scenario after the other, in the
	// order of the results. Nil discards them.
	Stream io.Writer
	// Starting is called when a scenario starts, the n-th of all. Calls do not overlap. It may be
	// nil.
	Starting func(s Scenario, n, all int)
	// Pace is how long a scenario waits before each of its commands, in real time, so that a person
	// can watch it.
	Pace time.Duration
	// Begun is called when a scenario's simulator is ready, before the first command, and Reached
	// before each command, with its line. They may be nil.
	Begun   func(*Live)
	Reached func(l *Live, line int)
}

// UsageError says why nothing was run: the request names something that does not exist or is not
// possible.
type UsageError struct {
	Err error
	Try string // what to try; "" if the error says it
	// Paths is what to give a command in place of its paths; "" if they are not what is wrong.
	Paths string
}

// Suggestion returns what to try instead of a command, such as twilsim run; "" if the error says
// it.
func (e *UsageError) Suggestion(command string) string {
	if e.Paths != "" {
		return command + " " + e.Paths
	}
	return e.Try
}

// Error returns the error's text.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns what was wrong.
func (e *UsageError) Unwrap() error { return e.Err }

// Select returns the names of the scenarios, or of their phases, that would run. The error is a
// [*UsageError].
func (r *Runner) Select(scenarios []Scenario) ([]string, error) {
	jobs, err := r.jobs(scenarios)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, j := range jobs {
		names = append(names, j.scenario.Name)
	}
	return names, nil
}

// Do runs the scenarios and calls report with each result as soon as possible, in the order of the
// scenarios. A scenario that fails is a result, not an error. The error is a [*UsageError], or that
// of a simulator that cannot listen, or that of ctx; in the last case the running scenarios are
// stopped and not reported.
func (r *Runner) Do(
	ctx context.Context,
	scenarios []Scenario,
	report func(Result),
) (Summary, error) {
	jobs, err := r.jobs(scenarios)
	if err != nil {
		return Summary{}, err
	}
	root, err := os.Getwd()
	if err != nil {
		return Summary{}, err
	}
	common, err := r.newCommon(root)
	if err != nil {
		return Summary{}, err
	}
	defer common.close()
	jobs = r.order(jobs)
	summary := Summary{Seed: r.seed(), Parallel: r.parallel(), App: r.AppUnderTest()}
	started := clock.Wall()
	ran := 0
	for result := range r.results(ctx, jobs, common) {
		ran++
		summary.add(result)
		report(result)
	}
	summary.NotRun = len(jobs) - ran
	summary.Time = clock.Wall().Sub(started)
	return summary, ctx.Err()
}

func (r *Runner) parallel() int {
	if r.together() {
		return 1
	}
	return max(r.Parallel, 1)
}

// turn is a job that waits, runs or has run.
type turn struct {
	job
	stage *stage
	done  chan Result // closed without a result if it did not run to its end
}

// results runs the jobs, some at a time, and yields their results in order. When it returns, no job
// is running. What a scenario prints while it is not its turn is kept by its stage.
func (r *Runner) results(ctx context.Context, jobs []job, c *common) func(func(Result) bool) {
	turns := make([]turn, len(jobs))
	for i, j := range jobs {
		turns[i] = turn{job: j, stage: &stage{}, done: make(chan Result, 1)}
	}
	var running sync.WaitGroup
	running.Go(func() { r.runAll(ctx, turns, c, &running) })
	return func(yield func(Result) bool) {
		defer running.Wait()
		for _, t := range turns {
			t.stage.open(r.Stream)
			result, ok := <-t.done
			t.stage.close()
			if ok && !yield(result) {
				return
			}
		}
	}
}

// runAll runs the turns, as many at a time as allowed, and closes those that it does not run.
func (r *Runner) runAll(ctx context.Context, turns []turn, c *common, running *sync.WaitGroup) {
	var failed atomic.Bool
	c.slots = newSlots(r.parallel())
	for i, t := range turns {
		c.slots.take()
		if ctx.Err() != nil || r.FailFast && failed.Load() {
			close(t.done)
			c.slots.give()
			continue
		}
		if r.Starting != nil {
			r.Starting(t.scenario, i+1, len(turns))
		}
		running.Go(func() {
			defer c.slots.give()
			defer close(t.done)
			result := r.run(ctx, t, c)
			if result.Outcome == Failed {
				failed.Store(true)
			}
			if ctx.Err() == nil || result.Outcome == Passed { // else it was stopped before its end
				t.done <- result
			}
		})
	}
}

// run runs one scenario in its own world. If a command does not end even when it is killed, the
// scenario is left behind, still running.
func (r *Runner) run(ctx context.Context, t turn, c *common) Result {
	f := &follower{
		script:  t.script,
		out:     t.stage,
		verbose: r.Verbose,
		seed:    r.seed(),
		name:    t.scenario.Name,
	}
	if r.Stream == nil {
		f.verbose = 0
	}
	started := clock.Wall()
	done := make(chan Result, 1)
	go func() { done <- r.runJob(ctx, t.job, f, c) }()
	limit := time.NewTimer(r.limit())
	defer limit.Stop()
	stopped := ctx.Done()
	for {
		select {
		case result := <-done:
			return result
		case <-stopped:
			stopped = nil
			limit.Reset(2 * stopTimeout) // one for its app, one for the scenario
		case <-limit.C:
			return r.leave(t.job, f, clock.Wall().Sub(started))
		}
	}
}

// limit is how long a scenario may take before it is left behind. With Update it may run twice. It
// is longer than what ends the scenario usually, its own deadline.
func (r *Runner) limit() time.Duration {
	limit := r.timeout() + afterTimeout(r.timeout()) + stopTimeout
	if r.Update {
		limit *= 2
	}
	return limit
}

// runEngine runs one scenario to its end. What needs the world, which is closed at the end of the
// script, is taken in ended.
func (r *Runner) runEngine(ctx context.Context, j job, f *follower, c *common) Result {
	result := Result{Scenario: j.scenario, Seed: r.seed(), Started: clock.Wall()}
	e, err := newEngineRun(j.script, j.goldens.mark(j.script))
	if err != nil {
		return result.failed(1, err)
	}
	defer e.remove()
	t := &recorder{}
	p := testscript.Params{Files: []string{e.file}}
	ended := func(w *world) {
		w.part = j.scenario.Name != j.of.Name
		f.end()
		t.end(w, r.Options, j.of.Name, r.TraceAll)
		result.Virtual, result.Account = w.elapsed(), w.account.SID
		result.Saw = t.cleanAll(w.saw())
		result.Hints = t.cleanAll(w.hints())
		if !t.failed && !t.skipped {
			result.Notes = t.cleanAll(w.notes())
		}
		if r.Work {
			result.Work = w.dir
		}
		if r.Coverage {
			result.Covered = coverage.Of(w.account.Journal, w.checked)
		}
	}
	entry{ctx: ctx, options: r.Options, scenario: j.of, common: c, ended: ended}.setup(&p)
	live := &Live{Scenario: j.scenario, script: j.script}
	e.begin = func(ts *testscript.TestScript) { f.begin(ts); r.begun(live, of(ts)) }
	e.command = func(line int) { f.at(line); r.reached(ctx, live, line) }
	e.end = f.outcome
	e.line = func(line int) { t.reach(j.script.phaseAt(line)) }
	e.follow(&p)
	t.follow(&p)
	j.goldens.follow(&p)
	t.do(func() { testscript.RunT(t, p) })
	result.Time = clock.Wall().Sub(result.Started)
	environment, steps := e.read(t.log.String(), !t.failed && !t.skipped)
	result.read(j, t, steps)
	result.Log = result.log(r.logVerbosity(f))
	if r.logVerbosity(f) > 1 {
		result.Log = t.clean(environment) + result.Log
	}
	return result
}

// logVerbosity is what a result's log shows beside what failed: nothing if it was streamed already.
func (r *Runner) logVerbosity(f *follower) int {
	if f.verbose > 0 {
		return 0
	}
	return r.Verbose
}

// leave ends a scenario whose command does not end: its app and its simulator stop, and what it
// waits for is left behind.
func (r *Runner) leave(j job, f *follower, took time.Duration) Result {
	steps := f.leave()
	if len(steps) == 0 {
		steps = []step{{}}
	}
	last := &steps[len(steps)-1]
	last.failed = true
	last.failure = timeoutError(r.timeout()).Error() + "\nit did not end when it was killed"
	result := Result{
		Scenario: j.scenario,
		Seed:     r.seed(),
		Started:  clock.Wall().Add(-took),
		Time:     took,
	}
	result.read(j, &recorder{failed: true}, steps)
	result.Log = result.log(0)
	return result
}
