package lookup

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"twilsim/simulator/address"
	"twilsim/simulator/messaging"
)

// Type makes the state of an account.
var Type = messaging.ProductType{Name: "lookup", Open: open}

// most is for how many numbers something can be set.
const most = 10_000

// State is what is set for numbers in an account. It is safe for concurrent use.
type State struct {
	account *messaging.Account

	mu sync.Mutex
	// an Entry in it does not change: Set puts a new one in its place, so Entry can return it as it
	// is
	entries map[string]Entry // by number
}

// Of returns the state of an account, which is made at the first use.
func Of(a *messaging.Account) *State { return a.Product(Type).(*State) }

func open(a *messaging.Account) messaging.Product {
	return &State{account: a, entries: map[string]Entry{}}
}

// Entry returns what is set for a number.
func (s *State) Entry(number string) Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[number]
}

// Entries returns what is set for numbers, by number.
func (s *State) Entries() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := []Entry{}
	for _, number := range slices.Sorted(maps.Keys(s.entries)) {
		entries = append(entries, s.entries[number])
	}
	return entries
}

// Set sets fields of a number. An empty value takes a field back to its default. Nothing is set if
// one value is wrong. The error is about the number, a field, or the limit of 10,000 numbers.
func (s *State) Set(number string, values map[string]string) (Entry, error) {
	number, err := address.Parse(number)
	if err != nil {
		return Entry{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := Check(name, values[name]); err != nil {
			return Entry{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := Entry{Number: number, Values: map[string]string{}}
	if old, ok := s.entries[number]; ok {
		maps.Copy(e.Values, old.Values)
	} else if len(s.entries) >= most {
		return Entry{}, fmt.Errorf("%d numbers have values already, which is the limit", most)
	}
	maps.Copy(e.Values, values)
	maps.DeleteFunc(e.Values, func(_, value string) bool { return value == "" })
	s.entries[number] = e
	if len(e.Values) == 0 {
		delete(s.entries, number)
	}
	s.account.Touch(Type, number)
	return e, nil
}

// Reset implements [messaging.Product]. What was set is forgotten, as the states of handsets are.
func (s *State) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for number := range s.entries {
		s.account.Touch(Type, number)
	}
	clear(s.entries)
}

// Keys implements [messaging.Product].
func (s *State) Keys() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.entries))
}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[key]
	return e, ok
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	var e Entry
	if err := json.Unmarshal(value, &e); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[key] = e
	return nil
}

// Resume implements [messaging.Product].
func (s *State) Resume() {}
