package explore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/lazy"
)

// Limits leave deviations out of a search.
type Limits struct {
	// Assume leaves out what is rarer than D (documented by Twilio), C (by configuration or by
	// hand) or H (host and network); "" is H, which leaves out nothing.
	Assume string
	// Kill includes killing the app: one that keeps everything in memory loses it by right.
	Kill bool
	// Not leaves out deviations: a word of the catalogue, with the points for which it is left out;
	// no points for all.
	Not map[string][]string
	// Only leaves out all deviations with other words, if it is not empty.
	Only []string
}

// Check returns an error if a point of Not does not occur in the story, and cannot show up in a
// run: a deviation may bring about one more reply or create, or another status.
func (l Limits) Check(story Story) error {
	for _, what := range slices.Sorted(maps.Keys(l.Not)) {
		for _, name := range l.Not[what] {
			message, status, isStatus := strings.Cut(name, ".")
			_, known := story.Point(name)
			shows := showsUp().MatchString(message) &&
				(!isStatus || carrier.Status(status).Known())
			if !known && !shows {
				return fmt.Errorf("explore not %s %s: %w", what, name,
					unknown("point", name, story.names(Text, Reply, Create, Callback)))
			}
		}
	}
	return nil
}

var showsUp = lazy.Regexp(`^(reply\d+|create\d+(~\d+)?)$`)

// endings are what the carrier may do instead, in the order in which they are tried.
var endings = []string{"sent", "undelivered:30003", "undelivered:30006", "failed:30008"}

// Space returns all deviations of a story in the order in which they are tried: what Twilio
// documents first, then what is rarer; callbacks before texts before creates before kills; and
// then by place.
func Space(story Story, limits Limits) []Deviation {
	var all []Deviation
	for i, p := range story.Points {
		switch p.Kind {
		case Text:
			all = append(all, textDeviations(story, i)...)
		case Reply:
			all = append(all, messageDeviations(story, p)...)
		case Create:
			all = append(all, createDeviations(story, i)...)
			if !p.Refused {
				all = append(all, messageDeviations(story, p)...)
			}
		case Callback:
			all = append(all, callbackDeviations(story, p)...)
		}
	}
	all = slices.DeleteFunc(all, func(d Deviation) bool { return !limits.allow(d) })
	slices.SortStableFunc(all, func(a, b Deviation) int {
		if c := strings.Index("DCH", a.From()) - strings.Index("DCH", b.From()); c != 0 {
			return c
		}
		return a.class() - b.class()
	})
	return all
}

// class is the second key of the order.
func (d Deviation) class() int {
	switch {
	case d.What == Kill:
		return 3
	case d.What == Same || d.What == Stop:
		return 1
	}
	switch kindOf(d.Point) {
	case Callback, Reply:
		return 0
	case Text:
		return 1
	}
	if d.What == Ends {
		return 0
	}
	return 2
}

func (l Limits) allow(d Deviation) bool {
	if d.What == Kill && !l.Kill {
		return false
	}
	if l.Assume != "" && strings.Index("DCH", d.From()) > strings.Index("DCH", l.Assume) {
		return false
	}
	if len(l.Only) > 0 && !slices.Contains(l.Only, d.What) {
		return false
	}
	points, named := l.Not[d.What]
	return !named || len(points) > 0 && !slices.Contains(points, d.Point)
}

func textDeviations(story Story, i int) []Deviation {
	p := story.Points[i]
	all := []Deviation{
		{Point: p.Name, What: Twice}, {Point: p.Name, What: With, Detail: "itself"},
		{Point: p.Name, What: Again}, {Point: p.Name, What: Lost}, {Point: p.Name, What: Cut},
		{Point: p.Name, What: Unheard},
	}
	if next := story.next(i, Text); next != "" {
		all = append(all, Deviation{Point: p.Name, What: Behind, Detail: next})
	}
	for _, before := range story.Points[:i] {
		if before.Kind == Create {
			all = append(all, Deviation{Point: p.Name, What: In, Detail: before.Name})
		}
	}
	all = append(all, Deviation{Point: p.Name, What: Same, In: true},
		Deviation{Point: p.Name, What: Same}, Deviation{Point: p.Name, What: Stop})
	return append(all, Deviation{Point: p.Name, What: Kill},
		Deviation{Point: p.Name, What: Kill, In: true})
}

// next returns the name of the next point of a kind behind the i-th, "" for none.
func (s Story) next(i int, kind Kind) string {
	for _, p := range s.Points[i+1:] {
		if p.Kind == kind {
			return p.Name
		}
	}
	return ""
}

func createDeviations(story Story, i int) []Deviation {
	p := story.Points[i]
	all := []Deviation{
		{Point: p.Name, What: Busy}, {Point: p.Name, What: Broken}, {Point: p.Name, What: Reset},
		{Point: p.Name, What: Lost}, {Point: p.Name, What: Refused, Detail: "21610"},
		{Point: p.Name, What: Same, In: true}, {Point: p.Name, What: Stop, In: true},
	}
	for _, before := range story.Points[:i] {
		if before.Kind == Text {
			all = append(all, Deviation{Point: before.Name, What: AgainIn, Detail: p.Name})
			break
		}
	}
	return append(all, Deviation{Point: p.Name, What: Kill},
		Deviation{Point: p.Name, What: Kill, In: true})
}

func messageDeviations(story Story, p Point) []Deviation {
	var all []Deviation
	for _, end := range endings {
		if end != p.Final {
			all = append(all, Deviation{Point: p.Name, What: Ends, Detail: end})
		}
	}
	if callbacks := story.Callbacks(p.Name); len(callbacks) > 0 {
		all = append(all, Deviation{Point: callbacks[0].Name, What: Early})
	}
	return all
}

func callbackDeviations(story Story, p Point) []Deviation {
	all := []Deviation{{Point: p.Name, What: Twice}, {Point: p.Name, What: Lost},
		{Point: p.Name, What: Cut}}
	callbacks := story.Callbacks(p.Message())
	i := slices.IndexFunc(callbacks, func(c Point) bool { return c.Name == p.Name })
	if i+1 < len(callbacks) {
		all = append(all, Deviation{Point: p.Name, What: Behind}, Deviation{Point: p.Name, What: Last},
			Deviation{Point: p.Name, What: With, Detail: callbacks[i+1].Name},
			Deviation{Point: p.Name, What: Again})
	}
	return append(all, Deviation{Point: p.Name, What: Kill})
}

// Count returns how many schedules of n of the deviations there are.
func Count(all []Deviation, n int) int {
	sizes := map[string]int{}
	var groups []string
	for _, d := range all {
		if sizes[d.group()] == 0 {
			groups = append(groups, d.group())
		}
		sizes[d.group()]++
	}
	// counts[k] is how many ways there are to choose k from the groups so far, at most one of each.
	counts := make([]int, n+1)
	counts[0] = 1
	for _, g := range groups {
		for k := n; k > 0; k-- {
			counts[k] += counts[k-1] * sizes[g]
		}
	}
	return counts[n]
}

// schedule returns deviations as a schedule of the story, in the order of its points; false if two
// of them exclude each other.
func (s Story) schedule(chosen ...Deviation) (Schedule, bool) {
	for i, d := range chosen {
		for _, other := range chosen[:i] {
			if d.group() == other.group() {
				return nil, false
			}
		}
	}
	ordered := slices.Clone(chosen)
	slices.SortStableFunc(ordered, func(a, b Deviation) int {
		if c := s.index(a.Point) - s.index(b.Point); c != 0 {
			return c
		}
		return strings.Compare(a.String(), b.String())
	})
	return ordered, true
}
