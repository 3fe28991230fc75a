package testscript

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/wholefile"
)

// goldens are the golden files of a run with [Options.Update]. The engine runs a copy of the
// scenario in which each cmp and cmpenv is replaced by golden; the files that they compare with are
// rewritten when the scenario has passed. A nil value rewrites nothing: mark and follow leave
// everything as it is.
type goldens struct {
	scenario Scenario
	script   *script
	original []byte // the scenario's file
	files    []*goldenFile
}

// goldenFile is a file with which a scenario compares.
type goldenFile struct {
	name     string // in the archive, or the path
	path     string // on disk, from where the run began if it lies there; "" in the archive
	was, now string
	changed  bool
	line     int  // of the comparison that it failed
	env      bool // that line is a cmp, and must become a cmpenv
}

// Update is a golden file that was rewritten.
type Update struct {
	Name  string // in the scenario's archive, or its path
	File  string // the file on disk that was written: the scenario's, or the golden file's own
	Lines int    // how many lines changed
}

const goldenCommand = "golden"

// newGoldens reads a scenario whose golden files are to be rewritten.
func newGoldens(s Scenario, script *script) (*goldens, error) {
	original, err := os.ReadFile(s.File)
	return &goldens{scenario: s, script: script, original: original}, err
}

// mark returns the script with golden and the number of the line before each comparison. The lines
// keep their numbers.
func (g *goldens) mark(s *script) *script {
	if g == nil {
		return s
	}
	var b bytes.Buffer
	n := 0
	for line := range bytes.Lines(s.archive.Comment) {
		n++
		b.Write(
			comparison().ReplaceAll(line, fmt.Appendf(nil, "${1}%s %d ${2}${3}", goldenCommand, n)),
		)
	}
	marked := *s
	marked.archive = &txtar.Archive{Comment: b.Bytes(), Files: s.archive.Files}
	return &marked
}

// follow makes the engine call compare for each comparison.
func (g *goldens) follow(p *testscript.Params) {
	if g == nil {
		return
	}
	p.Cmds[goldenCommand] = forEngine(g.compare)
	for _, name := range []string{"api", "http", "timeline"} {
		p.Cmds[name] = settled(p.Cmds[name])
	}
}

// settled makes a command wait until all traffic has ended, so that a golden file does not depend
// on how fast the app is.
func settled(
	command func(*testscript.TestScript, bool, []string),
) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w := of(ts)
		ts.Check(w.account.Clock.AwaitIdle(w.ctx))
		if w.app != nil && w.log != nil {
			w.settleLog()
		}
		command(ts, neg, args)
	}
}

// compare does what cmp and cmpenv do, but notes a golden file that differs.
//
//	golden LINE cmp|cmpenv FILE1 FILE2
//
// A file that was rewritten once must fit later comparisons of this run, or it cannot pass the
// next.
func (g *goldens) compare(ts host, neg bool, args []string) {
	if len(args) != 4 {
		usage(ts, args[1]+" file1 file2")
	}
	if args[2] == args[3] {
		ts.Fatalf("%s: cannot compare a file against itself", args[1])
	}
	got := ts.ReadFile(args[2])
	f, err := g.file(ts, args[3])
	ts.Check(err)
	env := args[1] == "cmpenv"
	want := f.now
	if env || f.env {
		want = expand(ts, f.now)
	}
	switch same := got == want; {
	case same && neg:
		ts.Fatalf("%s and %s do not differ", args[2], args[3])
	case same || neg:
	case f.changed:
		ts.Fatalf(
			"%s: the scenario compares it with different texts; it can hold only one",
			args[3],
		)
	default:
		f.line, _ = strconv.Atoi(args[0]) // digits, by mark
		ts.Check(g.change(ts, f, got, env))
	}
}

// file finds a golden file: one of the archive's, or one on disk outside of the scenario's own
// directory. A file that does not exist counts as empty, and is made.
func (g *goldens) file(ts host, name string) (*goldenFile, error) {
	path := ts.MkAbs(name)
	f := &goldenFile{name: path, path: path}
	if below, err := filepath.Rel(ts.Getenv("ROOT"), path); err == nil && filepath.IsLocal(below) {
		f.name, f.path = below, below
	}
	inside, err := filepath.Rel(ts.Getenv("WORK"), path)
	if err == nil && filepath.IsLocal(inside) {
		f.name, f.path = filepath.ToSlash(inside), ""
		for _, a := range g.script.archive.Files {
			if filepath.Clean(a.Name) == filepath.Clean(f.name) {
				f.name = a.Name
			}
		}
	}
	for _, known := range g.files {
		if known.name == f.name && known.path == f.path {
			return known, nil
		}
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, plainError(err)
	}
	f.was, f.now = string(data), string(data)
	g.files = append(g.files, f)
	return f, nil
}

// change notes that a golden file must hold what the scenario got. What differs from run to run
// becomes a variable; a text with variables needs cmpenv. The error says why the file cannot be
// rewritten; the scenario fails with it, and no file is written.
func (g *goldens) change(ts host, f *goldenFile, got string, env bool) error {
	if f.path == "" && !g.isFile(f.name) {
		if _, err := os.Stat(ts.MkAbs(f.name)); err == nil {
			return fmt.Errorf(
				"%s differs, and it is not a golden file: the scenario makes it",
				f.name,
			)
		}
	}
	n := newNamer(ts, g.script, f.was)
	text, variables := n.render(got, f.was, env)
	if err := n.leftOver(text); err != nil {
		return fmt.Errorf("%s is not rewritten: %w", f.name, err)
	}
	if !env && !variables {
		text = got
	}
	f.env = !env && variables
	if f.path == "" {
		if _, err := archived(f.name, text, g.unquotes(f.name)); err != nil {
			return fmt.Errorf("%s is not rewritten: %w", f.name, err)
		}
	}
	f.now, f.changed = text, true
	return nil
}

func (g *goldens) isFile(name string) bool {
	return slices.ContainsFunc(
		g.script.archive.Files,
		func(f txtar.File) bool { return f.Name == name },
	)
}

// unquotes reports whether the script unquotes a file.
func (g *goldens) unquotes(name string) bool {
	for _, p := range g.script.phases {
		for _, c := range p.commands {
			if c.words[0] == "unquote" && slices.Contains(c.words[1:], name) {
				return true
			}
		}
	}
	return false
}

// changed are the golden files that must be written.
func (g *goldens) changed() []*goldenFile {
	var changed []*goldenFile
	for _, f := range g.files {
		if f.changed {
			changed = append(changed, f)
		}
	}
	return changed
}

// write writes the golden files. undo restores the old ones. All of them are written or none. The
// caller runs the scenario again with the new files, and calls undo if it fails then.
func (g *goldens) write() (updates []Update, undo func() error, err error) {
	text, err := g.scenarioText()
	if err != nil {
		return nil, nil, err
	}
	written := map[string][]byte{g.scenario.File: text}
	old := map[string][]byte{g.scenario.File: g.original}
	for _, f := range g.changed() {
		u := Update{Name: f.name, File: g.scenario.File, Lines: linesChanged(f.was, f.now)}
		if f.path != "" {
			u.File, written[f.path], old[f.path] = f.path, []byte(f.now), []byte(f.was)
		}
		updates = append(updates, u)
	}
	if bytes.Equal(text, g.original) {
		delete(written, g.scenario.File)
	}
	undo = func() error { return rewrite(old, written) }
	if err := rewrite(written, written); err != nil {
		_ = undo() // a file that could not be written has not changed
		return nil, nil, err
	}
	return updates, undo, nil
}

// scenarioText is the scenario's file with its new golden files.
func (g *goldens) scenarioText() ([]byte, error) {
	text, err := os.ReadFile(g.scenario.File)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(text, g.original) {
		return nil, errors.New("the scenario's file has changed while it ran: run it again")
	}
	files := map[string][]byte{}
	lines := slices.Collect(bytes.Lines(text))
	for _, f := range g.changed() {
		if f.env {
			lines[f.line-1] = comparison().ReplaceAll(lines[f.line-1], []byte("${1}cmpenv${3}"))
		}
		if f.path != "" {
			continue
		}
		if files[f.name], err = archived(f.name, f.now, g.unquotes(f.name)); err != nil {
			return nil, err
		}
	}
	return replaceFiles(bytes.Join(lines, nil), files), nil
}

// rewrite writes the files that names contains. A symbolic link stays one, and the file keeps its
// mode.
func rewrite(files, names map[string][]byte) error {
	for path := range names {
		mode := fs.FileMode(0o666)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode().Perm()
		}
		if err := wholefile.Write(path, files[path], mode); err != nil {
			var cause *fs.PathError
			if errors.As(err, &cause) { // it names a temporary file
				err = cause.Err
			}
			return fmt.Errorf("cannot rewrite %s: %w", path, err)
		}
	}
	return nil
}

// linesChanged counts the added or the removed lines, whichever are more.
func linesChanged(was, now string) int {
	return max(len(newLines(was, now)), len(newLines(now, was)))
}

// newLines returns the lines of now that are not in was.
func newLines(was, now string) []string {
	counts := map[string]int{}
	for line := range strings.Lines(was) {
		counts[line]++
	}
	var lines []string
	for line := range strings.Lines(now) {
		if counts[line]--; counts[line] < 0 {
			lines = append(lines, line)
		}
	}
	return lines
}
