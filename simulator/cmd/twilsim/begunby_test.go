package main

import (
	"bytes"
	"testing"

	"twilsim/simulator/terminal"
)

// TestBegunBy checks that a command that is made alone is the one of its name, and that help and
// completion have all.
func TestBegunBy(t *testing.T) {
	c := &cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string {
		return ""
	})}
	all := len(newRoot(c).Commands())
	for _, command := range commands() {
		root := newRoot(c, command.name, "--json")
		if list := root.Commands(); len(list) != 1 || list[0].Name() != command.name {
			t.Errorf("%s makes %d commands, or one of another name", command.name, len(list))
		}
		for _, args := range [][]string{{command.name, "--help"}, {command.name, "-jh"},
			{"help", command.name}, {"--url", command.name}, {"__complete", command.name}} {
			if n := len(newRoot(c, args...).Commands()); n < all {
				t.Errorf("%v makes %d commands, want all %d", args, n, all)
			}
		}
	}
}

// BenchmarkRoot times the making of the commands: of one, and of all.
func BenchmarkRoot(b *testing.B) {
	for _, args := range [][]string{{"messages"}, {"help"}} {
		b.Run(args[0], func(b *testing.B) {
			for b.Loop() {
				newRoot(&cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{},
					func(string) string { return "" })}, args...)
			}
		})
	}
}
