package messaging

import (
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// Handset is a phone in the world outside.
type Handset struct {
	Number string               `json:"number"`
	State  carrier.HandsetState `json:"state"`
}

// SetHandset puts a handset into a state, which decides what becomes of the messages sent to it from now on.
func (a *Account) SetHandset(number string, state carrier.HandsetState) (Handset, error) {
	addr, err := address.Parse(number)
	if err != nil {
		return Handset{}, err
	}
	addr = address.Bare(addr)
	h := Handset{Number: addr, State: state}
	a.mu.Lock()
	a.handsets[addr] = h
	a.mu.Unlock()
	a.Journal.Append(journal.Event{Type: journal.Changed, Note: "phone " + addr + " " + string(state)}, "", nil)
	return h, nil
}

// Handset returns the handset of that number; one that nobody has mentioned is on.
func (a *Account) Handset(number string) Handset {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h, ok := a.handsets[number]; ok {
		return h
	}
	return Handset{Number: number, State: carrier.HandsetOn}
}

// Handsets returns the handsets that have texted or were set, by number.
func (a *Account) Handsets() []Handset {
	a.mu.Lock()
	defer a.mu.Unlock()
	var handsets []Handset
	for _, h := range a.handsets {
		handsets = append(handsets, h)
	}
	slices.SortFunc(handsets, func(x, y Handset) int { return strings.Compare(x.Number, y.Number) })
	return handsets
}

// meet remembers a handset that texted. It forgets the first that it met, when there are more than the journal keeps of each
// kind of thing; one that somebody has put into another state stays.
func (a *Account) meet(number string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.handsets[number]; ok {
		return
	}
	a.handsets[number] = Handset{Number: number, State: carrier.HandsetOn}
	a.met = append(a.met, number)
	if keep := a.options.Keep; keep == 0 || len(a.met) <= keep {
		return
	}
	if oldest := a.met[0]; a.handsets[oldest].State == carrier.HandsetOn {
		delete(a.handsets, oldest)
	}
	a.met = a.met[1:]
}
