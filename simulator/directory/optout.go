package directory

import (
	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
)

// optOut is a recipient who gets nothing from a sender: a number, or a service with all of its
// numbers (F-446).
type optOut struct{ sender, recipient string }

// OptedOut reports whether the recipient gets nothing from the sender, a number of the account or a
// service: neither from it alone, nor from the service that it is in.
func (d *Directory) OptedOut(sender, recipient string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
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
	if h := d.handsets[recipient]; !out && h.State == carrier.HandsetOptedOut {
		h.State = carrier.HandsetOn
		d.handsets[recipient] = h
	}
	d.mu.Unlock()
	d.o.Changed(note + pair.recipient + " from " + pair.sender)
}

// optOutLocked returns the key of a sender and a recipient.
func (d *Directory) optOutLocked(sender, recipient string) optOut {
	sender, recipient = address.Bare(sender), address.Bare(recipient)
	if s := d.serviceOfLocked(sender); s != nil {
		sender = s.SID
	}
	return optOut{sender, recipient}
}
