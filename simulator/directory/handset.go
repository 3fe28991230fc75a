package directory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

// Handset is a phone of a customer.
type Handset struct {
	Number string               `json:"number"`
	State  carrier.HandsetState `json:"state"`
	Name   string               `json:"name,omitempty"` // for people; "" for none
}

// maxHandsetName is the largest number of characters in a handset's name.
const maxHandsetName = 60

// SetHandset puts a handset into a state, which decides how the messages that are sent to it from
// now on end. The state is not checked; [carrier.ParseHandsetState] does that. The error is about
// the number.
func (d *Directory) SetHandset(number string, state carrier.HandsetState) (Handset, error) {
	number, err := address.Parse(number)
	if err != nil {
		return Handset{}, err
	}
	d.mu.Lock()
	h := d.handsetLocked(address.Bare(number))
	h.State = state
	d.handsets[h.Number] = h
	d.touch(Handsets, h.Number)
	d.mu.Unlock()
	d.o.Changed("phone " + h.Number + " " + string(state))
	return h, nil
}

// NameHandset gives a handset a name for people; "" takes it away.
func (d *Directory) NameHandset(number, name string) (Handset, error) {
	number, err := address.Parse(number)
	if err != nil {
		return Handset{}, err
	}
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > maxHandsetName || !utf8.ValidString(name) {
		return Handset{}, fmt.Errorf("the name is not text of at most %d characters",
			maxHandsetName)
	}
	d.mu.Lock()
	h := d.handsetLocked(address.Bare(number))
	h.Name = name
	d.handsets[h.Number] = h
	d.touch(Handsets, h.Number)
	d.mu.Unlock()
	d.o.Changed("phone " + h.Number + " is called " + strconv.Quote(name))
	return h, nil
}

// Handset returns the handset of that number. A handset that is not known yet is on. The number
// must be bare, without the prefix of a channel: a handset is one, whatever the channel.
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

// HandsetCount returns how many handsets [Directory.Handsets] has.
func (d *Directory) HandsetCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.handsets)
}

// NoteHandset remembers a handset that texted. When there are more than Options.Keep, it forgets
// the first, but never one that was put into another state or has a name.
func (d *Directory) NoteHandset(number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.handsets[number]; ok {
		return
	}
	d.handsets[number] = Handset{Number: number, State: carrier.HandsetOn}
	d.texted = append(d.texted, number)
	d.touch(Handsets, number)
	if d.o.Keep == 0 || len(d.texted) <= d.o.Keep {
		return
	}
	oldest := d.texted[0]
	if h := d.handsets[oldest]; h.State == carrier.HandsetOn && h.Name == "" {
		delete(d.handsets, oldest)
		d.touch(Handsets, oldest)
	}
	// also if it was kept: it was set by somebody, and those do not count
	d.texted = d.texted[1:]
}
