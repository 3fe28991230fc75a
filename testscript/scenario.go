package testscript

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
)

// Scenario is one file of the scenario language.
type Scenario struct {
	// Name is the file's path without its ending, relative to the directory scenarios or the
	// working directory: delivery/unreachable.
	Name string
	File string
}

var goodScenarioName = lazy.Regexp(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$`)

// GoodName reports whether a name can be that of a new scenario: letters, digits, - _ and ., with /
// between folders. It never leads out of a folder.
func GoodName(name string) bool { return goodScenarioName().MatchString(name) }

// Find returns the scenarios of files and directories, and of all directories below them, sorted by
// name, each once. A path that does not exist or contains no scenario is a [*UsageError].
func Find(paths ...string) ([]Scenario, error) {
	var found []Scenario
	for _, path := range paths {
		files, err := scenarioFiles(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &UsageError{Err: plainError(err), Paths: nearestPath(path)}
		}
		if err != nil {
			return nil, &UsageError{Err: plainError(err)}
		}
		if len(files) == 0 {
			return nil, &UsageError{
				Err: fmt.Errorf("no scenario in %s; their names end in .txtar", path),
			}
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

// nearestPath suggests what was meant by a path that does not exist: a similar path, or the
// scenario with that name.
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
			return file
		}
		paths = append(paths, file)
	}
	if near := suggest.Nearest(path, paths); near != "" {
		return near
	}
	return "PATH   a file or a directory of .txtar files"
}

// plainError leaves out the name of the system call.
func plainError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// scenarioName is the file's path relative to a directory scenarios, if it is in one, else to the
// working directory, else its base name. It does not depend on how the caller wrote the path,
// because the seed is computed from it.
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
