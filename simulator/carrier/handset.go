package carrier

import (
	"fmt"
	"slices"

	"twilsim/simulator/suggest"
)

// HandsetState says how the network finds a handset.
type HandsetState string

// The states that a handset can be in.
const (
	HandsetOn       HandsetState = "on"
	HandsetRCS      HandsetState = "rcs"       // on, and RCS reaches it
	HandsetOff      HandsetState = "off"       // 30003
	HandsetLandline HandsetState = "landline"  // 30006
	HandsetGone     HandsetState = "gone"      // the number is not in use any more: 30005
	HandsetOptedOut HandsetState = "opted-out" // it sent STOP: 21610
)

var handsetStates = []HandsetState{HandsetOn, HandsetRCS, HandsetOff, HandsetLandline, HandsetGone,
	HandsetOptedOut}

// HandsetStates returns every state, on first.
func HandsetStates() []HandsetState { return slices.Clone(handsetStates) }

// ParseHandsetState reads the name of a state. The error names the nearest state or, if none is
// near, all.
func ParseHandsetState(s string) (HandsetState, error) {
	if slices.Contains(handsetStates, HandsetState(s)) {
		return HandsetState(s), nil
	}
	if near := suggest.Nearest(s, stringsOf(handsetStates)); near != "" {
		return "", fmt.Errorf("unknown handset state %q, did you mean %s?", s, near)
	}
	return "", fmt.Errorf("unknown handset state %q, want %s", s, orList(handsetStates))
}

// On reports whether the network finds a handset in this state.
func (s HandsetState) On() bool { return s == HandsetOn || s == HandsetRCS }

// Outcome returns what happens to a message that is sent to a handset in this state. An unknown
// state counts as on.
func (s HandsetState) Outcome() Outcome {
	name := "delivered"
	switch s {
	case HandsetOff:
		name = "unreachable"
	case HandsetLandline:
		name = "landline"
	case HandsetGone:
		name = "unknown"
	case HandsetOptedOut:
		name = "opted-out"
	}
	// each of these names is in the table of outcomes
	o, _ := findOutcome(name)
	return o
}
