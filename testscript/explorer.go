package testscript

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"twilsim/testscript/explore"
)

// explorer plays one scenario under schedules, and judges the runs. It plays several schedules at
// once: all but what mu guards, skipped and blame, is set by prepare and then only read, or has a
// lock of its own.
type explorer struct {
	options  Options
	scenario Scenario
	steps    *steps
	root     string
	hang     time.Duration
	direct   bool          // the app is in this process
	quiet    time.Duration // how long the app must be quiet before the clock goes on
	calm     *calm         // what the runs have learnt about that; nil to wait always
	memory   *memory
	baseline *explore.Run
	volatile []string // what differs between two runs of the baseline
	dirs     dirs     // of apps in this process
	copies   *copies  // of an app that runs share; nil if each run has its own
	people   customers
	noSkip   bool // play runs whose result is known, too
	// foresight leaves out runs with a program whose result is known; nil to play all.
	foresight *foresight
	skipped   int // how many were left out
	// asWritten plays the story without what is due after it.
	asWritten bool
	startsApp bool // a line of the scenario starts an app
	// moments are the steps that hold at their place only, not when all that is due has happened: they
	// do not count. nil if there are none.
	moments map[int]bool

	mu    sync.Mutex
	blame map[string]map[int]bool // which lines the blameless apps fail, by schedule
	alone map[string]bool         // under which schedules the app acts by itself
}

// usualHang is how long an app may take to answer a webhook, in real time.
const usualHang = 2 * time.Second

// Limits of the time for which an app must be quiet, in real time.
const (
	leastQuiet = 5 * time.Millisecond
	mostQuiet  = 250 * time.Millisecond
	// leastPatience is how long an inner request may hold the answer of the outer one up at least:
	// only an app that has it wait for its own answer takes so long.
	leastPatience = 250 * time.Millisecond
	probeQuiet    = 50 * time.Millisecond // in the first baseline, to find out
)

// newExplorer compiles a scenario. The error is a [*UsageError] or a [*ScriptError].
func newExplorer(o Options, s Scenario) (*explorer, error) {
	script, err := readScript(s.File)
	if err != nil {
		return nil, err
	}
	if err := script.check(); err != nil {
		return nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	compiled, err := compile(script, new(runtimes).condition)
	if err != nil {
		return nil, err
	}
	e := &explorer{options: o, scenario: s, steps: compiled, root: root, hang: usualHang,
		blame: map[string]map[int]bool{}, alone: map[string]bool{}}
	if compiled.foreseeable() {
		e.calm = newCalm()
	}
	e.direct = o.Handler != nil || o.App == nil && o.AppURL == "" && !compiled.startsProgram()
	e.people = customersOf(compiled.list)
	e.startsApp = slices.ContainsFunc(compiled.list, func(s storyStep) bool {
		return s.words[0] == "app" || s.words[0] == "answer"
	})
	e.options.Wait = cmp.Or(o.Wait, 100*time.Millisecond)
	if e.direct {
		e.options.Wait = time.Millisecond
	}
	return e, nil
}

// startsProgram reports whether the scenario names its own app.
func (c *steps) startsProgram() bool {
	return slices.ContainsFunc(c.list, func(s storyStep) bool {
		if s.words[0] == "answer" {
			return true
		}
		if s.words[0] != "app" {
			return false
		}
		a, err := parseApp(s.words[1:])
		return err == nil && len(a.command) > 0
	})
}

// maker returns what makes the app of a run in this process, nil for a program.
func (e *explorer) maker() handlerFunc {
	if !e.direct {
		return nil
	}
	return (*world).newHandler
}

// Play plays the scenario under a schedule and judges the run.
func (e *explorer) Play(ctx context.Context, s explore.Schedule) (*explore.Run, error) {
	if run, ok := e.foresee(ctx, s); ok {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.skipped++
		return run, nil
	}
	g := e.staging(s)
	g.trusts = true
	return e.playAndJudge(ctx, g, func(g staging) (*played, error) { return e.play(ctx, g) })
}

// playAndJudge plays a run and judges it. play may be called more than once.
func (e *explorer) playAndJudge(ctx context.Context, g staging,
	play func(staging) (*played, error)) (*explore.Run, error) {
	s := g.schedule
	r, err := e.playQuiet(g, play)
	if err != nil {
		return nil, fmt.Errorf("under %s: %w", s, err)
	}
	defer r.close()
	if r.actsAlone() {
		e.mu.Lock()
		e.alone[s.String()] = true
		e.mu.Unlock()
	}
	run := e.judge(ctx, s, r)
	if e.foresight != nil && !s.Concurrent() {
		e.foresight.learn(r.world.director.history, run)
	}
	return run, nil
}

// playQuiet plays a schedule, and once more with longer waits if the app acts by itself later than
// was expected.
func (e *explorer) playQuiet(g staging, play func(staging) (*played, error)) (*played, error) {
	for {
		r, err := play(g)
		if err != nil {
			return nil, err
		}
		longer, ok := e.longer(r, g)
		if !ok {
			e.learnCalm(r)
			return r, nil
		}
		r.close()
		g = longer
	}
}

// longer returns with which waits a run must be played again, and whether it must: what the app did
// by itself came close to the end of a wait, or may have come after one that was left out.
func (e *explorer) longer(r *played, g staging) (staging, bool) {
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	close := q.longest > g.quiet/2 && g.quiet < mostQuiet && e.steps.hints.quiet == 0
	if g.quiet == 0 || !close && !q.late {
		return g, false
	}
	g.trusts = false
	if close {
		g.quiet = min(3*q.longest, mostQuiet)
	}
	return g, true
}

// learnCalm learns when the app of a run was quiet, unless it has ended.
func (e *explorer) learnCalm(r *played) {
	if e.calm == nil || r.world.lostApp() {
		return
	}
	q := r.world.director.quiet
	q.mu.Lock()
	defer q.mu.Unlock()
	e.calm.learn(q.learnt)
}

// close ends the search.
func (e *explorer) close() {
	e.dirs.close()
	if e.kept() {
		e.copies.close()
	}
}
