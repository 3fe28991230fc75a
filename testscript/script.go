package testscript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
)

// script is a scenario, parsed as far as is possible without running it. It does not change once a
// run has begun, so runs share it.
type script struct {
	file    string
	archive *txtar.Archive
	phases  []phase
	// updating says that golden files are written by the run, so that they may be missing before it
	updating bool
}

// phase is a part of a scenario that begins with a # line. Commands before the first # line are a
// phase without a title.
type phase struct {
	title    string
	line     int // of the # line, from 1
	commands []command
}

// command is one line of a scenario, without its conditions and its !. In words, quotes are gone
// and variables are not expanded. There is at least one word.
type command struct {
	line  int
	neg   bool
	text  string
	words []string
	open  []bool // by the index in words: the word contains a variable
	maybe bool   // it has a condition
}

// longest is how long a scenario's file may be, in bytes. The pictures of a few messages fit in.
const longest = 64 << 20

// readScenario reads a scenario's file.
func readScenario(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err == nil && len(data) > longest {
		err = fmt.Errorf("%s: it is longer than %d MiB; a line exec can make large files", name,
			longest>>20)
	}
	return data, err
}

// readScript reads a scenario's file. The error is a [*ScriptError] with the line, or a
// [*UsageError] if the file cannot be read.
func readScript(file string) (*script, error) {
	data, err := readScenario(file)
	if err != nil {
		return nil, &UsageError{Err: fmt.Errorf("cannot read the scenario: %w", plainError(err))}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // with which some editors of Windows begin a file
	s := &script{file: file}
	if at := nameless().FindIndex(data); at != nil {
		line := 1 + bytes.Count(data[:at[0]], []byte("\n"))
		return nil, s.errorAt(line, errors.New("a file has no name: its first line is -- NAME --"))
	}
	archive := txtar.Parse(data)
	s.archive = archive
	if text := archive.Comment; !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, s.errorAt(
			1,
			errors.New(
				"this is not text: a scenario is a txtar file, commands first and then files",
			),
		)
	}
	for i, text := range strings.Split(string(archive.Comment), "\n") {
		if strings.HasPrefix(text, "#") {
			s.phases = append(
				s.phases,
				phase{title: strings.TrimSpace(strings.TrimLeft(text, "#")), line: i + 1},
			)
			continue
		}
		c, ok, err := parseCommand(text)
		if err != nil {
			return nil, s.errorAt(i+1, err)
		}
		if !ok {
			continue
		}
		if len(s.phases) == 0 {
			s.phases = []phase{{line: i + 1}}
		}
		c.line = i + 1
		last := &s.phases[len(s.phases)-1]
		last.commands = append(last.commands, c)
	}
	if s.lastLine() == 0 {
		return nil, s.errorAt(
			1,
			errors.New("the scenario has no command: sms +12025550142 +12025550100 hi is one"),
		)
	}
	return s, s.checkFiles()
}

// checkFiles finds files of the archive that have the same name, of which the first would be
// overwritten, and files outside of the scenario's directory.
func (s *script) checkFiles() error {
	var names []string
	for _, f := range s.archive.Files {
		if slices.Contains(names, f.Name) {
			return s.errorAt(
				s.fileLine(f.Name),
				fmt.Errorf("two files are called %s: give one of them another name", f.Name),
			)
		}
		if !inside(f.Name) {
			return s.errorAt(s.fileLine(f.Name),
				fmt.Errorf("the file %s would lie outside of $WORK: give it a name below it", f.Name))
		}
		names = append(names, f.Name)
	}
	return nil
}

// inside reports whether a file of the archive lies in the scenario's directory. The engine
// replaces variables in its name, and all but $WORK could be anywhere.
func inside(name string) bool {
	for _, work := range []string{"$WORK/", "${WORK}/"} {
		name = strings.TrimPrefix(name, work)
	}
	return filepath.IsLocal(filepath.FromSlash(name)) && !strings.Contains(name, "$")
}

// fileLine is the line of the marker of the last file of that name.
func (s *script) fileLine(name string) int {
	line, last := 1+bytes.Count(s.archive.Comment, []byte("\n")), 1
	for _, f := range s.archive.Files {
		if f.Name == name {
			last = line
		}
		line += 1 + bytes.Count(f.Data, []byte("\n"))
	}
	return last
}

// errorAt adds the place in the scenario to an error.
func (s *script) errorAt(line int, err error) error {
	return &ScriptError{File: s.file, Line: line, Err: err}
}

// parseCommand splits a line into its words, as the engine does, but does not expand variables. ok
// is false for a line without a command.
func parseCommand(text string) (c command, ok bool, err error) {
	line, err := splitLine(text)
	if err != nil {
		return c, false, err
	}
	for len(line) > 0 && strings.HasPrefix(line[0].text, "[") && strings.HasSuffix(line[0].text, "]") {
		c.maybe, line = true, line[1:]
	}
	if len(line) > 0 && line[0].text == "!" {
		c.neg, line = true, line[1:]
	}
	c.text = text
	for _, w := range line {
		c.words, c.open = append(c.words, w.text), append(c.open, w.variable)
	}
	return c, len(line) > 0, nil
}

// engineCommands are the commands of go-internal's engine.
func engineCommands() []string {
	return []string{
		"cd",
		"chmod",
		"cmp",
		"cmpenv",
		"cp",
		"env",
		"exec",
		"exists",
		"grep",
		"kill",
		"mkdir",
		"mv",
		"rm",
		"skip",
		"stderr",
		"stdin",
		"stdout",
		"stop",
		"symlink",
		"ttyin",
		"ttyout",
		"unix2dos",
		"unquote",
		"wait",
	}
}

// phaseAt returns the index of the phase that a line is in.
func (s *script) phaseAt(line int) int {
	at := 0
	for i, p := range s.phases {
		if p.line <= line {
			at = i
		}
	}
	return at
}

// lastLine is the line of the last command; 0 where there is none.
func (s *script) lastLine() int {
	last := 0
	for _, p := range s.phases {
		for _, c := range p.commands {
			last = c.line
		}
	}
	return last
}

var reference = lazy.Regexp(`\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))`)

// sets returns the variables that the command sets. It lists too many rather than too few: whether
// as= is a name depends on the command.
func (c command) sets() []string {
	var names []string
	for _, word := range c.words[1:] {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case ok && c.words[0] == "env":
			names = append(names, name)
		case ok && name == "as":
			names = append(names, value)
		}
	}
	if c.words[0] == "key" && len(c.words) == 2 {
		names = append(names, c.words[1])
	}
	return names
}

// variableCheck finds variables that are not set: they would be empty, and an expectation with them
// would match too much.
type variableCheck struct{ known []string }

func newVariableCheck() *variableCheck {
	return &variableCheck{append(reserved(), "devnull", "exe", "HOME", "TMPDIR", "GOTRACEBACK",
		"GORACE", "GOCOVERDIR")}
}

// check looks at the variables of a command, and notes those that it sets.
func (v *variableCheck) check(c command) error {
	defer func() { v.known = append(v.known, c.sets()...) }()
	for _, m := range reference().FindAllStringSubmatch(unquoted(c.text), -1) {
		name := m[1] + m[2]
		if slices.Contains(v.known, name) {
			continue
		}
		hint := "set it with as=" + name + " or env " + name + "=VALUE"
		if near := suggest.Nearest(name, v.known); near != "" {
			hint = fmt.Sprintf("did you mean $%s?", near)
		}
		return fmt.Errorf("$%s is not set here: %s", name, hint)
	}
	return nil
}

// unquoted returns text without its quoted parts, in which variables are not expanded.
func unquoted(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "'") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// upTo returns the scenario that ends with the n-th phase. The files stay all.
func (s *script) upTo(n int) *script {
	part := *s
	part.phases = s.phases[:n+1]
	if n+1 < len(s.phases) {
		lines := strings.SplitAfter(string(s.archive.Comment), "\n")
		part.archive = &txtar.Archive{
			Comment: []byte(strings.Join(lines[:s.phases[n+1].line-1], "")),
			Files:   s.archive.Files,
		}
	}
	return &part
}
