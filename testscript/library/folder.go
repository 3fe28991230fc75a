package library

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/reason"
	"twilsim/simulator/suggest"
	"twilsim/testscript"
)

const ending = ".txtar"

// Limits of the folder: files that are listed, and bytes that one may have.
const (
	maxFiles = 5000
	maxFile  = 4 << 20
)

// Folder is the path of the folder.
func (l *Library) Folder() string { return filepath.ToSlash(l.Dir) }

// Scenarios lists the files of the folder. A folder that does not exist is empty. The order is that
// of the paths.
func (l *Library) Scenarios() (*control.Scenarios, error) {
	list := &control.Scenarios{Folder: filepath.ToSlash(l.Dir), App: l.Options.AppUnderTest(),
		Scenarios: []control.ScenarioFile{}}
	err := l.inside(func(root *os.Root) error {
		return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "node_modules":
				return fs.SkipDir
			case entry.IsDir() || path.Ext(name) != ending:
				return nil
			case len(list.Scenarios) == maxFiles:
				return fs.SkipAll
			}
			list.Scenarios = append(list.Scenarios, control.ScenarioFile{
				Name: strings.TrimSuffix(name, ending), Title: title(root, name)})
			return nil
		})
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, l.failed("read", err)
	}
	return list, nil
}

// inside calls f with the folder. What f opens stays in it, symbolic links included. The folder is
// opened for each call, because it may be made, removed or replaced while the server runs.
func (l *Library) inside(f func(*os.Root) error) error {
	root, err := os.OpenRoot(l.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return f(root)
}

// title is the first # line of a scenario. It is "" for a file that has none or cannot be read: the
// list shows the file all the same.
func title(root *os.Root, name string) string {
	text, err := read(root, name)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(text) {
		if behind, ok := strings.CutPrefix(line, "#"); ok {
			return strings.TrimSpace(behind)
		}
		if strings.HasPrefix(line, "-- ") {
			break
		}
	}
	return ""
}

func read(root *os.Root, name string) (string, error) {
	info, err := root.Stat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxFile) {
		err = fmt.Errorf("%s is not a file of at most %d bytes", name, maxFile)
	}
	if err != nil {
		return "", err
	}
	text, err := root.ReadFile(name)
	return string(text), err
}

// checkName refuses what is not a name below the folder. The error is a [*control.Error], as are
// all errors for users of the API here.
func checkName(name string) error {
	if !testscript.GoodName(name) {
		return &control.Error{Status: http.StatusBadRequest, Message: fmt.Sprintf(
			"%q is not a name for a scenario: a name has letters, digits, - and _, and / "+
				"between folders", name),
			Try: "delivery/phone-off"}
	}
	return nil
}

// find returns a scenario of the folder, and how many lines its script has. Names that the folder
// has may have characters that Save refuses, so only those that lead out of the folder are refused
// here.
func (l *Library) find(name string) (testscript.Scenario, int, error) {
	var none testscript.Scenario
	if !fs.ValidPath(name) {
		return none, 0, checkName("/" + name)
	}
	text := ""
	err := l.inside(func(root *os.Root) (err error) {
		text, err = read(root, filepath.FromSlash(name)+ending)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return none, 0, &control.Error{Status: http.StatusNotFound, Message: fmt.Sprintf(
			"there is no scenario %q in %s", name, filepath.ToSlash(l.Dir)), Try: l.nearest(name)}
	}
	if err != nil {
		return none, 0, l.failed("run "+name+" in", err)
	}
	script, _, _ := strings.Cut(text, "\n-- ")
	return testscript.Scenario{Name: name,
			File: filepath.Join(l.Dir, filepath.FromSlash(name)+ending)},
		strings.Count(strings.TrimRight(script, "\n"), "\n") + 1, nil
}

func (l *Library) nearest(name string) string {
	list, err := l.Scenarios()
	if err != nil {
		return ""
	}
	var names []string
	for _, s := range list.Scenarios {
		names = append(names, s.Name)
	}
	return suggest.Nearest(name, names)
}

// Save writes a scenario into the folder. It makes the folder if need be. With replace false a file
// that is there is a conflict, and is not touched.
func (l *Library) Save(name string, text []byte, replace bool) (*control.Saved, error) {
	name = strings.TrimSuffix(name, ending)
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(l.Dir, 0o777); err != nil {
		return nil, l.failed("write", err)
	}
	saved := &control.Saved{Name: name, File: path.Join(filepath.ToSlash(l.Dir), name+ending)}
	err := l.inside(func(root *os.Root) error {
		file := filepath.FromSlash(name) + ending
		if err := root.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		_, err := root.Lstat(file)
		saved.Replaced = err == nil
		if saved.Replaced && !replace {
			return fs.ErrExist
		}
		return write(root, file, text, replace)
	})
	if errors.Is(err, fs.ErrExist) {
		return nil, conflict(saved.File+" exists already", "another name, or replace it")
	}
	if err != nil {
		return nil, l.failed("write "+name+" into", err)
	}
	return saved, nil
}

// write writes a file whole, or leaves what was there. With O_EXCL two savers of one name cannot
// both succeed; a replacement is renamed into place, so a reader sees the old file or the new one.
func write(root *os.Root, file string, text []byte, replace bool) error {
	if !replace {
		f, err := root.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = root.Remove(file) // half a file is worse than none
		}
		return err
	}
	part := file + ".part"
	if err := root.WriteFile(part, text, 0o666); err != nil {
		return err
	}
	if err := root.Rename(part, file); err != nil {
		_ = root.Remove(part)
		return err
	}
	return nil
}

// failed is an error of the file system.
func (l *Library) failed(what string, err error) error {
	return conflict(fmt.Sprintf("cannot %s %s: %s", what, filepath.ToSlash(l.Dir), reason.Of(err)),
		"serve --scenarios FOLDER")
}
