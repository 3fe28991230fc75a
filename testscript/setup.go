package testscript

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/clock"
)

// Setup adds the language of scenarios to p, so that a test can run scripts that mix its commands
// with others. Each script has a simulator, a virtual clock and an app of its own, as in [Run], and
// fails on an alert of level error that it did not expect.
//
//	func TestOrders(t *testing.T) {
//		p := testscript.Params{
//			Dir: "testdata",
//			Cmds: map[string]func(*testscript.TestScript, bool, []string){
//				"order": cmdOrder, // order 12 shipped: calls the shop's API at $APP
//			},
//		}
//		if err := simscript.Setup(&p, simscript.Options{App: []string{"./shop"}}); err != nil {
//			t.Fatal(err)
//		}
//		testscript.Run(t, p)
//	}
//
// (testscript is github.com/rogpeppe/go-internal/testscript there, simscript this package.) The
// commands of p find the variables of package documentation with Getenv: $APP, $TWILSIM_URL and the
// credentials. Cmds, Condition and Setup of p keep what they have; p.Setup is called after the
// simulator has started and may change its variables. Set Dir or Files before.
//
// Of o, Continue and Work set ContinueOnError and TestWork. Timeout bounds the commands of this
// package; a program that exec starts may run until p.Deadline. The error says that p defines a
// command of this package, or that o asks for a shared app or for golden files to be rewritten,
// which only [Run] can do.
func Setup(p *testscript.Params, o Options) error {
	switch {
	case o.together():
		return errors.New("an app that is shared or runs already needs testscript.Run of twilsim")
	case o.Update:
		return errors.New("only testscript.Run of twilsim can rewrite golden files")
	}
	for name := range commands() {
		if p.Cmds[name] != nil {
			return fmt.Errorf("command %q is one of twilsim's: give yours another name", name)
		}
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	c, err := o.newCommon(root)
	if err != nil {
		return err
	}
	o.install(p)
	next := p.Setup
	p.Setup = func(env *testscript.Env) error {
		file := scriptFile(p, env)
		s := Scenario{Name: scenarioName(file), File: file}
		e := entry{
			ctx: testContext(env.T()), options: o, scenario: s, common: c,
			deadline: clock.Wall().Add(o.timeout()), ended: checkEnd(env.T(), o, s),
		}
		if err := e.enter(env); err != nil {
			return err
		}
		if next == nil {
			return nil
		}
		return next(env)
	}
	return nil
}

// testContext is the context of a test, which ends before the test does.
func testContext(t testscript.T) context.Context {
	if test, ok := t.(interface{ Context() context.Context }); ok {
		return test.Context()
	}
	return context.Background()
}

// checkEnd returns the check of a script that has ended: a test that passed must have no unexpected
// alert, and one that failed logs what outside of the script was the cause.
func checkEnd(t testscript.T, o Options, s Scenario) func(*world) {
	return func(w *world) {
		state, ok := t.(interface{ Failed() bool })
		if ok && state.Failed() {
			if err := w.outerCause(); err != nil {
				t.Log(err)
			}
			if err := w.leaveJournal(o, s.Name); err != nil {
				t.Log(err)
			}
			return
		}
		if state, ok := t.(interface{ Skipped() bool }); ok && state.Skipped() {
			return
		}
		if err := w.finish(o, s.Name); err != nil {
			t.Fatal(err)
		}
	}
}

// scriptFile is the file of a script that is being set up. The engine tells only its name, as the
// last part of the work directory.
func scriptFile(p *testscript.Params, env *testscript.Env) string {
	name := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")
	for _, file := range p.Files {
		base := filepath.Base(file)
		if p.Dir == "" &&
			strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), scenarioExt) == name {
			return file
		}
	}
	file := filepath.Join(p.Dir, name+scenarioExt)
	if _, err := os.Stat(file); err != nil {
		return filepath.Join(p.Dir, name+".txt")
	}
	return file
}

// entry is a scenario that is about to run.
type entry struct {
	ctx      context.Context // the scenario ends with it
	options  Options
	scenario Scenario
	common   *common
	deadline time.Time
	ended    func(*world) // called when the script has ended, while its world is still there
}

// setup makes p run the one scenario.
func (e entry) setup(p *testscript.Params) {
	e.options.install(p)
	p.RequireUniqueNames = true
	timeout := e.options.timeout()
	e.deadline = clock.Wall().Add(timeout)
	p.Deadline = e.deadline.Add(afterTimeout(timeout))
	p.Setup = e.enter
}

// install adds the commands and conditions to p.
func (o Options) install(p *testscript.Params) {
	cmds := maps.Clone(p.Cmds)
	if cmds == nil {
		cmds = map[string]func(*testscript.TestScript, bool, []string){}
	}
	for name, command := range commands() {
		cmds[name] = forEngine(command)
	}
	for name, command := range cmds {
		cmds[name] = guarded(command)
	}
	p.Cmds = named(cmds)
	own, others := new(runtimes), p.Condition
	p.Condition = func(name string) (bool, error) {
		if others == nil || own.knows(name) {
			return own.condition(name)
		}
		return others(name)
	}
	p.ContinueOnError = p.ContinueOnError || o.Continue
	p.TestWork = p.TestWork || o.Work
}

// enter gives a script its world.
func (e entry) enter(env *testscript.Env) error {
	here, err := filepath.Abs(filepath.Dir(e.scenario.File))
	if err != nil {
		return err
	}
	w, err := newWorld(e.ctx, e.options, e.scenario.Name, e.common, e.deadline)
	if err != nil {
		return err
	}
	env.Setenv("HERE", here)
	env.Vars = append(env.Vars, w.vars()...)
	env.Setenv("ROOT", e.common.root)
	env.Values[worldKey{}] = w
	w.file, w.dir = e.scenario.File, env.WorkDir
	for _, v := range env.Vars {
		w.environment = append(w.environment, w.mask(v))
	}
	env.Defer(func() {
		defer w.close()
		e.ended(w)
	})
	return nil
}

// afterTimeout is what must be added to a timeout so that the engine ends a program that exec runs
// at the timeout, and not before: it reserves two twentieths of its own time, and a tenth of a
// second twice at least.
func afterTimeout(timeout time.Duration) time.Duration {
	return max(timeout/9, 200*time.Millisecond) + time.Millisecond
}

// guarded makes a command fail where the app has ended: nothing that follows would mean anything.
func guarded(
	command func(*testscript.TestScript, bool, []string),
) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w := of(ts)
		w.checkApp(ts)
		command(ts, neg, args)
		w.catchUp()
		w.checkApp(ts)
	}
}
