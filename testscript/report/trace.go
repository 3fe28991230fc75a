package report

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"twilsim/simulator/console"
	"twilsim/simulator/reason"
	"twilsim/simulator/trace"
	simscript "twilsim/testscript"
)

// failuresDir is where the traces of failures go, below the working directory, unless --trace says
// otherwise.
const failuresDir = ".twilsim/failures"

// writeTrace writes the page about a scenario that failed, or about any with --trace-all, and
// returns its path. The page of an earlier failure goes when the scenario passes.
func (r *Reports) writeTrace(result simscript.Result) (string, error) {
	dir := filepath.FromSlash(cmp.Or(r.Trace, failuresDir))
	file := filepath.Join(dir, traceName(result.Name), "trace.html")
	if !result.Traced() {
		return "", removeTrace(file)
	}
	var page strings.Builder
	index := ""
	if result.Outcome == simscript.Failed {
		index = "../" + indexName
	}
	if err := result.WriteTrace(&page, index); err != nil {
		return "", err
	}
	err := os.MkdirAll(filepath.Dir(file), 0o777)
	if err == nil {
		err = os.WriteFile(file, []byte(page.String()), 0o666)
	}
	if err != nil {
		return "", fmt.Errorf("no trace of %s: %s", result.Name, reason.Of(err))
	}
	return file, nil
}

// indexName is the file with the list of failures, beside the directories of their traces.
const indexName = "index.html"

// writeIndex writes the list of the failures of the run, or removes that of an earlier run.
func (r *Reports) writeIndex() error {
	dir := filepath.FromSlash(cmp.Or(r.Trace, failuresDir))
	file := filepath.Join(dir, indexName)
	var failures []*trace.Trace
	var links []string
	for _, result := range r.Results {
		if result.Outcome == simscript.Failed && result.Trace != "" {
			failures = append(failures, result.TraceData())
			links = append(links, traceName(result.Name)+"/trace.html")
		}
	}
	if failures == nil {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	var page strings.Builder
	if err := console.WriteTraceIndex(&page, failures, links); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(page.String()), 0o666)
}

// removeTrace removes a page, and its directory if nothing else is in there.
func removeTrace(file string) error {
	if err := os.Remove(file); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	_ = os.Remove(filepath.Dir(file)) // not empty: somebody put something there
	return nil
}

// traceName makes one directory's name of a scenario's.
func traceName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, name)
}
