package directory

import (
	"cmp"
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

// optOut is a recipient who gets nothing from a sender: a number, or a service with all of its
// numbers (F-446). Both are bare: an opt-out holds on every channel.
type optOut struct{ sender, recipient string }

// OptedOut reports whether the recipient gets nothing from the sender, a number of the account or a
// service: neither from it alone, nor from the service that it is in.
func (d *Directory) OptedOut(sender, recipient string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	// most accounts have none, and this is asked for every message
	if len(d.optOuts) == 0 {
		return false
	}
	return d.optOuts[d.optOutLocked(sender, recipient)]
}

// SetOptOut opts a recipient out of messages from a sender, or in again. Opting in also sets the
// state of a handset from opted-out to on.
func (d *Directory) SetOptOut(sender, recipient string, out bool) {
	d.mu.Lock()
	pair, note := d.optOutLocked(sender, recipient), "opted in: "
	if out {
		d.optOuts[pair], note = true, "opted out: "
	} else {
		delete(d.optOuts, pair)
	}
	if h := d.handsets[pair.recipient]; !out && h.State == carrier.HandsetOptedOut {
		h.State = carrier.HandsetOn
		d.handsets[pair.recipient] = h
	}
	d.touch(OptOuts, pair.sender+" "+pair.recipient)
	d.touch(Handsets, pair.recipient)
	d.mu.Unlock()
	d.o.Changed(note + pair.recipient + " from " + pair.sender)
}

// OptOut is a recipient who gets nothing from a sender.
type OptOut struct {
	Recipient string `json:"recipient"` // a number
	Sender    string `json:"sender"`    // a number of the account, or the SID of a service
}

// OptOuts returns who gets nothing from whom, by recipient and sender. A handset whose state is
// opted-out is not listed here: it gets nothing from anybody.
func (d *Directory) OptOuts() []OptOut {
	d.mu.Lock()
	var list []OptOut
	for pair, out := range d.optOuts {
		if out {
			list = append(list, OptOut{Recipient: pair.recipient, Sender: pair.sender})
		}
	}
	d.mu.Unlock()
	slices.SortFunc(list, func(a, b OptOut) int {
		return cmp.Or(strings.Compare(a.Recipient, b.Recipient),
			strings.Compare(a.Sender, b.Sender))
	})
	return list
}

// optOutLocked returns the key of a sender and a recipient. A number that is in a service stands
// for that service, so an opt-out from it is one from all its numbers (F-446).
func (d *Directory) optOutLocked(sender, recipient string) optOut {
	sender, recipient = address.Bare(sender), address.Bare(recipient)
	if s := d.serviceOfLocked(sender); s != nil {
		sender = s.SID
	}
	return optOut{sender, recipient}
}
