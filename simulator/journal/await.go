package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// nearestShown is how many similar things a [MissError] names.
const nearestShown = 3

// MissError says that no thing matched a query, and which things are the most similar. Things in it
// may change later, as all of a journal.
type MissError struct {
	Query   Query
	Of      int    // how many things of the kind there were
	Nearest []Near // the best first
}

// Near is a thing that matches a query except for some fields.
type Near struct {
	Thing Thing
	Wrong []Difference
}

// Difference is a field that does not match.
type Difference struct {
	Field, Want, Got string // Got is "(absent)" if the thing has no such field
}

// Error names the query and the most similar things, with a line for each field that differs.
func (e *MissError) Error() string {
	var b strings.Builder
	if e.Of == 0 {
		fmt.Fprintf(&b, "there was no %s at all", e.Query.Kind)
		return b.String()
	}
	fmt.Fprintf(&b, "no %s matched %s", e.Query.Kind,
		strings.TrimPrefix(e.Query.String(), string(e.Query.Kind)+" "))
	fmt.Fprintf(&b, "; closest of %d:", e.Of)
	for _, near := range e.Nearest {
		fmt.Fprintf(&b, "\n  %s  %s", near.Thing.ID(), near.Thing.Summary())
		for _, d := range near.Wrong {
			fmt.Fprintf(&b, "\n      %s\n      - expected  %s\n      + got       %s", d.Field, d.Want, d.Got)
		}
	}
	return b.String()
}

// first returns the newest kept thing that q selects, if there is one.
func (j *Journal) first(q Query) (Thing, bool) {
	for t, matches := range j.look(q, 0) {
		if matches {
			return t, true
		}
	}
	return nil, false
}

// missLooks is how many of the newest things [Journal.Miss] compares.
const missLooks = 1000

// Miss returns the things that are most similar to q: those with the fewest different fields first,
// then the newest. It compares the newest ones only, so that a large journal does not take longer.
func (j *Journal) Miss(q Query) *MissError {
	miss := &MissError{Query: q, Of: j.Count(q.Kind)}
	for t := range j.Backward(q.Kind, "") {
		miss.Nearest = append(miss.Nearest, q.differ(t))
		if len(miss.Nearest) == missLooks {
			break
		}
	}
	slices.SortStableFunc(miss.Nearest,
		func(a, b Near) int { return cmp.Compare(len(a.Wrong), len(b.Wrong)) })
	miss.Nearest = miss.Nearest[:min(len(miss.Nearest), nearestShown)]
	return miss
}

// differ returns in which fields a thing differs from a query. Orders and negations are written as
// they are in the query. Since is not a field, and not compared.
func (q Query) differ(t Thing) Near {
	near := Near{Thing: t}
	for _, term := range q.Terms {
		if term.Match(t) {
			continue
		}
		got, ok := t.Field(term.Field)
		if !ok {
			got = "(absent)"
		}
		want := term.Order + term.Value.String()
		if term.Not {
			want = "anything but " + want
		}
		near.Wrong = append(near.Wrong, Difference{Field: term.Field, Want: want, Got: got})
	}
	return near
}
