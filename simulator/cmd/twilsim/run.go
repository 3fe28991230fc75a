package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	simscript "twilsim/testscript"
)

const runLong = `Run scenarios: .txtar files that say what handsets text, what the carrier does, and what the app must log.

PATH is a file, a directory with all below it, or - for standard input; without one it is the directory scenarios.
Each scenario has a simulator, a virtual clock and an app of its own. The app is the one that --app names; without it,
the tutorial's app, which is built in. "go doc twilsim/testscript" is the manual of the language.

Go's spelling of the flags works too: -run, -count, -parallel, -failfast, -timeout, -update.`

const runExample = `  twilsim run
  twilsim run --app 'node server.js' scenarios/reply
  twilsim run -run '^delivery/' -v
  twilsim run -junit twilsim.xml`

// runner is one twilsim run.
type runner struct {
	*cli
	simscript.Runner
	app     string
	list    bool
	json    bool
	junit   string
	results []simscript.Result
}

func newRun(c *cli) *cobra.Command {
	r := &runner{cli: c}
	cmd := &cobra.Command{
		Use:     "run [PATH...]",
		Short:   "run scenarios",
		Long:    runLong,
		Example: runExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return r.run(cmd.InOrStdin(), args) },
	}
	r.addFlags(cmd.Flags())
	return cmd
}

func (r *runner) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&r.app, "app", "", "the command that starts the app under test, in this directory")
	flags.StringVar(&r.Only, "run", "", "only scenarios whose name matches this regular expression; NAME/PHASE stops after that phase")
	flags.BoolVar(&r.list, "list", false, "print the names and run nothing")
	flags.Uint64Var(&r.Seed, "seed", 1, "what all chance and every SID comes from")
	flags.IntVar(&r.Parallel, "parallel", runtime.GOMAXPROCS(0), "how many run at once")
	flags.IntVar(&r.Count, "count", 1, "how often each runs")
	flags.BoolVar(&r.Shuffle, "shuffle", false, "run in an order that the seed chooses")
	flags.BoolVar(&r.FailFast, "failfast", false, "start no more after the first failure")
	flags.DurationVar(&r.Timeout, "timeout", 30*time.Second, "real time that one scenario may take")
	flags.CountVarP(&r.Verbose, "verbose", "v", "show phases and commands; -vv the environment too")
	flags.BoolVar(&r.Update, "update", false, "rewrite golden files in the scenarios")
	flags.BoolVar(&r.Continue, "continue", false, "go on after a failure in a scenario, and report all")
	flags.BoolVar(&r.Work, "work", false, "keep each scenario's directory, and name it in the log")
	flags.StringVar(&r.Journal, "journal", "", "write each scenario's journal below this directory, as lines of JSON")
	flags.StringVar(&r.junit, "junit", "", "write a JUnit report to this file")
	flags.BoolVar(&r.json, "json", false, "print the events of go test -json")
}

// goFlags lets the flags of twilsim run be spelled as Go's are: -run for --run. It leaves everything else as it is.
func goFlags(args []string) []string {
	from := runAt(args)
	if from < 0 {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args[from:] {
		if arg == "--" {
			break
		}
		name, ok := strings.CutPrefix(arg, "-")
		letters, _, _ := strings.Cut(name, "=")
		if ok && !strings.HasPrefix(name, "-") && strings.Trim(letters, "v") != "" && letters != "h" { // not -v, -vv, -h or -
			args[from+i] = "-" + arg
		}
	}
	return args
}

// runAt returns where the arguments of run begin, and -1 where the command is another one. Only flags may stand before it,
// with a value of theirs behind each.
func runAt(args []string) int {
	for i, arg := range args {
		if arg == "run" {
			return i + 1
		}
		if !strings.HasPrefix(arg, "-") && (i == 0 || !strings.HasPrefix(args[i-1], "-")) {
			break
		}
	}
	return -1
}

func (r *runner) run(stdin io.Reader, paths []string) error {
	if r.app != "" {
		r.App = shell(r.app)
	}
	if r.Update && r.getenv("CI") != "" {
		return misuse("-update rewrites golden files, and this is CI").try("twilsim run -update", "on your own machine, then commit")
	}
	if len(paths) == 0 {
		paths = []string{"scenarios"}
	}
	paths, cleanup, err := r.readStdin(stdin, paths)
	if err != nil {
		return err
	}
	defer cleanup()
	scenarios, err := simscript.Find(paths...)
	if err != nil {
		return misuse("%v", err).try("twilsim run PATH", "a file or a directory of .txtar files")
	}
	if r.list {
		return r.printNames(scenarios)
	}
	summary, err := r.Do(scenarios, r.report)
	if err != nil {
		return asUsage(err)
	}
	return r.finish(summary)
}

// shell makes a command of what --app says, with the quotes and variables of the system's shell.
func shell(command string) []string {
	if runtime.GOOS == "windows" {
		return []string{"cmd", "/C", command}
	}
	return []string{"sh", "-c", "exec " + command}
}

// readStdin puts a scenario that comes in on standard input into a file.
func (r *runner) readStdin(stdin io.Reader, paths []string) ([]string, func(), error) {
	i := slices.Index(paths, "-")
	if i < 0 {
		return paths, func() {}, nil
	}
	if r.Update {
		return nil, nil, misuse("-update cannot rewrite standard input").try("twilsim run -update FILE")
	}
	dir, err := os.MkdirTemp("", "twilsim")
	if err != nil {
		return nil, nil, err
	}
	cleanup := func() { _ = os.RemoveAll(dir) } // the system clears what is left of it
	text, err := io.ReadAll(stdin)
	if err == nil {
		paths = slices.Clone(paths)
		paths[i] = dir + "/stdin.txtar"
		err = os.WriteFile(paths[i], text, 0o600)
	}
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	return paths, cleanup, nil
}

func (r *runner) printNames(scenarios []simscript.Scenario) error {
	names, err := r.Select(scenarios)
	if err != nil {
		return asUsage(err)
	}
	for _, name := range names {
		fmt.Fprintln(r.ui.out, name)
	}
	return nil
}

// asUsage turns what keeps scenarios from running into a failure with exit 2, its hint on a line of its own.
func asUsage(err error) error {
	var u *simscript.UsageError
	if !errors.As(err, &u) {
		return err
	}
	what, try, found := strings.Cut(u.Error(), "\n  try     ")
	f := misuse("%s", what)
	if found {
		f.try(try)
	}
	return f
}

// report prints one result as it comes.
func (r *runner) report(result simscript.Result) {
	r.results = append(r.results, result)
	if r.json {
		_ = result.WriteEvents(r.ui.out) // a reader that went away is noticed at the end
		return
	}
	if r.Verbose > 0 && result.Outcome == simscript.Passed {
		result.WriteLog(r.ui.out)
	}
	result.WriteLine(r.ui.out)
	if result.Outcome == simscript.Failed {
		result.WriteLog(r.ui.out)
		if r.getenv("GITHUB_ACTIONS") == "true" {
			result.WriteAnnotation(r.ui.out)
		}
	}
}

// finish writes the reports and the summary. A run with a failure exits 1.
func (r *runner) finish(summary simscript.Summary) error {
	if err := r.writeReports(summary); err != nil {
		return err
	}
	word := "ok"
	if summary.Failed > 0 {
		word = "FAIL"
	}
	if !r.json {
		fmt.Fprintf(r.ui.out, "%-5s %s\n", word, summary)
	}
	if summary.Failed > 0 {
		return &failure{code: exitNo}
	}
	return nil
}

func (r *runner) writeReports(summary simscript.Summary) error {
	if r.junit != "" {
		err := writeFile(r.junit, func(w io.Writer) error { return simscript.WriteJUnit(w, r.results, summary) })
		if err != nil {
			return err
		}
	}
	if file := r.getenv("GITHUB_STEP_SUMMARY"); file != "" && r.getenv("GITHUB_ACTIONS") == "true" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			return fail(exitNo, "cannot write the step summary").cause(err.Error())
		}
		simscript.WriteSummary(f, r.results, summary)
		return f.Close()
	}
	return nil
}

// writeFile makes a file of what write writes.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return fail(exitNo, "cannot write the report %s", name).cause(err.Error())
	}
	if err := write(f); err != nil {
		_ = f.Close() // the first error is the one to tell
		return fail(exitNo, "cannot write the report %s", name).cause(err.Error())
	}
	return f.Close()
}
