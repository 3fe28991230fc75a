package main

import (
	"bytes"
	"strings"
	"testing"

	"twilsim/simulator/terminal"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// widest is how long a line of help may be, and a line of the code that has it.
const widest = 130

// What a flag takes has a name in its help, as SCRIPT, and not a type of Go. The flags of run are spelled as those of go test.
func TestHelp(t *testing.T) {
	root := newRoot(&cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" })})
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		for l := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if len(strings.TrimSuffix(l, "\n")) > widest {
				t.Errorf("%s: a line of %d characters: %s", cmd.CommandPath(), len(l), l)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(f)
			if name != strings.ToUpper(name) && cmd.Name() != "run" {
				t.Errorf("%s --%s takes a %s: name it in the usage, in capitals between backquotes", cmd.CommandPath(), f.Name, name)
			}
		})
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(root)
}
