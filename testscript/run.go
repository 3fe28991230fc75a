package testscript

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Options say how scenarios are run. The zero value works.
type Options struct {
	// App is the command of the app under test, started in the directory where the run began. Nil is our own app.
	App []string
	// Seed is what all chance comes from; 0 means 1.
	Seed uint64
	// Timeout is how long a scenario may take in real time; 0 means 30 seconds.
	Timeout time.Duration
	// Wait is how long expect and applog wait for an app that acts after it has answered, in real time; 0 means 3
	// seconds.
	Wait time.Duration
	// Update rewrites golden files in the scenarios.
	Update bool
	// Continue goes on after a failure, to report all of a file's.
	Continue bool
	// Work keeps each scenario's directory.
	Work bool
	// Journal is a directory into which each scenario's journal is written; "" for none.
	Journal string
	// Log hears what the simulators do; nil is nobody.
	Log *slog.Logger
}

func (o Options) seed() uint64 { return or(o.Seed, 1) }

func (o Options) timeout() time.Duration { return or(o.Timeout, 30*time.Second) }

func (o Options) wait() time.Duration { return or(o.Wait, 3*time.Second) }

func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// commands are the commands of a scenario beside testscript's own, sorted. When you add one, update doc.go.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"answer":    cmdAnswer,
		"api":       cmdAPI,
		"app":       cmdApp,
		"applog":    cmdApplog,
		"bin":       cmdBin,
		"clock":     cmdClock,
		"deliver":   cmdDeliver,
		"expect":    cmdExpect,
		"http":      cmdHTTP,
		"key":       cmdKey,
		"number":    cmdNumber,
		"phone":     cmdPhone,
		"rule":      cmdRule,
		"send":      cmdSend,
		"service":   cmdService,
		"signature": cmdSignature,
		"sms":       cmdSms,
		"timeline":  cmdTimeline,
	}
}

// setup makes p run a scenario: it adds the commands and conditions, and gives the script a world. ended is called when
// the script has ended, with the world still there.
func setup(p *testscript.Params, o Options, s Scenario, root string, ended func(*world)) {
	p.Cmds = commands()
	p.Condition = new(runtimes).condition
	p.UpdateScripts, p.ContinueOnError, p.TestWork = o.Update, o.Continue, o.Work
	p.RequireUniqueNames = true
	p.Deadline = time.Now().Add(o.timeout())
	p.Setup = func(env *testscript.Env) error {
		w, err := newWorld(o, s.Name, root)
		if err != nil {
			return err
		}
		here, err := filepath.Abs(filepath.Dir(s.File))
		if err != nil {
			return err
		}
		env.Setenv("HERE", here)
		env.Vars = append(env.Vars, w.vars()...)
		env.Setenv("ROOT", root)
		env.Values[worldKey{}] = w
		env.Defer(func() {
			ended(w)
			w.close()
		})
		return nil
	}
}

// Scenario is one file of the scenario language.
type Scenario struct {
	Name string // its path below the directory scenarios, or the working one, without the ending: delivery/unreachable
	File string
}

// Find returns the scenarios of files and of directories, with all below them, in order of their names. A directory
// that holds none, or a file that is none, is an error.
func Find(paths ...string) ([]Scenario, error) {
	var found []Scenario
	for _, path := range paths {
		before := len(found)
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if !entry.IsDir() && filepath.Ext(file) == ".txtar" {
				found = append(found, Scenario{Name: scenarioName(file), File: file})
			}
			return nil
		})
		if err != nil {
			return nil, plainError(err)
		}
		if len(found) == before {
			return nil, fmt.Errorf("there is no scenario in %s: their names end in .txtar", path)
		}
	}
	slices.SortFunc(found, func(a, b Scenario) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

// plainError leaves out the name of the system call.
func plainError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// scenarioName is the file's path below the directory called scenarios, if it is in one, else below the working
// directory, else its own name. It does not depend on how the file was named, because the seed follows from it.
func scenarioName(file string) string {
	path, err := filepath.Abs(file)
	if err != nil {
		path = file
	}
	name := strings.TrimSuffix(filepath.ToSlash(path), ".txtar")
	const home = "/scenarios/"
	if i := strings.LastIndex(name, home); i >= 0 {
		return name[i+len(home):]
	}
	if here, err := os.Getwd(); err == nil {
		if below, ok := strings.CutPrefix(name, filepath.ToSlash(here)+"/"); ok {
			return below
		}
	}
	return filepath.Base(name)
}

// Run runs the scenarios of files and directories as subtests of t, in parallel: the way to run them with go test.
func Run(t *testing.T, o Options, paths ...string) {
	t.Helper()
	scenarios, err := Find(paths...)
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel() // first: the scenario's deadline counts from when it runs
			p := testscript.Params{Files: []string{s.File}}
			setup(&p, o, s, root, func(w *world) {
				if err := w.finish(o, s.Name); err != nil && !t.Failed() && !t.Skipped() {
					t.Error(err)
				}
			})
			testscript.RunT(single{t}, p)
		})
	}
}

// single runs the one script of a test as the test itself.
type single struct{ *testing.T }

// Run runs f as the test itself.
func (s single) Run(_ string, f func(testscript.T)) { f(s) }

// Parallel does nothing: the test is parallel already.
func (s single) Parallel() {}

// Verbose reports whether go test runs with -v. The engine would print the environment then, which nobody asked for.
func (s single) Verbose() bool { return false }
