package testscript

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"twilsim/testscript/explore"
)

// copies are the apps of a search whose runs do not start one each. They run for as long as the
// search, each in one run at a time. Whoever has taken a copy alone uses it, so appCopy needs no
// lock.
type copies struct {
	all   []*appCopy
	ready chan struct{} // has one element for each free copy

	mu   sync.Mutex
	free []*appCopy // the one that had the last run at the end
}

// appCopy is one app, with the address of the simulators of its runs.
type appCopy struct {
	common *common
	runs   int // how many runs it has had since it was started
	number int // how many runs it has had
}

// newCopies prepares n copies of the app of o. They start when a run wants them.
func newCopies(o Options, root string, n int) (*copies, error) {
	c := &copies{ready: make(chan struct{}, n)}
	for range n {
		common, err := o.newCommon(root)
		if err != nil {
			c.close()
			return nil, err
		}
		one := &appCopy{common: common}
		c.all = append(c.all, one)
		c.give(one)
	}
	return c, nil
}

// take returns a copy that has no run, the one that had one last: runs one after the other have the
// same copy, so that what it remembers shows.
func (c *copies) take(ctx context.Context) (*appCopy, error) {
	select {
	case <-c.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	last := len(c.free) - 1
	one := c.free[last]
	c.free = c.free[:last]
	return one, nil
}

func (c *copies) give(one *appCopy) {
	c.mu.Lock()
	c.free = append(c.free, one)
	c.mu.Unlock()
	c.ready <- struct{}{} // never blocks: there is room for all
}

// restart ends the app, so that the next run starts a new one, with an empty directory. An app that
// was not started here goes on.
func (a *appCopy) restart() {
	if c := a.common; c.app != nil && !c.app.elsewhere {
		c.app.stop()
		c.app = nil
		_ = os.RemoveAll(filepath.Clean(c.state)) // a temporary directory; the system clears the rest
		c.state, a.runs = "", 0
	}
}

func (c *copies) close() {
	for _, one := range c.all {
		one.restart()
		one.common.close()
	}
}

// kept reports whether the runs share apps.
func (e *explorer) kept() bool { return e.copies != nil }

// optionsIn returns the options and the numbers of the next run in a copy.
func (e *explorer) optionsIn(one *appCopy) (Options, *handsets) {
	o := e.options
	one.number++
	if e.steps.hints.reset != nil {
		o.Run = 0
		return o, nil
	}
	// The SIDs of each run are its own too: an app may take no message twice.
	o.Run = o.Run<<32 | uint64(one.number)
	return o, newHandsets(e.people, one.number-1)
}

// recheck is after how many runs of a copy the baseline is played again.
const recheck = 50

// Batch returns after how many runs Check is to be called, 0 for never.
func (e *explorer) Batch() int {
	if !e.kept() {
		return 0
	}
	return recheck * len(e.copies.all)
}

// Check plays the baseline in each copy of the app. It returns false if one does not do what it did
// at first: the runs so far have changed it. That copy is started again; one that was not started
// here is an error.
func (e *explorer) Check(ctx context.Context) (bool, error) {
	var taken []*appCopy
	defer func() {
		for _, one := range taken {
			e.copies.give(one)
		}
	}()
	for range e.copies.all {
		one, err := e.copies.take(ctx)
		if err != nil {
			return false, err
		}
		taken = append(taken, one)
	}
	good := true
	for _, one := range taken {
		if one.runs == 0 {
			continue
		}
		err := e.checkCopy(ctx, one)
		var usage *UsageError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &usage):
			return false, err
		case e.options.App == nil:
			return false, e.leaks(err)
		}
		good = false
		one.restart()
	}
	return good, nil
}

// checkCopy returns a [*UsageError] if a copy of the app does something else in the baseline now.
func (e *explorer) checkCopy(ctx context.Context, one *appCopy) error {
	g := e.staging(nil)
	g.trusts = true
	r, err := e.playIn(ctx, one, g)
	if err != nil {
		return err
	}
	defer r.close()
	if err := e.mustPass(r); err != nil {
		return err
	}
	if r.world.key(r.entries, e.memory.volatile) != e.baseline.Door {
		return &UsageError{Err: errors.New("it no longer answers as at the start")}
	}
	return nil
}

// leaks is the error of an app that remembers what earlier runs did, and cannot be started again.
func (e *explorer) leaks(err error) error {
	return &UsageError{
		Err: fmt.Errorf("the app remembers something of earlier runs of %s, so that it no longer does "+
			"what it did at first: %w", e.scenario.File, err),
		Try: "give the scenario a line such as explore reset http POST /test/reset, or have explore " +
			"start an app for each run: --app without --app-shared",
	}
}

// PlayFresh plays a schedule in an app that was just started, where that is possible, with all
// waits.
func (e *explorer) PlayFresh(ctx context.Context, s explore.Schedule) (*explore.Run, error) {
	if !e.kept() || e.options.App == nil {
		return e.playAndJudge(ctx, e.staging(s),
			func(g staging) (*played, error) { return e.play(ctx, g) })
	}
	one, err := e.copies.take(ctx)
	if err != nil {
		return nil, err
	}
	defer e.copies.give(one)
	g := e.staging(s)
	if e.slowAtFirst() {
		g.quiet = mostQuiet
	}
	return e.playAndJudge(ctx, g, func(g staging) (*played, error) {
		one.restart()
		return e.playIn(ctx, one, g)
	})
}

// slowAtFirst reports whether the time for which an app must be quiet does not hold for one that
// was just started: it was learnt from an app that acts by itself, and that is slower at first.
func (e *explorer) slowAtFirst() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.alone[""] && e.steps.hints.quiet == 0
}

// warm has a copy that was just started play the story once if it is slower at first.
func (e *explorer) warm(ctx context.Context, one *appCopy) error {
	if one.runs > 0 || !e.slowAtFirst() {
		return nil
	}
	g := e.staging(nil)
	g.quiet = mostQuiet
	r, err := e.playIn(ctx, one, g)
	if err == nil {
		r.close()
	}
	return err
}

// playIn plays the steps in a copy.
func (e *explorer) playIn(ctx context.Context, one *appCopy, g staging) (*played, error) {
	one.runs++
	r, err := e.playWith(ctx, g, one)
	if err != nil {
		return nil, err
	}
	r.world.release = func() {
		if r.world.lostApp() {
			one.restart() // with an empty directory: the next run has nothing to do with it
		}
	}
	return r, nil
}

// lostApp reports whether the app has ended, or did not start again after a kill.
func (w *world) lostApp() bool {
	w.director.mu.Lock()
	defer w.director.mu.Unlock()
	return w.director.failed != nil || w.app != nil && w.app.done != nil && w.app.ended()
}

// looksAtLog reports whether the scenario looks at what the app prints.
func (c *steps) looksAtLog() bool {
	return slices.ContainsFunc(c.list, func(s storyStep) bool {
		return slices.Contains(s.words, "applog")
	})
}
