package testscript

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// fileCheck finds names of files that are not there. It is for one scenario, and is given its
// commands in their order.
type fileCheck struct {
	known   []string
	unknown bool // a program has run, or the directory has changed: any file may be there
	golden  bool // what cmp compares with may be missing: the run makes it
}

func (s *script) newFileCheck() *fileCheck {
	f := &fileCheck{known: []string{"stdout", "stderr"}, golden: s.updating}
	for _, file := range s.archive.Files {
		f.known = append(f.known, path.Clean(file.Name))
	}
	return f
}

// check looks at the files that a command reads, and notes those that it makes. An app that runs a
// program may make files, too. A command with a condition or ! is not reported.
func (f *fileCheck) check(c command) error {
	switch c.words[0] {
	case "cd", "exec":
		f.unknown = true
	case "app":
		f.unknown = f.unknown || len(c.words) > 1
	}
	if f.unknown {
		return nil
	}
	for _, name := range c.reads() {
		compared := strings.HasPrefix(c.words[0], "cmp") && name == c.words[len(c.words)-1]
		if err := f.find(name); err != nil && !c.maybe && !c.neg && !(f.golden && compared) {
			return err
		}
	}
	f.known = append(f.known, c.makes()...)
	return nil
}

// find looks at the archive only. Absolute paths, and those that lead out of $WORK, are files of
// the machine, of which nothing is known here.
func (f *fileCheck) find(name string) error {
	name = path.Clean(filepath.ToSlash(name))
	below := func(file string) bool { return strings.HasPrefix(file, name+"/") }
	if filepath.IsAbs(name) || strings.HasPrefix(name, "../") || slices.Contains(f.known, name) ||
		slices.ContainsFunc(f.known, below) {
		return nil
	}
	files := slices.DeleteFunc(slices.Clone(f.known), func(file string) bool {
		return file == "stdout" || file == "stderr"
	})
	if near := suggest.Nearest(name, files); near != "" {
		return fmt.Errorf("file %s does not exist; did you mean %s?", name, near)
	}
	return fmt.Errorf("file %s does not exist; add it below the commands, as -- %s --", name, name)
}

// reads returns the names of the files that must be there for a command, without those that contain
// a variable.
func (c command) reads() []string {
	var names []string
	add := func(from, to int) {
		for i := from; i < min(to, len(c.words)); i++ {
			if name, ok := c.at(i); ok {
				names = append(names, name)
			}
		}
	}
	switch last := len(c.words); c.words[0] {
	case "stdin":
		add(1, 2)
	case "cmp", "cmpenv":
		add(1, 3)
	case "bin":
		add(2, 3)
	case "cp", "mv":
		add(1, last-1)
	case "grep":
		add(last-1, last)
	case "unquote", "unix2dos":
		add(1, last)
	case "answer", "sms":
		for i := range c.words {
			name, file, found := strings.Cut(c.words[i], "=")
			switch {
			case i == 0 || c.open[i]:
			case c.words[0] == "sms" && i > 2 && found && (name == "media" || name == "body"):
				names = append(names, file)
			case c.words[0] == "answer" && found && strings.HasPrefix(name, "/"):
				names = append(names, file)
			case c.words[0] == "answer" && i == 1 && !found:
				names = append(names, c.words[i])
			}
		}
	}
	return names
}

// makes returns the names of the files and directories that a command makes.
func (c command) makes() []string {
	switch last := len(c.words) - 1; {
	case last < 1:
		return nil
	case c.words[0] == "mkdir":
		return c.args()
	case c.words[0] == "cp" || c.words[0] == "mv":
		names := []string{path.Clean(c.words[last])}
		for _, source := range c.words[1:last] {
			names = append(names, path.Join(c.words[last], path.Base(source)))
		}
		return names
	case c.words[0] == "symlink":
		return []string{path.Clean(c.words[1])}
	case c.words[0] == "applog" && c.words[1] == ">" && last == 2:
		return []string{path.Clean(c.words[2])}
	}
	return nil
}
