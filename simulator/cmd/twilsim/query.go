package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// condition is where the next condition of a filter may begin.
var condition = regexp.MustCompile(`\s+([A-Za-z_]\w*)(?::|=|!=)`)

// filterWords takes filters apart that stand in one argument: 'to:+1202* body:~code \d'. A space is part of a value
// unless the name of a field stands behind it, or of a parameter, where those have fields too.
func filterWords(args, fields []string, parameters bool) []string {
	var words []string
	for _, arg := range args {
		from := 0
		for _, at := range condition.FindAllStringSubmatchIndex(arg, -1) {
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

// filterOrCommand lets a command that lists things have a filter. What is none was meant as a subcommand.
func filterOrCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && !strings.ContainsAny(args[0], ":=!") {
		return unknownCommand(cmd, args[0])
	}
	return nil
}
