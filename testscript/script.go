package testscript

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/carrier"
	"twilsim/simulator/lazy"
	"twilsim/simulator/quirk"
	"twilsim/simulator/suggest"
)

// script is a scenario, parsed as far as is possible without running it.
type script struct {
	file    string
	archive *txtar.Archive
	phases  []phase
}

// phase is a part of a scenario that begins with a # line. Commands before the first # line are a
// phase without a title.
type phase struct {
	title    string
	line     int // of the # line, from 1
	commands []command
}

// command is one line of a scenario, without its conditions and its !.
type command struct {
	line  int
	neg   bool
	text  string
	words []string
	whole bool // it contains no variable
	maybe bool // it has a condition
}

// emptyMarker matches the line on which txtar.Parse panics.
var emptyMarker = lazy.Regexp(`(?m)^-- --\r?$`)

// readScript reads a scenario's file.
func readScript(file string) (*script, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario: %w", plainError(err))
	}
	s := &script{file: file}
	if at := emptyMarker().FindIndex(data); at != nil {
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

// checkFiles finds files of the archive that have the same name: the first would be overwritten.
func (s *script) checkFiles() error {
	var names []string
	for _, f := range s.archive.Files {
		if slices.Contains(names, f.Name) {
			return s.errorAt(
				s.fileLine(f.Name),
				fmt.Errorf("two files are called %s: give one of them another name", f.Name),
			)
		}
		names = append(names, f.Name)
	}
	return nil
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

// parseCommand splits a line into its words, as the engine does, but does not expand variables.
func parseCommand(text string) (c command, ok bool, err error) {
	words, err := splitWords(text)
	if err != nil {
		return c, false, err
	}
	for len(words) > 0 && strings.HasPrefix(words[0], "[") && strings.HasSuffix(words[0], "]") {
		c.maybe, words = true, words[1:]
	}
	if len(words) > 0 && words[0] == "!" {
		c.neg, words = true, words[1:]
	}
	c.text, c.words, c.whole = text, words, !strings.Contains(text, "$")
	return c, len(words) > 0, nil
}

// splitWords splits a line at white space outside of single quotes; # ends it, and two quotes in a
// row are one.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quoted := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\'' && quoted && i+1 < len(text) && text[i+1] == '\'':
			word.WriteByte('\'')
			i++
		case c == '\'':
			quoted, inWord = !quoted, true
		case !quoted && c == '#':
			i = len(text)
		case !quoted && strings.IndexByte(" \t\r", c) >= 0:
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed: write '' for one inside a quoted word")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
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

// check finds mistakes before the scenario runs: unknown commands, unset variables, and words of
// rules and expectations that are never valid.
func (s *script) check() error {
	known := engineCommands()
	for name := range commands() {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, p := range s.phases {
		for _, c := range p.commands {
			if err := c.check(known); err != nil {
				return s.errorAt(c.line, err)
			}
		}
	}
	return s.checkVariables()
}

func (c command) check(known []string) error {
	name := c.words[0]
	if !slices.Contains(known, name) {
		hint := "the commands are " + strings.Join(known, " ")
		if name == "--" {
			hint = "a file begins with a line such as -- " + cmp.Or(
				strings.Trim(strings.TrimSpace(c.text), "- "),
				"NAME",
			) + " --"
		} else if near := suggest.Nearest(strings.TrimPrefix(name, "!"), known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Errorf("unknown command %q: %s", name, hint)
	}
	if c.neg || !c.whole {
		return nil
	}
	return c.checkWords()
}

func (c command) checkWords() (err error) {
	args := c.words[1:]
	switch c.words[0] {
	case "rule":
		_, err = carrier.ParseRule(args)
	case "expect":
		_, err = parseExpectation(args)
	case "send":
		_, _, err = parseSend(args, time.Time{})
	case "quirk":
		if len(args) == 2 {
			err = new(quirk.Set).Set(args[0], args[1])
		}
	case "phone":
		if len(args) == 2 {
			_, err = carrier.ParseHandsetState(args[1])
		}
	case "deliver":
		if len(args) > 1 {
			_, err = carrier.ParseScript(args[1])
		}
	}
	return err
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

// sets returns the variables that the command sets.
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

// checkVariables finds variables that are not set: they would be empty, and an expectation with
// them would match too much.
func (s *script) checkVariables() error {
	known := append(
		reserved(),
		"devnull",
		"exe",
		"HOME",
		"TMPDIR",
		"GOTRACEBACK",
		"GORACE",
		"GOCOVERDIR",
	)
	for _, p := range s.phases {
		for _, c := range p.commands {
			for _, m := range reference().FindAllStringSubmatch(unquoted(c.text), -1) {
				name := m[1] + m[2]
				if slices.Contains(known, name) {
					continue
				}
				hint := "set it with as=" + name + " or env " + name + "=VALUE"
				if near := suggest.Nearest(name, known); near != "" {
					hint = fmt.Sprintf("did you mean $%s?", near)
				}
				return s.errorAt(c.line, fmt.Errorf("$%s is not set here: %s", name, hint))
			}
			known = append(known, c.sets()...)
		}
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

// upTo returns the scenario that ends with the n-th phase.
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
