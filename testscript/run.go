package testscript

import (
	"cmp"
	"context"
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

	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// Options say how scenarios are run. The zero value works.
type Options struct {
	// App is the command of the app under test, started in the directory where the run began, once for each scenario. Nil
	// is our own app, or the one at AppURL.
	App []string
	// AppURL is the base URL at which the app listens, whatever PORT says. Without App that is an app that runs already, with
	// the credentials [simulator.DefaultAccountSID] and [simulator.DefaultAuthToken]. "" lets PORT decide.
	AppURL string
	// AppShared starts App once, for all scenarios.
	AppShared bool
	// AppReady is the path that App answers with a status of 200 to 399 when it is ready; "" waits until it listens.
	AppReady string
	// AppEnv are NAME=VALUE for the environment of App. Those of a scenario's own env lines win over them.
	AppEnv []string
	// PublicURL is what the app believes its URL to be, the one that is signed. "" is AppURL for an app that runs already, else
	// http://app.example.
	PublicURL string
	// Port is where the simulator listens for scenarios that share an app; 0 is any free port. Others have a port each.
	Port uint16
	// Seed is what all chance comes from; 0 means 1.
	Seed uint64
	// Timeout is how long a scenario may take in real time, its app's start included; 0 means 30 seconds.
	Timeout time.Duration
	// Wait is how long expect and applog wait for an app that acts after it has answered, in real time; 0 means 3
	// seconds.
	Wait time.Duration
	// Update rewrites the golden files of scenarios that pass but for them.
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

func (o Options) seed() uint64 { return cmp.Or(o.Seed, 1) }

// together reports whether scenarios have more in common than the run. They then run one at a time, with one account SID, one
// token and one address of the simulator, because the app was told these once and for all, or can listen but once.
func (o Options) together() bool { return o.AppShared || o.AppURL != "" }

func (o Options) publicURL() string {
	if o.PublicURL == "" && o.App == nil && o.AppURL != "" {
		return o.AppURL
	}
	return cmp.Or(o.PublicURL, publicURL)
}

func (o Options) timeout() time.Duration { return cmp.Or(o.Timeout, 30*time.Second) }

func (o Options) wait() time.Duration { return cmp.Or(o.Wait, 3*time.Second) }

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
		"quirk":     cmdQuirk,
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
func setup(ctx context.Context, p *testscript.Params, o Options, s Scenario, c *common, ended func(*world)) {
	p.Cmds = map[string]func(*testscript.TestScript, bool, []string){}
	for name, command := range commands() {
		p.Cmds[name] = guarded(command)
	}
	named(p.Cmds)
	p.Condition = new(runtimes).condition
	p.ContinueOnError, p.TestWork = o.Continue, o.Work
	p.RequireUniqueNames = true
	deadline := clock.Wall().Add(o.timeout())
	p.Deadline = deadline.Add(afterTimeout(o.timeout()))
	p.Setup = func(env *testscript.Env) error {
		w, err := newWorld(ctx, o, s.Name, c, deadline)
		if err != nil {
			return err
		}
		here, err := filepath.Abs(filepath.Dir(s.File))
		if err != nil {
			return err
		}
		env.Setenv("HERE", here)
		env.Vars = append(env.Vars, w.vars()...)
		env.Setenv("ROOT", c.root)
		env.Values[worldKey{}] = w
		w.file, w.dir = s.File, env.WorkDir
		for _, v := range env.Vars {
			w.environment = append(w.environment, w.mask(v))
		}
		env.Defer(func() {
			ended(w)
			w.close()
		})
		return nil
	}
}

// afterTimeout is what must be added to a timeout so that the engine ends a program that exec runs at the timeout, and not
// before: it reserves two twentieths of its own time, and a tenth of a second twice at least.
func afterTimeout(timeout time.Duration) time.Duration {
	return max(timeout/9, 200*time.Millisecond) + time.Millisecond
}

// guarded makes a command fail where the app has ended: nothing that follows would mean anything.
func guarded(command func(*testscript.TestScript, bool, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w := of(ts)
		w.checkApp(ts)
		command(ts, neg, args)
		w.checkApp(ts)
	}
}

// Scenario is one file of the scenario language.
type Scenario struct {
	Name string // its path below the directory scenarios, or the working one, without the ending: delivery/unreachable
	File string
}

// Find returns the scenarios of files and of directories, with all below them, in order of their names, each once. A path
// that is not there, a directory that holds none, or a file that is none, is a [*UsageError].
func Find(paths ...string) ([]Scenario, error) {
	var found []Scenario
	for _, path := range paths {
		files, err := scenarioFiles(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &UsageError{Err: plainError(err), Try: nearestPath(path)}
		}
		if err != nil {
			return nil, &UsageError{Err: plainError(err)}
		}
		if len(files) == 0 {
			return nil, &UsageError{Err: fmt.Errorf("there is no scenario in %s: their names end in .txtar", path)}
		}
		for _, file := range files {
			found = append(found, Scenario{Name: scenarioName(file), File: file})
		}
	}
	slices.SortStableFunc(found, func(a, b Scenario) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(found, sameFile), nil
}

// scenarioFiles returns the files below path, or path itself, that are scenarios.
func scenarioFiles(path string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if !entry.IsDir() && filepath.Ext(file) == scenarioExt {
			files = append(files, file)
		}
		return nil
	})
	return files, err
}

const scenarioExt = ".txtar"

func sameFile(a, b Scenario) bool {
	one, err := os.Stat(a.File)
	other, err2 := os.Stat(b.File)
	return a.Name == b.Name && err == nil && err2 == nil && os.SameFile(one, other)
}

// nearestPath finds the path that was meant: one beside it, or a scenario's name without its directory and ending.
func nearestPath(path string) string {
	var paths []string
	if entries, err := os.ReadDir(filepath.Dir(path)); err == nil {
		for _, e := range entries {
			paths = append(paths, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	files, _ := scenarioFiles("scenarios") // there may be none
	for _, file := range files {
		if scenarioName(file) == path || strings.TrimSuffix(file, scenarioExt) == path {
			return "twilsim run " + file
		}
		paths = append(paths, file)
	}
	if near := suggest.Nearest(path, paths); near != "" {
		return "twilsim run " + near
	}
	return "twilsim run PATH   a file or a directory of .txtar files"
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
	name := strings.TrimSuffix(filepath.ToSlash(path), scenarioExt)
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
	c, err := o.newCommon(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if !o.together() {
				t.Parallel() // first: the scenario's deadline counts from when it runs
			}
			if o.Update {
				update(t, o, s, c)
				return
			}
			p := testscript.Params{Files: []string{s.File}}
			setup(t.Context(), &p, o, s, c, func(w *world) {
				switch {
				case t.Failed():
					if err := w.outerCause(); err != nil {
						t.Log(err)
					}
				case !t.Skipped():
					if err := w.finish(o, s.Name); err != nil {
						t.Error(err)
					}
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
