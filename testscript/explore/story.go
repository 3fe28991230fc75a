package explore

import (
	"slices"
	"strings"
)

// Kind is what a point is.
type Kind string

// The kinds of points.
const (
	Text     Kind = "text"     // the webhook of a text of a handset
	Reply    Kind = "reply"    // a message that TwiML made
	Create   Kind = "create"   // a request that makes a message
	Callback Kind = "callback" // a status callback of a reply or a create
	Request  Kind = "request"  // another request to the API: nothing goes otherwise there
)

// Point is a place in a story where something may go otherwise. Handset and Final are "" where they
// do not apply.
type Point struct {
	Name string // text1, reply1, reply1.sent, create2
	Kind Kind
	// Handset is the number outside that the point is about.
	Handset string
	// Final is the last status of a reply's or a create's message, with its code: "delivered",
	// "undelivered:30003".
	Final string
	// Refused says that the API refused the create in the baseline, so that it has no message.
	Refused bool
}

// Message returns the name of the message that a callback is about: reply1 for reply1.sent.
func (p Point) Message() string {
	message, _, _ := strings.Cut(p.Name, ".")
	return message
}

// Story is what happened in the baseline: its points in the order in which they began. The
// callbacks of a message are in the order in which the app received them.
type Story struct{ Points []Point }

// Point returns the point with a name.
func (s Story) Point(name string) (Point, bool) {
	i := s.index(name)
	if i < 0 {
		return Point{}, false
	}
	return s.Points[i], true
}

func (s Story) index(name string) int {
	return slices.IndexFunc(s.Points, func(p Point) bool { return p.Name == name })
}

// Callbacks returns the callbacks of a message, in their order.
func (s Story) Callbacks(message string) []Point {
	var found []Point
	for _, p := range s.Points {
		if p.Kind == Callback && p.Message() == message {
			found = append(found, p)
		}
	}
	return found
}

// names returns the names of the points of the kinds, of all kinds without any.
func (s Story) names(kinds ...Kind) []string {
	var names []string
	for _, p := range s.Points {
		if len(kinds) == 0 || slices.Contains(kinds, p.Kind) {
			names = append(names, p.Name)
		}
	}
	return names
}
