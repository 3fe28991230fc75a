package testscript

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// stepCommands are the engine's commands that steps have too.
func stepCommands() map[string]func(p *stepper, neg bool, args []string) {
	return map[string]func(*stepper, bool, []string){
		"cmp":    func(p *stepper, neg bool, args []string) { p.compare(neg, args, false) },
		"cmpenv": func(p *stepper, neg bool, args []string) { p.compare(neg, args, true) },
		"env":    (*stepper).setenv,
		"exec":   (*stepper).exec,
		"exists": (*stepper).exists,
		"grep":   (*stepper).grep,
		"skip":   func(p *stepper, _ bool, _ []string) { p.stopped = true },
		"stderr": func(p *stepper, neg bool, args []string) { p.match(neg, args, "stderr") },
		"stdout": func(p *stepper, neg bool, args []string) { p.match(neg, args, "stdout") },
		"stop":   func(p *stepper, _ bool, _ []string) { p.stopped = true },
	}
}

func (p *stepper) setenv(neg bool, args []string) {
	refuseNeg(p, neg, "env")
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			p.Fatalf("usage: env NAME=VALUE…")
		}
		p.env[name] = value
	}
}

// match looks for a pattern in what the command before printed.
func (p *stepper) match(neg bool, args []string, name string) {
	if len(args) != 1 {
		p.Fatalf("usage: %s 'PATTERN'", name)
	}
	p.search(neg, args[0], name, p.ReadFile(name))
}

func (p *stepper) grep(neg bool, args []string) {
	if len(args) != 2 {
		p.Fatalf("usage: grep 'PATTERN' FILE")
	}
	p.search(neg, args[0], args[1], p.ReadFile(args[1]))
}

func (p *stepper) search(neg bool, pattern, name, text string) {
	re, err := regexp.Compile("(?m)" + pattern)
	p.Check(err)
	switch found := re.MatchString(text); {
	case found && neg:
		p.Fatalf("%s matches %q: %s", name, pattern, firstLine(text))
	case !found && !neg:
		p.Fatalf("%s does not match %q: %s", name, pattern, firstLine(text))
	}
}

// firstLine shows the beginning of a text in one line.
func firstLine(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "it is empty"
	}
	line, _, more := strings.Cut(text, "\n")
	if more {
		line += " …"
	}
	return line
}

func (p *stepper) compare(neg bool, args []string, expanded bool) {
	if len(args) != 2 {
		p.Fatalf("usage: cmp FILE1 FILE2")
	}
	got, want := p.ReadFile(args[0]), p.ReadFile(args[1])
	if expanded {
		want = expand(p, want)
	}
	switch same := got == want; {
	case same && neg:
		p.Fatalf("%s and %s do not differ", args[0], args[1])
	case !same && !neg:
		p.Fatalf("%s and %s differ: %s", args[0], args[1], firstLine(got))
	}
}

func (p *stepper) exists(neg bool, args []string) {
	for _, file := range args {
		_, err := os.Stat(p.MkAbs(file))
		if (err == nil) == neg {
			p.Fatalf("exists %s: %v", file, !neg)
		}
	}
}

// exec runs a program to its end.
func (p *stepper) exec(neg bool, args []string) {
	if len(args) == 0 || args[len(args)-1] == "&" {
		p.Fatalf("usage: exec PROGRAM ARG…; explore runs nothing in the background")
	}
	p.needDir()
	cmd := exec.CommandContext(p.world.ctx, args[0], args[1:]...)
	cmd.Dir = p.dir
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	failure := cmd.Run()
	p.lastOut, p.lastErr = out.String(), err.String()
	switch {
	case failure != nil && !neg:
		p.Fatalf("%s: %v: %s", args[0], failure, firstLine(p.lastErr+p.lastOut))
	case failure == nil && neg:
		p.Fatalf("%s succeeded", args[0])
	}
}
