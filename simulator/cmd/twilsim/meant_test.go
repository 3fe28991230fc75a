package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"twilsim/simulator/terminal"
)

// silentRoot returns the tree of commands without input and output.
func silentRoot() *cobra.Command {
	return newRoot(&cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string {
		return ""
	})})
}

func TestMeant(t *testing.T) {
	tests := []struct{ parent, name, want string }{
		{"", "test", "run"},
		{"", "listen", "serve"},
		{"", "logs", "messages watch"},
		{"", "tail", "messages watch"},
		{"", "watch", "messages watch"},
		{"", "trigger", "sms"},
		{"", "Send", "sms"},
		{"", "status", "doctor"},
		{"", "mesages", "messages"},
		{"", "rest", ""},   // reset is too near to suggest anything else, and is destructive
		{"", "resett", ""}, // so is it here
		{"", "banana", ""},
		{"", "tset", "run"},
		{"", "lsiten", "serve"},
		{"", "stop", "help serve"}, // the simulator ends with Ctrl-C
		{"", "delete", "help"},
		{"", "lint", "check"},
		{"", "scenario", "help scenarios"},
		{"", "replay", "webhooks replay"},
		{"", "calls", "help limits"},
		{"messages", "ls", "list"},
		{"messages", "tail", "watch"},
		{"messages", "shw", "show"},
		{"rule", "delete", ""},
		{"rule", "rmm", ""},
		{"clock", "check", ""}, // the clock has no verify
	}
	for _, tt := range tests {
		parent, _, err := silentRoot().Find(strings.Fields(tt.parent))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(meant(parent, tt.name), " "); got != tt.want {
			t.Errorf("twilsim %s %s: %q, want %q", tt.parent, tt.name, got, tt.want)
		}
	}
}

// TestMeanings checks that each meaning is a command, that no word is a command itself, and that
// nothing destructive is suggested.
func TestMeanings(t *testing.T) {
	root := silentRoot()
	for word, command := range meanings() {
		fields := strings.Fields(command)
		if !isCommand(root, command) || slices.Contains(destructive(), fields[len(fields)-1]) {
			t.Errorf("%q means %q, which cannot be suggested", word, command)
		}
		if found, _, err := root.Find([]string{word}); err == nil && found != root &&
			!found.IsAdditionalHelpTopicCommand() {
			t.Errorf("%q is a command, so its meaning is never used", word)
		}
	}
	var names []string
	for _, cmd := range root.Commands() {
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
	}
	for word, command := range subMeanings() {
		if !slices.Contains(names, command) || slices.Contains(destructive(), command) {
			t.Errorf("%q means %q, which no command has", word, command)
		}
	}
}
