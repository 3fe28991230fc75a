// Package quirk is the list of switches for what the sources about Twilio leave open: behaviour
// that is undocumented, contradictory or seen by one author only. Each switch has a default, a
// strictest value and the number of the fact that describes the open question.
//
// A [Set] says how the switches stand. Its zero value has every default. `twilsim facts --quirks`
// prints the list.
package quirk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/suggest"
)

// ID names a switch in code.
type ID int

// Switch is a choice that the sources leave open.
type Switch struct {
	ID      ID
	Name    string   // as people type it, queue-full-status
	Fact    string   // F-493
	Values  []string // what it can be set to, the default first; nil for any text
	Default string
	Strict  string // the value under which the fewest programs pass
	Help    string // one line
}

// Set says how the switches stand. It is a value: a copy does not change with the original.
type Set struct {
	values [count]string // "" is the default
}

// Get returns how a switch stands.
func (s *Set) Get(id ID) string {
	if value := s.values[id]; value != "" {
		return value
	}
	return table[id].Default
}

// On reports whether a switch whose values are off and on is on.
func (s *Set) On(id ID) bool { return s.Get(id) == on }

// Int returns a switch whose values are whole numbers.
func (s *Set) Int(id ID) int {
	n, err := strconv.Atoi(s.Get(id))
	if err != nil {
		panic("quirk: " + table[id].Name + " is not a number")
	}
	return n
}

// Set sets a switch by its name. The error says what the switch accepts, or which switch is meant.
func (s *Set) Set(name, value string) error {
	q, err := lookup(name)
	if err != nil {
		return err
	}
	if q.Values != nil && !slices.Contains(q.Values, value) {
		if value == "" {
			return fmt.Errorf("quirk %s needs a value: %s", name, strings.Join(q.Values, ", "))
		}
		err := fmt.Errorf("quirk %s is %s, not %q", name, strings.Join(q.Values, " or "), value)
		if near := suggest.Nearest(value, q.Values); near != "" {
			err = fmt.Errorf("%w: did you mean %q?", err, near)
		}
		return err
	}
	if check := checks[q.ID]; check != nil {
		if err := check(value); err != nil {
			return fmt.Errorf("quirk %s: %w", name, err)
		}
	}
	s.values[q.ID] = value
	return nil
}

// Assign sets a switch from NAME=VALUE.
func (s *Set) Assign(assignment string) error {
	name, value, ok := strings.Cut(assignment, "=")
	if !ok {
		return fmt.Errorf("%q is not NAME=VALUE, for example %s=%s",
			assignment, table[0].Name, table[0].Values[1])
	}
	return s.Set(name, value)
}

// Strict returns a set in which every switch has its strictest value.
func Strict() Set {
	var s Set
	for _, q := range table {
		s.values[q.ID] = q.Strict
	}
	return s
}

// All returns every switch in the order of the facts.
func All() []Switch { return slices.Clone(table[:]) }

// lookup finds a switch by its name. The error suggests one if there is none of that name.
func lookup(name string) (Switch, error) {
	names := make([]string, 0, len(table))
	for _, q := range table {
		if q.Name == name {
			return q, nil
		}
		names = append(names, q.Name)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return Switch{}, fmt.Errorf("unknown quirk %q: did you mean %q?", name, near)
	}
	return Switch{}, fmt.Errorf("unknown quirk %q: twilsim facts --quirks lists them", name)
}
