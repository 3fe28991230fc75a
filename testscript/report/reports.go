package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"twilsim/simulator/mask"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// Reports are what a run leaves behind beside what it prints: for machines, for GitHub, and for
// people who look into a failure. Set the fields before [Reports.Begin]. It is not safe for
// concurrent use: the runner reports one result at a time.
type Reports struct {
	UI     *terminal.UI
	Getenv func(string) string
	Flags  *pflag.FlagSet // of the run, for the command that runs a scenario again

	JUnit, TAP string // files; "" writes none, - is standard output
	JSON       bool   // test2json events on standard output
	Trace      string // the directory of the pages about failures; "" is .twilsim/failures

	Results []simscript.Result // of this run, in their order

	tapOut   *simscript.TAP
	tapFile  io.WriteCloser
	junitOut io.WriteCloser
	events   *simscript.Events
	err      error // the first of writing
}

// OpenError reports that the file of a report could not be made.
type OpenError struct {
	Name string
	Err  error
}

// Error names the file.
func (e *OpenError) Error() string {
	return "cannot write the report " + e.Name + ": " + reason.Of(e.Err)
}

// Unwrap returns the error of the operating system.
func (e *OpenError) Unwrap() error { return e.Err }

// IncompleteError reports that a report could not be written to its end.
type IncompleteError struct{ Err error }

// Error says why.
func (e *IncompleteError) Error() string {
	return "a report is not complete: " + reason.Of(e.Err)
}

// Unwrap returns the first error of writing.
func (e *IncompleteError) Unwrap() error { return e.Err }

// Machine reports whether standard output is for a machine, and has nothing else on it.
func (r *Reports) Machine() bool { return r.JSON || r.TAP == "-" }

// Begin opens the reports before anything is run: one that cannot be written should not cost a run.
// With --watch each run begins them anew. The error is an [*OpenError], or that of writing the
// first line.
func (r *Reports) Begin() error {
	r.Results, r.err = nil, nil
	if r.JSON {
		r.events = simscript.NewEvents(r.UI.Out)
	}
	if r.JUnit != "" {
		if r.junitOut, r.err = r.open(r.JUnit); r.err != nil {
			return r.err
		}
	}
	if r.TAP != "" {
		if r.tapFile, r.err = r.open(r.TAP); r.err != nil {
			return r.err
		}
		r.tapOut, r.err = simscript.NewTAP(r.tapFile)
	}
	return nil
}

// open makes a report's file, and the directory in which it lies. - is standard output. The caller
// must close it; closing standard output does nothing.
func (r *Reports) open(name string) (io.WriteCloser, error) {
	if name == "-" {
		return struct {
			io.Writer
			io.Closer
		}{r.UI.Clean(), io.NopCloser(nil)}, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return nil, &OpenError{name, err}
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, &OpenError{name, err}
	}
	return cleanFile{terminal.NewCleanWriter(f), f}, nil
}

// cleanFile is a file into which nothing is written that may control a terminal.
type cleanFile struct {
	io.Writer
	io.Closer
}

// Complete adds to a result what a person needs to go on: how to run it again, and its trace. It
// comes before Add, as reports show both. A trace that cannot be written is a warning.
func (r *Reports) Complete(result simscript.Result) simscript.Result {
	if result.Outcome == simscript.Failed {
		result.Again = r.again(result)
	}
	var err error
	if result.Trace, err = r.writeTrace(result); err != nil {
		r.UI.Warnf("%v", err)
	}
	return result
}

// again is the command that runs a scenario once more, for a shell, without the passwords of URLs:
// it is in reports, which are passed on.
func (r *Reports) again(result simscript.Result) string {
	only, seed := "^"+regexp.QuoteMeta(result.Name)+"$", strconv.FormatUint(result.Seed, 10)
	words := []string{"twilsim", "run", "-run", only, "-seed", seed, "-v"}
	words = append(append(words, r.appFlags()...), result.File)
	for i, word := range words {
		words[i] = shell.Word(word)
	}
	return mask.Text(strings.Join(words, " "))
}

// appFlags are the flags of this run that say what the app is, all whose names begin so, and where
// it finds the simulator. With an app that runs already, or is shared, the port is part of what it
// was told; otherwise each run chooses one.
func (r *Reports) appFlags() []string {
	var words []string
	together := r.Flags.Changed("app-url") || r.Flags.Changed("app-shared")
	r.Flags.Visit(func(f *pflag.Flag) {
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

// Add takes the result of a scenario into the reports. An error is kept for Finish, so that the run
// goes on.
func (r *Reports) Add(result simscript.Result) {
	r.Results = append(r.Results, result)
	if r.events != nil {
		r.keep(r.events.Add(result))
	}
	if r.tapOut != nil {
		r.keep(r.tapOut.Add(result))
	}
	if r.Getenv("GITHUB_ACTIONS") != "true" {
		return
	}
	result.WriteAnnotations(r.UI.Annotations(r.Machine()), r.Getenv("GITHUB_WORKSPACE"))
}

// keep remembers the first error.
func (r *Reports) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Finish writes what is left to write. A report that could not be written is a failure of the run,
// passed or not. JUnit is written here only, because its head has the totals. All errors but the
// first are dropped.
func (r *Reports) Finish(summary simscript.Summary) error {
	if r.events != nil {
		r.keep(r.events.Close())
	}
	if r.tapOut != nil {
		r.keep(errors.Join(r.tapOut.Close(summary), r.tapFile.Close()))
	}
	if r.junitOut != nil {
		r.keep(errors.Join(simscript.WriteJUnit(r.junitOut, r.Results, summary), r.junitOut.Close()))
	}
	r.keep(r.writeStepSummary(summary))
	if err := r.writeIndex(); err != nil {
		r.UI.Warnf("no list of the failures: %s", reason.Of(err))
	}
	if r.err != nil {
		return &IncompleteError{r.err}
	}
	return nil
}

// writeStepSummary appends to the page that GitHub shows of the job.
func (r *Reports) writeStepSummary(summary simscript.Summary) error {
	file := r.Getenv("GITHUB_STEP_SUMMARY")
	if file == "" || r.Getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(simscript.WriteSummary(terminal.NewCleanWriter(f), r.Results, summary),
		f.Close())
}

// Refuse reports the scenarios that err says cannot be run; that of standard input was put into a
// file. Nothing has been run, so every result is a failure.
func (r *Reports) Refuse(err error, stdin string, seed uint64) {
	for _, result := range simscript.Malformed(err) {
		result.Seed = seed
		if result.File == stdin {
			result.File = "-"
		}
		r.Add(result)
	}
	if err := r.Finish(simscript.Summary{Failed: len(r.Results)}); err != nil {
		r.UI.Warnf("%v", err)
	}
}
