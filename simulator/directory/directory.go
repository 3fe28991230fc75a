package directory

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"twilsim/simulator/sid"
)

// Options are what a [Directory] gets from its account. All of them are required but Keep, Touched
// and Test.
type Options struct {
	SIDs    *sid.Source
	Now     func() time.Time  // the account's clock
	Changed func(note string) // writes a change into the journal; called without the lock
	// the account's chance, from 0 up to 1; called with the lock held
	Draw     func() float64
	CheckURL func(url string) error // what is wrong with the URL of a webhook
	Owner    string                 // the account's own SID, or the SID of its parent account
	Keep     int                    // how many handsets are remembered that nobody set; 0 is all
	// Touched is told of each entry that has changed or is gone; nil is nobody. It is called with
	// the lock held.
	Touched func(section Section, key string)
	// these are test credentials: numbers are not really bought (F-466)
	Test bool
}

// Directory is what one account has. It is safe for concurrent use.
type Directory struct {
	o Options

	// guards all below
	mu sync.Mutex
	// The maps have pointers that never leave the package: methods return copies.
	numbers      map[string]*Number // by address
	services     map[string]*Service
	applications map[string]*Application
	keys         []Key
	bins         map[string]*Bin // by name
	handsets     map[string]Handset
	// only for Options.Keep; a handset that was only set is not in it
	texted  []string // handsets in the order in which they first texted
	optOuts map[optOut]bool
	// the newest message of an address that somebody has looked at
	read    map[string]string
	profile Profile
}

// New returns a directory without numbers.
func New(o Options) *Directory {
	return &Directory{
		o: o, numbers: map[string]*Number{}, services: map[string]*Service{},
		applications: map[string]*Application{}, bins: map[string]*Bin{},
		handsets: map[string]Handset{}, optOuts: map[optOut]bool{}, profile: newProfile(o),
	}
}

// Reset forgets handsets, opt-outs and which sender each recipient knows, and returns how many
// handsets there were. Numbers, services, applications, bins and keys stay.
func (d *Directory) Reset() (handsets int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	handsets = len(d.handsets)
	d.touchAllLocked()
	d.handsets, d.optOuts, d.texted = map[string]Handset{}, map[optOut]bool{}, nil
	d.read = nil
	for _, s := range d.services {
		s.sticky.Clear()
	}
	return handsets
}

// touchAllLocked says that all handsets, opt-outs and sticky senders have changed. It runs before
// they are removed: afterwards nobody would know their keys.
func (d *Directory) touchAllLocked() {
	for number := range d.handsets {
		d.touch(Handsets, number)
	}
	for pair := range d.optOuts {
		d.touch(OptOuts, pair.sender+" "+pair.recipient)
	}
	for _, s := range d.services {
		d.touchSticky(s)
	}
}

// touchSticky says that all sticky senders of a service have changed.
func (d *Directory) touchSticky(s *Service) {
	for recipient := range s.sticky.All() {
		d.touch(Sticky, s.SID+" "+recipient)
	}
}

// newestFirst sorts by time and then by SID, so that two lists have the same order.
func newestFirst[T any](list []T, key func(T) (time.Time, string)) []T {
	slices.SortFunc(list, func(x, y T) int {
		xt, xs := key(x)
		yt, ys := key(y)
		return cmp.Or(yt.Compare(xt), cmp.Compare(xs, ys))
	})
	return list
}
