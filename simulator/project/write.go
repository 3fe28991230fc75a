package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/wholefile"
)

// ExistsError reports files that were there already.
type ExistsError struct{ Names []string }

func (e *ExistsError) Error() string { return strings.Join(e.Names, ", ") + ": there already" }

// WriteError reports a file that could not be written.
type WriteError struct {
	Name string
	Err  error
}

func (e *WriteError) Error() string { return "cannot write " + e.Name + ": " + e.Err.Error() }

// Unwrap returns the error of the operating system.
func (e *WriteError) Unwrap() error { return e.Err }

// file is a file that Write writes.
type file struct{ name, text string }

func (p Project) files() []file {
	return []file{
		{"twilsim.yaml", p.config()},
		{"scenarios/first.txtar", p.scenario()},
		{".github/workflows/twilsim.yml", p.workflow()},
	}
}

// ignored are the files that twilsim writes while it works, as .gitignore names them.
func ignored() []string { return []string{"/.twilsim/", "/twilsim.xml"} }

// gitignore returns .gitignore with the lines that it lacks behind those that it has. ok is false
// where it lacks none.
func gitignore() (f file, ok bool, err error) {
	const name = ".gitignore"
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return file{}, false, &WriteError{name, err}
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, strings.Trim(strings.TrimSpace(line), "/"))
	}
	f = file{name, string(text)}
	if f.text != "" && !strings.HasSuffix(f.text, "\n") {
		f.text += "\n"
	}
	for _, line := range ignored() {
		if !slices.Contains(lines, strings.Trim(line, "/")) {
			f.text, ok = f.text+line+"\n", true
		}
	}
	return f, ok, nil
}

// Write writes the files of the project into the working directory, and returns their names.
// Unless force is set, it writes none if one exists, with an [*ExistsError]; only .gitignore may
// exist, and keeps its lines. If a file cannot be written, all are left as they were, with a
// [*WriteError].
func (p Project) Write(force bool) (names []string, err error) {
	files := p.files()
	if there := existing(files); len(there) > 0 && !force {
		return nil, &ExistsError{there}
	}
	ignore, lacking, err := gitignore()
	if err != nil {
		return nil, err
	}
	if lacking {
		files = append(files, ignore)
	}
	for _, f := range files {
		names = append(names, f.name)
	}
	return names, writeAll(files)
}

// existing returns the names of files that are there already.
func existing(files []file) []string {
	var there []string
	for _, f := range files {
		if _, err := os.Lstat(f.name); err == nil {
			there = append(there, f.name)
		}
	}
	return there
}

// writeAll writes all files, or, where one cannot be written, leaves all as they were.
func writeAll(files []file) error {
	var undo []func()
	for _, f := range files {
		back, err := writeOne(f)
		undo = append(undo, back...)
		if err == nil {
			continue
		}
		for _, undo := range slices.Backward(undo) {
			undo()
		}
		return &WriteError{f.name, err}
	}
	return nil
}

// writeOne writes a file and the directories that it needs, and returns what takes each of them
// back.
func writeOne(f file) (undo []func(), err error) {
	for _, dir := range parents(f.name) {
		if err := os.Mkdir(dir, 0o777); err == nil {
			undo = append(undo, func() { os.Remove(dir) })
		} else if !errors.Is(err, fs.ErrExist) {
			return undo, err
		}
	}
	before, err := os.ReadFile(f.name)
	switch {
	case err == nil:
		undo = append(undo, func() { _ = wholefile.Write(f.name, before, 0o666) })
	case errors.Is(err, fs.ErrNotExist):
		undo = append(undo, func() { os.Remove(f.name) })
	default:
		return undo, err
	}
	return undo, wholefile.Write(f.name, []byte(f.text), 0o644)
}

// parents are the directories above a file, the outermost first.
func parents(name string) []string {
	var dirs []string
	for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}
