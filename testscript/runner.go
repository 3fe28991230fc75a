package testscript

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// Runner runs scenarios outside of go test, as twilsim run does. The zero Runner works.
type Runner struct {
	Options
	// Only is a regular expression that a scenario's name must match. One that matches no name but NAME/PHASE runs that
	// scenario up to and with that phase. "" means all.
	Only string
	// Parallel is how many scenarios run at once; 0 means 1.
	Parallel int
	// Count is how often each runs; 0 means once.
	Count int
	// Shuffle runs them in an order that the seed chooses.
	Shuffle bool
	// FailFast starts no more after the first failure.
	FailFast bool
	// Verbose keeps the log of phases that passed. At 2 it begins with the environment, secrets masked.
	Verbose int
}

// job is one run of one scenario.
type job struct {
	scenario Scenario // as it is run: its name may end with the phase at which it ends
	of       Scenario // as it stands in its file
	script   *script
	file     string // the scenario's, or a copy that ends early
	copied   bool
}

// UsageError says that nothing was run, because something was asked for that is not there or cannot be.
type UsageError struct{ Err error }

// Error returns the error's text.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns what was wrong.
func (e *UsageError) Unwrap() error { return e.Err }

// Select returns the names of the scenarios, or of their phases, that Only matches.
func (r *Runner) Select(scenarios []Scenario) ([]string, error) {
	jobs, err := r.jobs(scenarios)
	if err != nil {
		return nil, err
	}
	defer removeCopies(jobs)
	var names []string
	for _, j := range jobs {
		names = append(names, j.scenario.Name)
	}
	return names, nil
}

// Do runs the scenarios and hands each result to report, in the order of the scenarios, as soon as it is there. The
// error is a [*UsageError]; a scenario that fails is a result.
func (r *Runner) Do(scenarios []Scenario, report func(Result)) (Summary, error) {
	jobs, err := r.jobs(scenarios)
	if err != nil {
		return Summary{}, err
	}
	defer removeCopies(jobs)
	root, err := os.Getwd()
	if err != nil {
		return Summary{}, err
	}
	jobs = r.order(jobs)
	summary := Summary{Seed: r.seed(), Parallel: max(r.Parallel, 1)}
	started := clock.Wall()
	for result := range r.results(jobs, root) {
		summary.add(result)
		report(result)
	}
	summary.Time = clock.Wall().Sub(started)
	return summary, nil
}

// results runs the jobs, some at a time, and yields what came of them in their order.
func (r *Runner) results(jobs []job, root string) func(func(Result) bool) {
	done := make([]chan Result, len(jobs))
	for i := range done {
		done[i] = make(chan Result, 1)
	}
	var failed atomic.Bool
	go func() {
		slots := make(chan struct{}, max(r.Parallel, 1))
		for i, j := range jobs {
			slots <- struct{}{}
			if r.FailFast && failed.Load() {
				close(done[i])
				<-slots
				continue
			}
			go func() {
				defer func() { <-slots }()
				result := r.run(j, root)
				if result.Outcome == Failed {
					failed.Store(true)
				}
				done[i] <- result
			}()
		}
	}()
	return func(yield func(Result) bool) {
		for _, c := range done {
			if result, ok := <-c; ok && !yield(result) {
				return
			}
		}
	}
}

// order repeats and shuffles the jobs.
func (r *Runner) order(jobs []job) []job {
	var all []job
	for range max(r.Count, 1) {
		all = append(all, jobs...)
	}
	if r.Shuffle {
		random := rand.New(rand.NewPCG(r.seed(), 0))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	return all
}

// jobs reads and checks the scenarios that Only matches.
func (r *Runner) jobs(scenarios []Scenario) ([]job, error) {
	only, err := regexp.Compile(r.Only)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("bad -run: %w", err)}
	}
	var whole, parts []job
	var names []string
	for _, s := range scenarios {
		names = append(names, s.Name)
		script, err := readScript(s.File)
		if err != nil {
			return nil, &UsageError{err}
		}
		if only.MatchString(s.Name) {
			whole = append(whole, job{scenario: s, of: s, script: script, file: s.File})
		} else if n := script.match(only, s.Name); n >= 0 {
			part := Scenario{Name: s.Name + "/" + script.phases[n].title, File: s.File}
			parts = append(parts, job{scenario: part, of: s, script: script, file: s.File})
		}
	}
	if len(whole) == 0 {
		whole = parts
		if err := cutAll(whole); err != nil {
			return nil, err
		}
	}
	if len(whole) == 0 {
		return nil, &UsageError{noMatch(r.Only, names)}
	}
	for _, j := range whole {
		if err := j.script.check(); err != nil {
			removeCopies(whole)
			return nil, &UsageError{err}
		}
	}
	return whole, nil
}

// match returns the first phase whose name, behind the scenario's, matches; -1 for none.
func (s *script) match(only *regexp.Regexp, name string) int {
	for i, p := range s.phases {
		if p.title != "" && only.MatchString(name+"/"+p.title) {
			return i
		}
	}
	return -1
}

func cutAll(jobs []job) error {
	for i := range jobs {
		j := &jobs[i]
		n := 0
		for !strings.HasSuffix(j.scenario.Name, "/"+j.script.phases[n].title) {
			n++
		}
		file, err := j.script.upTo(n)
		if err != nil {
			return err
		}
		j.copied, j.file = file != j.file, file
		j.script.phases = j.script.phases[:n+1]
	}
	return nil
}

func removeCopies(jobs []job) {
	for _, j := range jobs {
		if j.copied {
			_ = os.Remove(j.file) // a temporary file; the system clears the rest
		}
	}
}

func noMatch(only string, names []string) error {
	shown := names[:min(len(names), 3)]
	if near := suggest.Nearest(only, names); near != "" {
		shown = []string{near}
	}
	return fmt.Errorf("no scenario matches %q\n  try     %s", only, strings.Join(shown, "  "))
}

// run runs one scenario in a world of its own.
func (r *Runner) run(j job, root string) Result {
	t := &recorder{verbose: r.Verbose > 0}
	result := Result{Scenario: j.scenario, Seed: r.seed()}
	p := testscript.Params{Files: []string{j.file}}
	setup(&p, r.Options, j.of, root, func(w *world) {
		if !t.failed && !t.skipped {
			if err := w.finish(r.Options, j.of.Name); err != nil {
				t.ended = err
			}
		}
		result.Virtual, result.Account = w.elapsed(), w.account.SID
		result.Saw, result.secret = w.saw(), w.account.Token
	})
	started := clock.Wall()
	t.do(func() { testscript.RunT(t, p) })
	result.Time = clock.Wall().Sub(started)
	result.read(j, t, r.Verbose)
	return result
}

var errStopped = errors.New("the script stopped")

// recorder is the engine's view of a test: it collects what the script logs.
type recorder struct {
	verbose         bool
	mu              sync.Mutex
	log             strings.Builder
	failed, skipped bool
	reason          string // of a skip
	ended           error  // what was wrong after the last line
}

// do runs f and stops at the first failure or skip.
func (t *recorder) do(f func()) {
	defer func() {
		if e := recover(); e != nil && e != any(errStopped) {
			panic(e)
		}
	}()
	f()
}

// Run runs the script as the test itself.
func (t *recorder) Run(_ string, f func(testscript.T)) { f(t) }

// Parallel does nothing: the runner decides what runs at once.
func (t *recorder) Parallel() {}

// Verbose reports whether the log keeps phases that passed.
func (t *recorder) Verbose() bool { return t.verbose }

// Log collects the script's log.
func (t *recorder) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.log, strings.TrimRight(fmt.Sprint(args...), "\n"))
}

// Skip ends the script as skipped.
func (t *recorder) Skip(args ...any) {
	t.skipped, t.reason = true, fmt.Sprint(args...)
	panic(errStopped)
}

// Fatal ends the script as failed.
func (t *recorder) Fatal(args ...any) {
	t.Log(args...)
	t.FailNow()
}

// FailNow ends the script as failed.
func (t *recorder) FailNow() {
	t.failed = true
	panic(errStopped)
}
