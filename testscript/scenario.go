package testscript

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

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
