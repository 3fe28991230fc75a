package explore

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// Deviation is one thing that goes otherwise at one point. Its form is POINT=WHAT[:DETAIL], or
// text+WHAT@in:POINT, text+WHAT@after:POINT, kill@in:POINT and kill@after:POINT. It is a value that
// can be compared.
type Deviation struct {
	// Point is where it happens: reply1.sent, create1, text1.
	Point string
	// What is what happens, one of the words of [Catalogue].
	What string
	// Detail is what comes behind the colon of What: undelivered:30003, 21610; or the point that is
	// part of it: text2 in behind:text2, create1 in in:create1.
	Detail string
	// In says, of kill and text+, that it happens during the point and not after it.
	In bool
}

// The deviations, in the words in which schedules name them.
const (
	Twice   = "twice"    // the request again, after its answer
	With    = "with"     // with:NEXT, with:itself: two requests in flight together
	Again   = "again"    // a copy after everything else
	AgainIn = "again@in" // again@in:create1: a copy while the app waits for the API
	Behind  = "behind"   // after the next callback; behind:text2 after the next text
	In      = "in"       // in:create1: a later text comes while the app waits for the API
	Lost    = "lost"     // the request never comes; of a create: carried out, the answer lost
	Cut     = "cut"      // the connection breaks within the body
	Unheard = "unheard"  // the app acts, and its answer does not arrive
	Early   = "early"    // the callback comes before the create is answered
	Last    = "last"     // the callback comes after everything else
	Ends    = "ends"     // ends:SCRIPT: the carrier does something else
	Refused = "refused"  // refused:CODE: the API refuses the create
	Reset   = "reset"    // the connection is reset, nothing was done
	Busy    = "429"      // the API answers 429, nothing was done
	Broken  = "500"      // the API answers 500, nothing was done
	Same    = "text+same"
	Stop    = "text+STOP"
	Kill    = "kill"
)

// String returns the deviation as [ParseSchedule] reads it.
func (d Deviation) String() string {
	if d.What == Same || d.What == Stop || d.What == Kill {
		place := "after:"
		if d.In {
			place = "in:"
		}
		return d.What + "@" + place + d.Point
	}
	text := d.Point + "=" + d.What
	if d.Detail != "" {
		text += ":" + d.Detail
	}
	return text
}

// Schedule is a set of deviations, in the order of the story's points. The empty one is the
// baseline.
type Schedule []Deviation

// String returns the schedule as [ParseSchedule] reads it.
func (s Schedule) String() string {
	words := make([]string, len(s))
	for i, d := range s {
		words[i] = d.String()
	}
	return strings.Join(words, " ")
}

// At returns the deviation with one of the words at a point.
func (s Schedule) At(point string, whats ...string) (Deviation, bool) {
	for _, d := range s {
		if d.Point == point && slices.Contains(whats, d.What) {
			return d, true
		}
	}
	return Deviation{}, false
}

// without returns the schedule without its i-th deviation.
func (s Schedule) without(i int) Schedule { return slices.Delete(slices.Clone(s), i, i+1) }

// with returns the schedule with another i-th deviation.
func (s Schedule) with(i int, d Deviation) Schedule {
	changed := slices.Clone(s)
	changed[i] = d
	return changed
}

// ParseSchedule reads a schedule: deviations with blanks between them. It checks their words, not
// whether the points exist: see [Schedule.Check].
func ParseSchedule(text string) (Schedule, error) {
	var s Schedule
	for word := range strings.FieldsSeq(text) {
		d, err := parseDeviation(word)
		if err != nil {
			return nil, err
		}
		s = append(s, d)
	}
	if len(s) == 0 {
		return nil, errors.New("the schedule is empty; write something like reply1.sent=behind")
	}
	for i, d := range s {
		for _, other := range s[:i] {
			if d.group() == other.group() {
				return nil, fmt.Errorf("%s and %s exclude each other; leave one of them out", other, d)
			}
		}
	}
	return s, nil
}

func parseDeviation(word string) (Deviation, error) {
	if what, place, ok := strings.Cut(word, "@"); ok && !strings.Contains(what, "=") {
		return parsePlaced(word, what, place)
	}
	point, what, ok := strings.Cut(word, "=")
	if !ok || point == "" {
		return Deviation{}, fmt.Errorf("%q is not a deviation; write POINT=WHAT such as "+
			"reply1.sent=behind, text+STOP@after:text1 or kill@after:text1", word)
	}
	what, detail, _ := strings.Cut(what, ":")
	d := Deviation{Point: point, What: what, Detail: detail}
	row, known := lookup(what)
	if !known {
		return d, unknown("deviation", what, whats())
	}
	return d, row.check(d)
}

func parsePlaced(word, what, place string) (Deviation, error) {
	when, point, ok := strings.Cut(place, ":")
	d := Deviation{Point: point, What: what, In: when == "in"}
	switch {
	case what != Same && what != Stop && what != Kill:
		return d, unknown("deviation", what, []string{Same, Stop, Kill})
	case !ok || point == "" || when != "in" && when != "after":
		return d, fmt.Errorf("%q has no place; write %s@in:POINT or %s@after:POINT", word, what, what)
	}
	return d, nil
}

func unknown(what, word string, known []string) error {
	if near := suggest.Nearest(word, known); near != "" {
		return fmt.Errorf("unknown %s %q; did you mean %q?", what, word, near)
	}
	return fmt.Errorf("unknown %s %q; use one of %s", what, word, strings.Join(known, " "))
}

// Check returns an error about the first deviation that is not possible in the story: its point
// does not occur, or is of another kind.
func (s Schedule) Check(story Story) error {
	for _, d := range s {
		if err := d.checkIn(story); err != nil {
			return err
		}
	}
	return nil
}

func (d Deviation) checkIn(story Story) error {
	name, _, again := strings.Cut(d.Point, "~") // create1~2 shows up only in a run
	if again {
		if _, ok := story.Point(name); ok {
			return nil
		}
	}
	p, ok := story.Point(d.Point)
	if !ok {
		return unknown("point", d.Point, story.names(Text, Reply, Create, Callback))
	}
	row, _ := lookup(d.What)
	if !slices.Contains(row.on, p.Kind) {
		return fmt.Errorf("%s is not possible: %s is a %s; use one of %s", d, p.Name, p.Kind,
			strings.Join(whatsOf(p.Kind), " "))
	}
	if row.target == "" || d.Detail == "itself" {
		return nil
	}
	target, ok := story.Point(d.Detail)
	if !ok || target.Kind != row.target {
		return fmt.Errorf("%s: %w", d, unknown(string(row.target), d.Detail, story.names(row.target)))
	}
	return nil
}

// group is what two deviations of a schedule must not share. The customer texts once more at most,
// the app is killed once at most, and each point has one deviation, except that a message may end
// in another way and be told early as well.
func (d Deviation) group() string {
	switch d.What {
	case Same, Stop:
		return "text+"
	case Kill:
		return Kill
	case Ends, Early:
		return d.Point + "=" + d.What
	}
	return d.Point
}

// Info is what a deviation does to what the app is told.
type Info byte

// The kinds of information.
const (
	Keeps Info = 'K' // order, number, time or concurrency change
	Takes Info = 'T' // something is lost, refused or another outcome
	Adds  Info = 'A' // something is added to the story
)

// Info returns what the deviation does to what the app is told.
func (d Deviation) Info() Info {
	if d.What == Lost || d.What == Kill && d.In {
		return Takes
	}
	row, _ := lookup(d.What)
	return row.info
}

// From returns where the deviation comes from: D if Twilio documents it, C if it happens by
// configuration or by hand, H for the host or the network.
func (d Deviation) From() string {
	row, _ := lookup(d.What)
	if p := row.fromOn[kindOf(d.Point)]; p != "" {
		return p
	}
	return row.from
}

// Fact returns the numbers of the facts that say so, "" for none.
func (d Deviation) Fact() string {
	row, _ := lookup(d.What)
	return cmp.Or(row.factOn[kindOf(d.Point)], row.fact)
}

// kindOf returns the kind of the point with a name.
func kindOf(point string) Kind {
	switch {
	case strings.Contains(point, "."):
		return Callback
	case strings.HasPrefix(point, "text"):
		return Text
	case strings.HasPrefix(point, "create"):
		return Create
	case strings.HasPrefix(point, "reply"):
		return Reply
	}
	return Request
}

// usualTime is how much later than everything else a late thing comes.
const usualTime = time.Hour

// Time returns how much later than everything else an again or a last comes.
func (d Deviation) Time() time.Duration {
	if d.Detail == "" {
		return usualTime
	}
	t, _ := clock.ParseDuration(d.Detail) // checked by ParseSchedule
	return t
}

// Script returns the script of ends.
func (d Deviation) Script() carrier.Script {
	script, _ := carrier.ParseScript(d.scriptText()) // checked by ParseSchedule
	return script
}

// scriptText is the script of ends: a status other than sent comes after sent, as usual (F-167).
func (d Deviation) scriptText() string {
	if strings.HasPrefix(d.Detail, "undelivered") || strings.HasPrefix(d.Detail, "delivered") {
		return "sent," + d.Detail
	}
	return d.Detail
}
