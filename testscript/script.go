package testscript

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/carrier"
	"twilsim/simulator/suggest"
)

// script is the text of a scenario, taken apart as far as can be done without running it.
type script struct {
	file   string
	phases []phase
}

// phase is a part of a scenario that a # line opens. Commands before the first # line are a phase without a title.
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
	whole bool // no part of it waits for a variable's value
}

// readScript reads a scenario's file.
func readScript(file string) (*script, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario: %w", err)
	}
	s := &script{file: file}
	for i, text := range strings.Split(string(archive.Comment), "\n") {
		if strings.HasPrefix(text, "#") {
			s.phases = append(s.phases, phase{title: strings.TrimSpace(strings.TrimLeft(text, "#")), line: i + 1})
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
	return s, nil
}

// errorAt says where in the scenario an error is.
func (s *script) errorAt(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", s.file, line, err)
}

// parseCommand splits a line into its words, as the engine does, but leaves variables alone.
func parseCommand(text string) (c command, ok bool, err error) {
	words, err := splitWords(text)
	if err != nil {
		return c, false, err
	}
	for len(words) > 0 && strings.HasPrefix(words[0], "[") && strings.HasSuffix(words[0], "]") {
		words = words[1:]
	}
	if len(words) > 0 && words[0] == "!" {
		c.neg, words = true, words[1:]
	}
	c.text, c.words, c.whole = text, words, !strings.Contains(text, "$")
	return c, len(words) > 0, nil
}

// splitWords splits a line at white space outside of single quotes; # ends it, and two quotes in a row are one.
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
	return []string{"cd", "chmod", "cmp", "cmpenv", "cp", "env", "exec", "exists", "grep", "kill", "mkdir", "mv", "rm", "skip",
		"stderr", "stdin", "stdout", "stop", "symlink", "ttyin", "ttyout", "unix2dos", "unquote", "wait"}
}

// check finds what is wrong with the scenario before it runs: unknown commands, and words of rules and expectations
// that can never be right.
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
		if near := suggest.Nearest(strings.TrimPrefix(name, "!"), known); near != "" {
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

// lastLine is the line of the last command.
func (s *script) lastLine() int {
	last := 1
	for _, p := range s.phases {
		for _, c := range p.commands {
			last = c.line
		}
	}
	return last
}

var reference = regexp.MustCompile(`\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))`)

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

// checkVariables finds variables that nothing has set: they would be empty, and an expectation about them would match
// what it should not.
func (s *script) checkVariables() error {
	known := append(reserved(), "devnull", "exe", "HOME", "TMPDIR", "GOTRACEBACK", "GORACE", "GOCOVERDIR")
	for _, p := range s.phases {
		for _, c := range p.commands {
			for _, m := range reference.FindAllStringSubmatch(unquoted(c.text), -1) {
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

// unquoted leaves out what stands in quotes, where variables are not replaced.
func unquoted(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "'") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// upTo writes a copy of the scenario that ends with the n-th phase, and returns its file.
func (s *script) upTo(n int) (string, error) {
	if n+1 >= len(s.phases) {
		return s.file, nil
	}
	archive, err := txtar.ParseFile(s.file)
	if err != nil {
		return "", err
	}
	lines := strings.SplitAfter(string(archive.Comment), "\n")
	archive.Comment = []byte(strings.Join(lines[:s.phases[n+1].line-1], ""))
	f, err := os.CreateTemp("", "twilsim-*.txtar")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(txtar.Format(archive))
	return f.Name(), err
}
