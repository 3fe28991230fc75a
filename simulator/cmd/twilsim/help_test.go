package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/terminal"
)

// TestHelp checks all pages of help: no line is longer than 80 characters, which a terminal has.
// What a flag takes has a name in its help, as SCRIPT, and not a type of Go. The flags of run are
// spelled as those of go test.
func TestHelp(t *testing.T) {
	c := &cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string {
		return ""
	})}
	root := newRoot(c)
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		var out bytes.Buffer
		c.ui.Out = &out
		c.writeHelp(cmd)
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%s: a line of %d characters: %s", cmd.CommandPath(), n, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(f)
			if name != strings.ToUpper(name) && cmd.Name() != "run" {
				t.Errorf("%s --%s takes a %s: name it in the usage, in capitals between backquotes",
					cmd.CommandPath(), f.Name, name)
			}
		})
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(root)
}

// TestTopicNames checks that no topic has the name of a command: cobra would find the topic when
// the command is called.
func TestTopicNames(t *testing.T) {
	c := &cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string {
		return ""
	})}
	seen := map[string]bool{}
	for _, cmd := range newRoot(c).Commands() {
		if seen[cmd.Name()] {
			t.Errorf("twilsim %s is a command and a topic", cmd.Name())
		}
		seen[cmd.Name()] = true
	}
	if !seen["data"] || !seen["filters"] {
		t.Errorf("commands or topics are missing: %v", seen)
	}
}
