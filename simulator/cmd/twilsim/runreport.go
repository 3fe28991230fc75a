package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	simscript "twilsim/testscript"
)

// reports are what a run leaves behind beside what it prints: for machines, for GitHub, and for whoever looks into a
// failure.
type reports struct {
	*cli
	junit, tap string
	json       bool
	trace      string

	results  []simscript.Result
	flags    *pflag.FlagSet
	tapOut   *simscript.TAP
	tapFile  io.WriteCloser
	junitOut io.WriteCloser
	events   *simscript.Events
	err      error // the first of writing
}

// machine reports whether standard output is for a machine, and has nothing else on it.
func (r *reports) machine() bool { return r.json || r.tap == "-" }

// begin opens the reports before anything is run: one that cannot be written should not cost a run. With --watch each run
// begins them anew.
func (r *reports) begin() error {
	r.results, r.err = nil, nil
	if r.json && r.tap == "-" {
		return misuse("--json and --tap - both want standard output").try("twilsim run --json --tap FILE")
	}
	if r.json {
		r.events = simscript.NewEvents(r.ui.Out)
	}
	if r.junit != "" {
		if r.junitOut, r.err = r.open(r.junit); r.err != nil {
			return r.err
		}
	}
	if r.tap != "" {
		if r.tapFile, r.err = r.open(r.tap); r.err != nil {
			return r.err
		}
		r.tapOut, r.err = simscript.NewTAP(r.tapFile)
	}
	return nil
}

// open makes a report's file, and the directory in which it lies. - is standard output.
func (r *reports) open(name string) (io.WriteCloser, error) {
	if name == "-" {
		return struct {
			io.Writer
			io.Closer
		}{r.ui.Out, io.NopCloser(nil)}, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return nil, unwritable(name, err)
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, unwritable(name, err)
	}
	return f, nil
}

func unwritable(name string, err error) *failure {
	return fail(exitCannotStart, "cannot write the report %s", name).cause(reason.Of(err))
}

// complete adds to a result what a person needs to go on: how to run it again, and its trace.
func (r *reports) complete(result simscript.Result) simscript.Result {
	if result.Outcome == simscript.Failed {
		result.Again = r.again(result)
	}
	var err error
	if result.Trace, err = r.writeTrace(result); err != nil {
		r.ui.Warnf("%v", err)
	}
	return result
}

// again is the command that runs a scenario once more, for a shell.
func (r *reports) again(result simscript.Result) string {
	only, seed := "^"+regexp.QuoteMeta(result.Name)+"$", strconv.FormatUint(result.Seed, 10)
	words := append([]string{"twilsim", "run", "-run", only, "-seed", seed, "-v"}, append(r.appFlags(), result.File)...)
	for i, word := range words {
		words[i] = shell.Word(word)
	}
	return strings.Join(words, " ")
}

// appFlags are the flags of this run that say what the app is, all whose names begin so, and where it finds the simulator.
func (r *reports) appFlags() []string {
	var words []string
	together := r.flags.Changed("app-url") || r.flags.Changed("app-shared")
	r.flags.Visit(func(f *pflag.Flag) {
		if !strings.HasPrefix(f.Name, "app") && (f.Name != "port" || !together) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if f.Value.Type() == "bool" {
				words = append(words, "--"+f.Name+"="+value)
			} else {
				words = append(words, "--"+f.Name, value)
			}
		}
	})
	return words
}

// add takes the result of a scenario into the reports.
func (r *reports) add(result simscript.Result) {
	r.results = append(r.results, result)
	if r.events != nil {
		r.keep(r.events.Add(result))
	}
	if r.tapOut != nil {
		r.keep(r.tapOut.Add(result))
	}
	if r.getenv("GITHUB_ACTIONS") != "true" {
		return
	}
	if r.machine() { // GitHub reads both
		result.WriteAnnotations(r.ui.Err, r.getenv("GITHUB_WORKSPACE"))
	} else {
		result.WriteAnnotations(r.ui.Out, r.getenv("GITHUB_WORKSPACE"))
	}
}

// keep remembers the first error.
func (r *reports) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// finish writes what is left to write. A report that could not be written is a failure of the run, passed or not.
func (r *reports) finish(summary simscript.Summary) error {
	if r.events != nil {
		r.keep(r.events.Close())
	}
	if r.tapOut != nil {
		r.keep(errors.Join(r.tapOut.Close(summary), r.tapFile.Close()))
	}
	if r.junitOut != nil {
		r.keep(errors.Join(simscript.WriteJUnit(r.junitOut, r.results, summary), r.junitOut.Close()))
	}
	r.keep(r.writeStepSummary(summary))
	if r.err != nil {
		return fail(exitNo, "a report is not complete").cause(reason.Of(r.err))
	}
	return nil
}

// writeStepSummary appends to the page that GitHub shows of the job.
func (r *reports) writeStepSummary(summary simscript.Summary) error {
	file := r.getenv("GITHUB_STEP_SUMMARY")
	if file == "" || r.getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(simscript.WriteSummary(f, r.results, summary), f.Close())
}

// refuse reports the scenarios that err says cannot be run; that of standard input was put into a file.
func (r *reports) refuse(err error, stdin string, seed uint64) {
	for _, result := range simscript.Malformed(err) {
		result.Seed = seed
		if result.File == stdin {
			result.File = "-"
		}
		r.add(result)
	}
	if err := r.finish(simscript.Summary{Failed: len(r.results)}); err != nil {
		r.ui.Warnf("%v", err)
	}
}
