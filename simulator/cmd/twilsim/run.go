package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/manual"
	"twilsim/simulator/orphan"
	"twilsim/simulator/reason"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
	"twilsim/testscript/report"
	"twilsim/testscript/search"
)

const runExample = `  twilsim run
  twilsim run --app 'node server.js' --watch scenarios/reply
  twilsim run --app-url http://localhost:3000 --port 2010
  twilsim run -run '^delivery/' -v
  twilsim run -junit twilsim.xml`

// runner is one twilsim run. The embedded Runner plays the scenarios; what is around it is flags,
// reports and what is printed.
type runner struct {
	*cli
	simscript.Runner
	reports   report.Reports
	updates   report.Updates
	app       string
	shard     string
	quirks    []string
	coverage  search.Coverage
	watching  bool
	watchDirs []string
	list      bool

	interrupted bool
	stdin       string // the file in which a scenario from standard input was put
	progress    *report.Progress
}

func newRunner(c *cli) *runner {
	return &runner{cli: c, reports: report.Reports{UI: c.ui, Getenv: c.getenv}}
}

func newRun(c *cli) *cobra.Command {
	r := newRunner(c)
	cmd := &cobra.Command{
		Use:     "run [PATH...]",
		Short:   "run scenarios",
		Long:    manual.About("run"),
		Example: runExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.ui.HideWorkflowCommands(c.getenv) // an app's output may have some
			return r.run(cmd.Context(), cmd.Flags(), args)
		},
	}
	r.addFlags(cmd.Flags())
	return cmd
}

// defaultPath is where scenarios are looked for when no path is given.
const defaultPath = "scenarios"

func (r *runner) run(ctx context.Context, flags *pflag.FlagSet, paths []string) error {
	host.RelaxGC()
	if err := r.prepare(flags); err != nil {
		return err
	}
	paths, err := defaultPaths(paths)
	if err != nil {
		return err
	}
	paths, cleanup, err := r.readStdin(r.ui.In, paths)
	if err != nil {
		return err
	}
	defer cleanup()
	if r.watching {
		return r.watch(ctx, paths)
	}
	return r.once(ctx, paths, nil)
}

// defaultPaths returns the paths, or the directory of scenarios if there are none.
func defaultPaths(paths []string) ([]string, error) {
	if len(paths) > 0 {
		return paths, nil
	}
	if _, err := os.Stat(defaultPath); errors.Is(err, fs.ErrNotExist) {
		return nil, failure.Misuse("there is no directory %s here", defaultPath).
			Try("twilsim run PATH      a file or a directory of .txtar files",
				"twilsim init          writes a first scenario")
	}
	return []string{defaultPath}, nil
}

// once runs the scenarios of the paths, or prints their names. Where files are given, only
// scenarios in these are run. It can be called again, for --watch: what it keeps of a run is reset
// here.
func (r *runner) once(ctx context.Context, paths, files []string) error {
	scenarios, err := simscript.Find(paths...)
	if err != nil {
		return r.asUsage("run", err)
	}
	if files != nil {
		scenarios = slices.DeleteFunc(scenarios, func(s simscript.Scenario) bool {
			return !slices.Contains(files, filepath.Clean(s.File))
		})
		if len(scenarios) == 0 { // they were removed
			return nil
		}
	}
	if r.list {
		return r.printNames(scenarios)
	}
	if r.Shuffle && !r.reports.Machine() {
		r.ui.Progressf("shuffled: --seed %d repeats this order\n", r.Seed)
	}
	if err := r.reports.Begin(); err != nil {
		return reportFailure(err)
	}
	r.updates = report.Updates{}
	if r.Verbose == 0 {
		r.progress = report.NewProgress(r.ui, r.getenv)
	}
	r.Starting = r.progress.Starting
	// programs that an app left behind become our children, and are ended after the run
	endOrphans := orphan.Adopt()
	summary, err := r.Do(ctx, scenarios, r.report)
	endOrphans()
	r.progress.Stop()
	if n := len(r.reports.Results); n == 0 && err == nil && r.Shards > 0 {
		r.ui.Progressf("no scenario is in part %s\n", r.shard)
	}
	switch {
	case errors.Is(err, context.Canceled):
		r.interrupted = true
		_ = r.finish(summary)
		return err
	case err != nil:
		r.reports.Refuse(err, r.stdin, r.Seed)
		if errors.Is(err, syscall.EADDRINUSE) {
			return r.portTaken(ctx, err)
		}
		return r.asUsage("run", err)
	}
	return r.finish(summary)
}

// portTaken says who listens where the simulator is to listen for the app.
func (r *runner) portTaken(ctx context.Context, err error) error {
	address := fmt.Sprintf("127.0.0.1:%d", r.Port)
	who, _ := host.WhoListens(ctx, "http://"+address)
	return failure.New(failure.CannotStart, "cannot listen on %s: %s", address, reason.Of(err)).
		Cause(who).
		Try("twilsim run --port 0          for an app that makes no API requests")
}

// readStdin puts a scenario that comes in on standard input into a file.
func (r *runner) readStdin(stdin io.Reader, paths []string) ([]string, func(), error) {
	i := slices.Index(paths, "-")
	if i < 0 {
		return paths, func() {}, nil
	}
	if r.watching {
		return nil, nil, failure.Misuse("--watch cannot watch standard input").
			Try("twilsim run --watch FILE")
	}
	if r.Update {
		return nil, nil, failure.Misuse("-update cannot rewrite standard input").
			Try("twilsim run -update FILE")
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
		r.stdin = paths[i]
		if r.Stream != nil {
			r.Stream = renaming{r.Stream, r.stdin}
		}
	}
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	return paths, cleanup, nil
}

// renaming writes - where the file is named that holds a scenario from standard input.
type renaming struct {
	io.Writer
	file string
}

func (r renaming) Write(p []byte) (int, error) {
	_, err := r.Writer.Write(bytes.ReplaceAll(p, []byte(r.file), []byte("-")))
	return len(p), err
}

func (r *runner) printNames(scenarios []simscript.Scenario) error {
	names, err := r.Select(scenarios)
	if err != nil {
		return r.asUsage("run", err)
	}
	for _, name := range names {
		if !r.reports.JSON {
			fmt.Fprintln(r.ui.Clean(), name)
		} else if err := r.ui.Encode(map[string]string{"name": name}); err != nil {
			return err
		}
	}
	return nil
}

// asUsage turns what keeps scenarios from running into a failure with exit 2, its hint on a line of
// its own.
func (r *runner) asUsage(command string, err error) error {
	var u *simscript.UsageError
	if !errors.As(err, &u) {
		return err
	}
	what := u.Error()
	if r.stdin != "" {
		what = strings.ReplaceAll(what, r.stdin, "-")
	}
	f := failure.Misuse("%s", what)
	if try := u.Suggestion("twilsim " + command); try != "" {
		f.Try(try)
	}
	return f
}

// out is where results are printed, with their outcomes in colour.
func (r *runner) out() io.Writer {
	return r.ui.Painter(map[string]string{
		string(simscript.Passed): terminal.Green, string(simscript.Failed): terminal.Red,
		string(simscript.Broken): terminal.Red, string(simscript.Skipped): terminal.Yellow,
	})
}

// report prints one result as it comes.
func (r *runner) report(result simscript.Result) {
	r.coverage.Add(result)
	defer r.progress.Pause()()
	if result.File == r.stdin {
		result.File = "-"
	}
	result = r.reports.Complete(result)
	defer r.reports.Add(result)
	if r.reports.Machine() {
		return
	}
	if r.Update && result.Outcome == simscript.Passed {
		r.updates.Print(r.out(), result)
		return
	}
	out := r.out()
	if r.Verbose > 0 {
		fmt.Fprint(out, "--- ")
	}
	result.WriteLine(out)
	result.WriteNotes(out)
	if result.Work != "" {
		r.ui.Printf("      work    %s\n", result.Work)
	}
	if result.Outcome == simscript.Failed {
		result.WriteLog(r.out())
	}
}

// finish writes the reports and the summary. A run with a failure exits 1. The exit code is that of
// the first of: a report that could not be written, a failed scenario, too little coverage.
func (r *runner) finish(summary simscript.Summary) error {
	err := reportFailure(r.reports.Finish(summary))
	word := summary.Word()
	if r.interrupted && word != simscript.Failed {
		word = "stop"
	}
	if !r.reports.Machine() {
		fmt.Fprintf(r.out(), "app   %s\n%-5s %s\n", summary.AppLine(), word, summary)
	}
	if r.Update && !r.reports.Machine() {
		r.updates.PrintSum(r.out(), summary)
	}
	if err == nil && summary.Failed > 0 {
		return &failure.Error{Code: failure.No}
	}
	return cmp.Or(err, r.coverage.Finish(r.ui, r.reports.Machine()))
}

// reportFailure makes a failure of an error of package report.
func reportFailure(err error) error {
	var open *report.OpenError
	var incomplete *report.IncompleteError
	switch {
	case errors.As(err, &open):
		return failure.New(failure.CannotStart, "cannot write the report %s", open.Name).
			Cause(reason.Of(open.Err))
	case errors.As(err, &incomplete):
		return failure.New(failure.No, "a report is not complete").Cause(reason.Of(incomplete.Err))
	}
	return err
}
