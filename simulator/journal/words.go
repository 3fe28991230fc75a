package journal

import (
	"slices"

	"twilsim/simulator/lazy"
)

// condition matches where the next condition of a search may begin.
var condition = lazy.Regexp(`\s+([A-Za-z_]\w*)(?::|=|!=)`)

// SplitQuery splits a text of several conditions into the words of [ParseQuery]:
//
//	to:+1202* body:~code \d
//
// A space is part of a value unless the name of a field follows it, or, with parameters set, the
// name of a parameter.
func SplitQuery(text string, fields []string, parameters bool) []string {
	var words []string
	from := 0
	for _, at := range condition().FindAllStringSubmatchIndex(text, -1) {
		name := text[at[2]:at[3]]
		isParameter := parameters && name[0] >= 'A' && name[0] <= 'Z'
		if name == "since" || slices.Contains(fields, name) || isParameter {
			words = append(words, text[from:at[0]])
			from = at[2]
		}
	}
	return append(words, text[from:])
}
