package directory

import (
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

// Handset is a phone of a customer.
type Handset struct {
	Number string               `json:"number"`
	State  carrier.HandsetState `json:"state"`
}

// SetHandset puts a handset into a state, which decides how the messages that are sent to it from
// now on end.
func (d *Directory) SetHandset(number string, state carrier.HandsetState) (Handset, error) {
	number, err := address.Parse(number)
	if err != nil {
		return Handset{}, err
	}
	h := Handset{Number: address.Bare(number), State: state}
	d.mu.Lock()
	d.handsets[h.Number] = h
	d.mu.Unlock()
	d.o.Changed("phone " + h.Number + " " + string(state))
	return h, nil
}

// Handset returns the handset of that number. A handset that is not known yet is on.
func (d *Directory) Handset(number string) Handset {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.handsetLocked(number)
}

func (d *Directory) handsetLocked(number string) Handset {
	if h, ok := d.handsets[number]; ok {
		return h
	}
	return Handset{Number: number, State: carrier.HandsetOn}
}

// Handsets returns the handsets that have texted or were set, by number.
func (d *Directory) Handsets() []Handset {
	d.mu.Lock()
	defer d.mu.Unlock()
	var handsets []Handset
	for _, h := range d.handsets {
		handsets = append(handsets, h)
	}
	slices.SortFunc(handsets, func(x, y Handset) int { return strings.Compare(x.Number, y.Number) })
	return handsets
}

// NoteHandset remembers a handset that texted. When there are more than [Options] Keep, it forgets
// the first, but never one that was put into another state.
func (d *Directory) NoteHandset(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.handsets[number]; ok {
		return
	}
	d.handsets[number] = Handset{Number: number, State: carrier.HandsetOn}
	d.texted = append(d.texted, number)
	if d.o.Keep == 0 || len(d.texted) <= d.o.Keep {
		return
	}
	if oldest := d.texted[0]; d.handsets[oldest].State == carrier.HandsetOn {
		delete(d.handsets, oldest)
	}
	d.texted = d.texted[1:]
}
