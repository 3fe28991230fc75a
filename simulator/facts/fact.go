package facts

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Status says how far the simulator implements a fact.
type Status string

// The statuses. The values are words for people, and the words of facts.txt.
const (
	Implemented  Status = "implemented"
	Configurable Status = "configurable"  // it does this if asked to: by a rule, a flag or in Go
	NotSimulated Status = "not simulated" // it does something else, or nothing
	Advice       Status = "advice"        // about clients; asks nothing of the simulator
)

// Statuses returns every status, in the order of [Coverage].
func Statuses() []Status { return []Status{Implemented, Configurable, NotSimulated, Advice} }

// Fact is one fact about Twilio, in our own words; names, codes and texts on the wire are exact.
type Fact struct {
	Number  int
	Section Section
	Status  Status
	Remark  string // how to configure it, or what the simulator does instead; often ""
	Test    string // a test or scenario that cites an implemented fact: a path in the repository
	Parts   []Part // one part without a name, or the cells of a table's row
	Sources string // keys of [Sources] and free text, as "OSC, OAI"; "" for none
}

// Part is a piece of a fact's text.
type Part struct {
	Name string // the column of the table that the fact is a row of; "" for a fact that is no row
	Text string
}

// Section is a chapter of the facts.
type Section struct {
	ID      string // such as "D.1"
	Title   string
	Notes   []string // they explain words in its facts; "D.1" has those of "D" as well
	columns []string // of the facts that come next
	gap     string   // the remark of facts that are not simulated and have none of their own
}

// ID returns the number as code and scenarios cite it: F-154.
func (f Fact) ID() string { return fmt.Sprintf("F-%03d", f.Number) }

// Text returns the whole text in one line. In a fact that is a row of a table, the name of each
// column stands before its value; empty cells are left out.
func (f Fact) Text() string {
	var cells []string
	for _, p := range f.Parts {
		switch {
		case p.Name == "":
			cells = append(cells, p.Text)
		case p.Text != "" && p.Text != "–":
			cells = append(cells, p.Name+": "+p.Text)
		}
	}
	return strings.Join(cells, "; ")
}

// Marks returns how far the fact is known: unconfirmed, observed or inferred, each at most once,
// and nil where its source states all of it. The text says in brackets which part a mark is
// about.
func (f Fact) Marks() []string {
	var marks []string
	rest := f.Text() + " " + f.Sources
	for found := true; found; {
		var inside string
		_, rest, found = strings.Cut(rest, "[")
		inside, rest, _ = strings.Cut(rest, "]")
		for _, mark := range []string{"unconfirmed", "observed", "inferred"} {
			if strings.Contains(inside, mark) && !slices.Contains(marks, mark) {
				marks = append(marks, mark)
			}
		}
	}
	return marks
}

// Lookup returns the fact with that number and whether it exists.
func Lookup(number int) (Fact, bool) {
	s := load()
	byNumber := func(f Fact, n int) int { return f.Number - n }
	i, found := slices.BinarySearchFunc(s.facts, number, byNumber)
	if !found {
		return Fact{}, false
	}
	return s.facts[i], true
}

// All returns every fact in the order of the number.
func All() iter.Seq[Fact] { return slices.Values(load().facts) }

// Sources returns where the facts come from: addresses by key. The key "E-NNNNN" stands for every
// key of that form, and "SDK-x" for those of the seven SDKs.
func Sources() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, s := range load().sources {
			if !yield(s.key, s.address) {
				return
			}
		}
	}
}

// ParseID reads a number as a person writes it: F-154, f154 or 154. More than three digits without
// F are a code of Twilio's, such as 30003. The error says what is wrong with s; it does not check
// that there is such a fact.
func ParseID(s string) (int, error) {
	number, marked := strings.CutPrefix(strings.ToUpper(s), "F")
	digits := strings.TrimPrefix(number, "-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || (n < 1 || n > 999) && !marked || strings.HasPrefix(digits, "+") {
		return 0, fmt.Errorf("%q is not the number of a fact, want one such as F-154", s)
	}
	return n, nil
}
