package main

import (
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/journal"
)

// filterWords splits arguments that have several conditions; see [journal.SplitQuery]. fields are
// the names that a condition may have; with parameters, those of a webhook count too.
func filterWords(args, fields []string, parameters bool) []string {
	var words []string
	for _, arg := range args {
		words = append(words, journal.SplitQuery(arg, fields, parameters)...)
	}
	return words
}

// filterOrCommand accepts a filter as the arguments of a command that also has subcommands. A first
// argument that is not a condition is an unknown subcommand.
func filterOrCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && !strings.ContainsAny(args[0], ":=!") {
		return unknownCommand(cmd, args[0])
	}
	return nil
}
