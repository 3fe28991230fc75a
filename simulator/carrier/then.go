package carrier

import (
	"fmt"
	"strings"

	"twilsim/simulator/suggest"
)

// Then is what a rule makes happen to a message: a script, or an outcome by its name.
type Then struct {
	Name   string // of the outcome, "" for a script
	Script Script
	Refuse int // as in [Outcome]
}

// Then returns the outcome as the Then of a rule.
func (o Outcome) Then() Then { return Then{Name: o.Name, Script: o.Script, Refuse: o.Refuse} }

// ParseThen reads a script or the name of an outcome. A word that is both, such as delivered, is
// the outcome: as a script it would start with an illegal change of status. Any error is a
// [*ScriptError].
func ParseThen(s string) (Then, error) {
	if o, ok := findOutcome(s); ok {
		return o.Then(), nil
	}
	script, err := ParseScript(s)
	if err == nil {
		return Then{Script: script}, nil
	}
	if s == "" || strings.ContainsAny(s, marks) {
		return Then{}, err
	}
	return Then{}, unknownThen(s)
}

// unknownThen returns the error about a single unknown word, which may be a misspelled script or
// outcome.
func unknownThen(word string) *ScriptError {
	what := fmt.Sprintf("unknown status or outcome %q", word)
	try := suggest.Nearest(word, append(stringsOf(scriptable), outcomeNames()...))
	if try == "" {
		try = "an outcome such as delivered or unreachable, or a script such as sent,undelivered:30003@2s"
	}
	return &ScriptError{Script: word, What: what, Try: try}
}

// String returns what [ParseThen] reads back.
func (t Then) String() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Script.String()
}

// Describe returns it in words for a person: "sent 0.5s, undelivered 30003 2s", after the name of
// the outcome if there is one.
func (t Then) Describe() string {
	what := t.Script.Describe()
	if t.Refuse != 0 {
		what = fmt.Sprintf("refused with %d", t.Refuse)
	}
	if t.Name != "" {
		return t.Name + ": " + what
	}
	return what
}
