package testscript

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// steps are a scenario, compiled once to be played often. Unlike the engine they go on after a line
// that fails, and need no files unless the scenario has some.
type steps struct {
	script *script
	list   []storyStep
	// lastAct is the index of the last step that acts: what stands behind it only looks at what has
	// happened. -1 for none.
	lastAct int
	hints   hints
}

// storyStep is one line of a scenario.
type storyStep struct {
	command
	parts  [][]wordPart // the words, with what is quoted
	always bool         // it counts under each schedule
	role   role
	app    bool // it looks at the app, not at Twilio
}

// role is what a step does.
type role uint8

const (
	sets  role = iota // it changes only the script's own variables and files
	acts              // it makes something happen
	grows             // it looks for something that, once there, stays: expect, applog
	reads             // it looks at the state of this moment
)

type wordPart struct {
	text   string
	quoted bool
}

// compile prepares a scenario for being played often.
func compile(s *script, conditions func(string) (bool, error)) (*steps, error) {
	c := &steps{script: s, lastAct: -1}
	for _, p := range s.phases {
		for _, command := range p.commands {
			if err := c.add(command, conditions); err != nil {
				return nil, s.errorAt(command.line, err)
			}
		}
	}
	app := false // whether the last command that printed looked at the app
	for i := range c.list {
		step := &c.list[i]
		step.classify(&app)
		if step.role == acts {
			c.lastAct = i
		}
	}
	return c, nil
}

// add compiles one line.
func (c *steps) add(command command, conditions func(string) (bool, error)) error {
	parts := splitParts(command.text)
	for len(parts) > 0 && len(parts[0]) == 1 && strings.HasPrefix(parts[0][0].text, "[") {
		condition := os.Expand(strings.Trim(parts[0][0].text, "[]"), c.place)
		ok, err := holds(condition, conditions)
		if err != nil || !ok {
			return err
		}
		parts = parts[1:]
	}
	if command.neg {
		parts = parts[1:]
	}
	step := storyStep{command: command, parts: parts}
	switch name := command.words[0]; {
	case name == "explore":
		return c.addHint(step)
	case name == "schedule":
		return errors.New("the scenario has a schedule already; play it with twilsim run")
	case slices.Contains(engineCommands(), name) && stepCommands()[name] == nil:
		return fmt.Errorf("explore cannot play %s; take the line out, or do it in the app", name)
	}
	c.list = append(c.list, step)
	return nil
}

// place returns the variables that a condition may have: where the scenario and the run are.
func (c *steps) place(name string) string {
	switch name {
	case "HERE":
		here, _ := filepath.Abs(filepath.Dir(c.script.file)) // only without a working directory
		return here
	case "ROOT":
		root, _ := os.Getwd() // as above
		return root
	}
	return ""
}

// holds evaluates a condition.
func holds(name string, conditions func(string) (bool, error)) (bool, error) {
	if other, ok := strings.CutPrefix(name, "!"); ok {
		is, err := holds(other, conditions)
		return !is, err
	}
	if program, ok := strings.CutPrefix(name, "exec:"); ok {
		_, err := exec.LookPath(program)
		return err == nil, nil
	}
	systems := []string{"linux", "darwin", "windows", "amd64", "arm64", "short"}
	switch {
	case name == runtime.GOOS || name == runtime.GOARCH:
		return true, nil
	case name == "unix":
		return runtime.GOOS != "windows", nil
	case slices.Contains(systems, name):
		return false, nil
	}
	return conditions(name)
}

// splitParts splits a line as splitWords does, but keeps what is quoted apart.
func splitParts(text string) [][]wordPart {
	var words [][]wordPart
	var word []wordPart
	var part strings.Builder
	inWord, quoted := false, false
	endPart := func() {
		if part.Len() > 0 || quoted {
			word = append(word, wordPart{part.String(), quoted})
		}
		part.Reset()
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\'' && quoted && i+1 < len(text) && text[i+1] == '\'':
			part.WriteByte('\'')
			i++
		case c == '\'':
			endPart()
			quoted, inWord = !quoted, true
		case !quoted && c == '#':
			i = len(text)
		case !quoted && strings.IndexByte(" \t\r", c) >= 0:
			endPart()
			if inWord {
				words = append(words, word)
			}
			word, inWord = nil, false
		default:
			part.WriteByte(c)
			inWord = true
		}
	}
	endPart()
	if inWord {
		words = append(words, word)
	}
	return words
}

// classify finds out what a step does. app says whether the command before, whose output stdout and
// the like look at, looked at the app. The role decides when a step is played and how much its
// failure counts.
func (s *storyStep) classify(app *bool) {
	name, args := s.words[0], s.words[1:]
	if name == "explore" { // always and invariant
		name, args = s.words[2], s.words[3:]
	}
	method := ""
	if len(args) > 0 {
		method = strings.ToUpper(args[0])
	}
	switch name {
	case "sms", "send", "deliver", "clock", "phone", "rule", "app", "answer", "number", "service",
		"signature", "quirk", "bin", "key", "lookup",
		"click":
		s.role, *app = acts, false
	case "api", "http":
		s.role, *app = reads, name == "http"
		if method != "GET" && method != "HEAD" {
			s.role = acts
		}
	case "expect":
		s.role, *app = grows, false
		counted := slices.ContainsFunc(args, func(a string) bool {
			return strings.HasPrefix(a, "count=")
		})
		if s.neg || counted {
			s.role = reads
		}
	case "applog":
		s.role, s.app = grows, true
		if s.neg || len(args) > 1 {
			s.role = reads
		}
		return
	case "timeline":
		s.role, *app = reads, false
	case "exec":
		s.role, *app = reads, true
	case "cmp", "cmpenv", "stdout", "stderr", "grep", "exists":
		s.role = reads
	case "account":
		s.role = acts
	}
	s.app = *app
}

// expand returns the words of a step with the values of variables.
func (s *storyStep) expand(getenv func(string) string) []string {
	words := make([]string, len(s.parts))
	for i, parts := range s.parts {
		var b strings.Builder
		for _, p := range parts {
			if p.quoted || !strings.Contains(p.text, "$") {
				b.WriteString(p.text)
				continue
			}
			b.WriteString(os.Expand(p.text, func(name string) string {
				if name, ok := strings.CutSuffix(name, "@R"); ok {
					return regexp.QuoteMeta(getenv(name))
				}
				return getenv(name)
			}))
		}
		words[i] = b.String()
	}
	return words
}

// stepper plays steps in a world. It is the host of the commands. One goroutine uses it.
type stepper struct {
	world          *world
	steps          *steps
	env            map[string]string
	dir            string // $WORK; "" before it is needed
	stdout, stderr bytes.Buffer
	lastOut        string // of the command before
	lastErr        string
	stopped        bool // by stop or skip
}

var _ host = (*stepper)(nil)

// newStepper returns what plays the steps once. A program of this run's own has its state in the
// directory of the files; for other apps that is made only when a line needs it.
func newStepper(w *world, s *steps) *stepper {
	p := &stepper{world: w, steps: s, env: map[string]string{}}
	for _, v := range w.vars() {
		name, value, _ := strings.Cut(v, "=")
		p.env[name] = value
	}
	here, _ := filepath.Abs(filepath.Dir(s.script.file)) // only without a working directory
	p.env["HERE"], p.env["ROOT"] = here, w.common.root
	p.env["PATH"], p.env["HOME"] = os.Getenv("PATH"), "/no-home"
	if w.direct == nil && !w.kept {
		p.needDir() // the app has a directory there
	}
	return p
}

// close removes the files.
func (p *stepper) close() {
	if p.dir != "" {
		_ = os.RemoveAll(p.dir) // a temporary directory; the system clears the rest
	}
}

// stepFailure is what a command panics with when it fails.
type stepFailure struct{ text string }

// Check fails the step on an error.
func (p *stepper) Check(err error) {
	if err != nil {
		panic(stepFailure{err.Error()})
	}
}

// Fatalf fails the step.
func (p *stepper) Fatalf(format string, args ...any) {
	panic(stepFailure{fmt.Sprintf(format, args...)})
}

// Getenv returns a variable of the script.
func (p *stepper) Getenv(name string) string {
	if name == "WORK" || name == "TMPDIR" {
		p.needDir()
	}
	return p.env[name]
}

// Setenv sets a variable of the script.
func (p *stepper) Setenv(name, value string) { p.env[name] = value }

// needDir makes the directory of the scenario's files.
func (p *stepper) needDir() {
	if p.dir != "" {
		return
	}
	dir, err := os.MkdirTemp("", "twilsim-explore-")
	p.Check(err)
	p.dir, p.world.dir = dir, dir
	p.env["WORK"], p.env["TMPDIR"] = dir, filepath.Join(dir, ".tmp")
	for _, f := range p.steps.script.archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		p.Check(os.MkdirAll(filepath.Dir(name), 0o777))
		p.Check(os.WriteFile(name, []byte(p.world.handsets.actual(string(f.Data))), 0o666))
	}
}

// MkAbs returns the absolute path of a file of the scenario.
func (p *stepper) MkAbs(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	p.needDir()
	return filepath.Join(p.dir, file)
}

// ReadFile returns a file's content, or what the command before printed: stdout and stderr.
func (p *stepper) ReadFile(file string) string {
	switch file {
	case "stdout":
		return p.lastOut
	case "stderr":
		return p.lastErr
	}
	data, err := os.ReadFile(p.MkAbs(file))
	p.Check(err)
	return string(data)
}

// Stdout receives what the command prints.
func (p *stepper) Stdout() io.Writer { return &p.stdout }

// Stderr receives what the command prints.
func (p *stepper) Stderr() io.Writer { return &p.stderr }

// Value returns the world.
func (p *stepper) Value(any) any { return p.world }

// run plays one step and returns why it failed, "" if it did not. A failure is a panic of the
// host's methods, which is caught here; any other panic is a mistake of ours and goes on.
func (p *stepper) run(s *storyStep) (failure string) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stepFailure:
			failure = r.text
			if failure == "" {
				failure = "failed"
			}
		default:
			panic(r)
		}
	}()
	words := s.expand(p.Getenv)
	for i, word := range words {
		words[i] = p.world.handsets.actual(word)
	}
	if words[0] == "explore" {
		words = words[2:]
	}
	if run := stepCommands()[words[0]]; run != nil {
		run(p, s.neg, words[1:])
		return ""
	}
	command, ok := commands()[words[0]]
	if !ok {
		p.Fatalf("unknown command %q", words[0])
	}
	defer func() {
		if p.stdout.Len() > 0 || p.stderr.Len() > 0 || prints(words[0]) {
			p.lastOut, p.lastErr = p.stdout.String(), p.stderr.String()
		}
		p.stdout.Reset()
		p.stderr.Reset()
		p.world.story.setNew(p)
	}()
	p.world.checkApp(p)
	command(p, s.neg, words[1:])
	p.world.checkApp(p)
	return ""
}

// prints reports whether a command of this package sets stdout and stderr even if it prints
// nothing.
func prints(name string) bool { return name == "http" || name == "api" || name == "sms" }
