package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/lazy"
)

// condition matches where the next condition of a filter may begin.
var condition = lazy.Regexp(`\s+([A-Za-z_]\w*)(?::|=|!=)`)

// filterWords splits arguments that have several conditions: 'to:+1202* body:~code \d'. A space is part
// of a value unless the name of a field follows it, or, with parameters set, the name of a parameter.
func filterWords(args, fields []string, parameters bool) []string {
	var words []string
	for _, arg := range args {
		from := 0
		for _, at := range condition().FindAllStringSubmatchIndex(arg, -1) {
			name := arg[at[2]:at[3]]
			isParameter := parameters && name[0] >= 'A' && name[0] <= 'Z'
			if name == "since" || slices.Contains(fields, name) || isParameter {
				words = append(words, arg[from:at[0]])
				from = at[2]
			}
		}
		words = append(words, arg[from:])
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
