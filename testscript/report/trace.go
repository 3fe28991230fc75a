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
// returns its path. The page of an earlier failure goes when the scenario passes. It returns "" if
// there is none. A scenario that passes removes the page, so the directory has only failures of the
// latest run of each scenario.
func (r *Reports) writeTrace(result simscript.Result) (string, error) {
	dir := filepath.FromSlash(cmp.Or(r.Trace, failuresDir))
	file := filepath.Join(dir, traceName(result.Name), "trace.html")
	if !result.Traced() {
		return "", removeTrace(file)
	}
	var page strings.Builder
	var place console.TracePlace
	if result.Outcome == simscript.Failed {
		place.Index = "../" + indexName
	}
	if err := result.WriteTrace(&page, place); err != nil {
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
	var results []simscript.Result
	var failures []*trace.Trace
	var links []string
	for _, result := range r.Results {
		if result.Outcome == simscript.Failed && result.Trace != "" {
			results = append(results, result)
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
	if err := os.WriteFile(file, []byte(page.String()), 0o666); err != nil {
		return err
	}
	return placeTraces(results, links)
}

// placeTraces writes the pages of the failures again, now that each has a place among the others.
func placeTraces(results []simscript.Result, links []string) error {
	if len(results) < 2 {
		return nil
	}
	link := func(i int) console.TraceLink {
		if i < 0 || i >= len(results) {
			return console.TraceLink{}
		}
		return console.TraceLink{Name: results[i].TraceData().Name, URL: "../" + links[i]}
	}
	for i, result := range results {
		var page strings.Builder
		place := console.TracePlace{Index: "../" + indexName, Number: i + 1, Of: len(results),
			Before: link(i - 1), After: link(i + 1)}
		if err := result.WriteTrace(&page, place); err != nil {
			return err
		}
		if err := os.WriteFile(result.Trace, []byte(page.String()), 0o666); err != nil {
			return err
		}
	}
	return nil
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
