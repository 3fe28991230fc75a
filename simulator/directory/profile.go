package directory

import (
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/apierr"
)

// The statuses of an account.
const (
	Active    = "active"
	Suspended = "suspended"
	Closed    = "closed"
)

// Profile is the rest of what Twilio's API returns about an account.
type Profile struct {
	FriendlyName     string
	Status           string // active, suspended or closed
	Type             string // Full
	OwnerSID         string // the parent's; its own for a main account
	Created, Updated time.Time
}

func newProfile(o Options) Profile {
	now := o.Now()
	return Profile{
		FriendlyName: "twilsim", Status: Active, Type: "Full", OwnerSID: o.Owner,
		Created: now, Updated: now,
	}
}

// Profile returns the account's profile.
func (d *Directory) Profile() Profile {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.profile
}

// UpdateProfile changes the account's friendly name and its status. A closed account stays closed.
// Its errors are of type [*apierr.Error]. Suspending an account does not touch what it has;
// [messaging.Accounts] refuses its credentials.
func (d *Directory) UpdateProfile(change func(*Profile)) (Profile, error) {
	before := d.Profile().Status
	p, err := d.updateProfile(change)
	if err == nil && p.Status != before {
		d.o.Changed("the account " + strconv.Quote(p.FriendlyName) + " is " + p.Status)
	}
	return p, err
}

func (d *Directory) updateProfile(change func(*Profile)) (Profile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.profile
	change(&p)
	if !slices.Contains([]string{Active, Suspended, Closed}, p.Status) {
		return Profile{}, apierr.Invalid("Status is active, suspended or closed, not %q", p.Status)
	}
	if d.profile.Status == Closed && p.Status != Closed {
		return Profile{}, apierr.Invalid("a closed account stays closed")
	}
	p.Updated = d.o.Now()
	d.profile = p
	d.touch(ProfileSection, "")
	return p, nil
}
