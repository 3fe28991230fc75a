package directory

import (
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
)

// SenderKind is what a member of a service's pool is.
type SenderKind string

// The kinds of senders (F-424).
const (
	PhoneNumberSender SenderKind = "PhoneNumbers"
	ShortCodeSender   SenderKind = "ShortCodes"
	AlphaSender       SenderKind = "AlphaSenders"
	ChannelSender     SenderKind = "ChannelSenders" // F-618
)

// SenderKinds returns all kinds.
func SenderKinds() []SenderKind {
	return []SenderKind{PhoneNumberSender, ShortCodeSender, AlphaSender, ChannelSender}
}

// Sender is a member of a service's pool.
type Sender struct {
	SID        string // PN, SC, AI or XE and 32 hex digits
	ServiceSID string
	Kind       SenderKind
	// a number, a short code, an alphanumeric sender or whatsapp:+…, rcs:…
	Address          string
	CountryCode      string   // ISO 3166; "" for an alphanumeric sender and one of RCS
	Capabilities     []string // SMS, MMS, Voice
	Created, Updated time.Time
}

// maxPool is how many numbers a pool may have (F-425).
const maxPool = 400

// AddSender puts a sender into the pool of a service: a number, a short code or a sender of a
// channel of the account by its SID, or an alphanumeric sender by its text. Its errors are of type
// [*apierr.Error].
func (d *Directory) AddSender(service string, kind SenderKind, ref string) (Sender, error) {
	d.mu.Lock()
	sender, err := d.addSenderLocked(service, kind, ref)
	d.mu.Unlock()
	if err != nil {
		return Sender{}, err
	}
	d.o.Changed("service " + service + " has " + sender.Address)
	return sender, nil
}

// FindSender returns the kind of a sender, and what names it for [Directory.AddSender]. ok is false
// for a number that the account does not have.
func (d *Directory) FindSender(sender string) (kind SenderKind, ref string, ok bool) {
	number, err := address.Parse(sender)
	if err != nil || address.IsAlphanumeric(sender) {
		return AlphaSender, sender, true
	}
	n, ok := d.Number(address.Bare(number))
	switch {
	case !ok:
		return "", "", false
	case n.Kind == Agent:
		return ChannelSender, n.SID, true
	case address.Prefix(number) == address.WhatsApp && sid.Valid(n.SID, "PN"):
		return ChannelSender, whatsAppSID(n.SID), true
	case address.Prefix(number) != "":
		return "", "", false
	case n.Kind == ShortCode:
		return ShortCodeSender, n.SID, true
	}
	return PhoneNumberSender, n.SID, true
}

func (d *Directory) addSenderLocked(service string, kind SenderKind, ref string) (Sender, error) {
	s := d.services[service]
	if s == nil {
		return Sender{}, apierr.NotFound()
	}
	sender, err := d.newSenderLocked(kind, ref)
	if err != nil {
		return Sender{}, err
	}
	switch other := d.serviceOfLocked(address.Bare(sender.Address)); {
	case slices.ContainsFunc(s.pool, func(m Sender) bool { return m.Address == sender.Address }):
		return Sender{}, apierr.New(apierr.SenderTwice) // F-425
	case other != nil && other != s && kind != AlphaSender:
		return Sender{}, apierr.New(apierr.InOtherService)
	case len(s.pool) >= maxPool:
		return Sender{}, apierr.New(apierr.PoolFull)
	}
	if kind == AlphaSender {
		sender.SID = d.o.SIDs.Next("AI")
	}
	sender.ServiceSID, sender.Created = service, d.o.Now()
	sender.Updated = sender.Created
	// Clip: copies of the service that callers have share the old array
	s.pool = append(slices.Clip(s.pool), sender)
	d.touch(Services, service)
	return sender, nil
}

// newSenderLocked makes a sender of the SID or the text in a request.
func (d *Directory) newSenderLocked(kind SenderKind, ref string) (Sender, error) {
	if kind == AlphaSender && ref == "" {
		return Sender{}, apierr.New(apierr.AlphaMissing) // F-227
	}
	if kind == AlphaSender {
		if !address.IsAlphanumeric(ref) || strings.Trim(ref, "0123456789 ") == "" { // F-424
			return Sender{}, apierr.New(apierr.AlphaInvalid)
		}
		return Sender{Kind: kind, Address: ref, Capabilities: []string{"SMS"}}, nil
	}
	if kind == ChannelSender {
		return d.channelSenderLocked(ref)
	}
	n := d.numberLocked(ref)
	if n == nil || n.Kind == Agent || (kind == ShortCodeSender) != (n.Kind == ShortCode) {
		return Sender{}, apierr.NotFound()
	}
	sender := Sender{SID: n.SID, Kind: kind, Address: n.PhoneNumber, Capabilities: []string{"SMS",
		"MMS", "Voice"}}
	if sender.CountryCode = address.Locate(n.PhoneNumber).Country; n.Kind == ShortCode {
		sender.CountryCode, sender.Capabilities = ShortCodeCountry, []string{"SMS", "MMS"}
	}
	return sender, nil
}

// channelSenderLocked makes a sender of a channel of its SID: one of RCS, or a phone number of the
// account, each of which is a sender of WhatsApp too.
func (d *Directory) channelSenderLocked(ref string) (Sender, error) {
	for _, n := range d.numbers {
		switch {
		case n.Kind == Agent && n.SID == ref:
			return Sender{SID: ref, Kind: ChannelSender, Address: n.PhoneNumber}, nil
		case sid.Valid(n.SID, "PN") && whatsAppSID(n.SID) == ref:
			return Sender{SID: ref, Kind: ChannelSender, Address: address.WhatsApp + n.PhoneNumber,
				CountryCode: address.Locate(n.PhoneNumber).Country}, nil
		}
	}
	return Sender{}, apierr.NotFound()
}

// whatsAppSID returns the SID of a phone number as a sender of WhatsApp. Twilio's console tells
// people theirs; here it has the digits of the number's own.
func whatsAppSID(number string) string { return "XE" + number[2:] }

// ShortCodeCountry is the country of all short codes of an account, because their digits do not say
// it.
const ShortCodeCountry = "US"

// RemoveSender removes a sender from the pool, by its SID.
func (d *Directory) RemoveSender(service string, kind SenderKind, sid string) error {
	d.mu.Lock()
	found := false
	if s := d.services[service]; s != nil {
		// a clone, for the same reason
		pool := slices.DeleteFunc(slices.Clone(s.pool),
			func(m Sender) bool { return m.Kind == kind && m.SID == sid })
		found, s.pool = len(pool) < len(s.pool), pool
		d.touch(Services, service)
	}
	d.mu.Unlock()
	if !found {
		return apierr.NotFound()
	}
	d.o.Changed("service " + service + " has no more " + sid)
	return nil
}

// leavePoolsLocked removes a number from the pools that have it, by its SID.
func (d *Directory) leavePoolsLocked(number string) {
	for _, s := range d.services {
		pool := slices.DeleteFunc(slices.Clone(s.pool),
			func(m Sender) bool { return m.SID == number || m.SID == whatsAppSID(number) })
		if len(pool) < len(s.pool) {
			s.pool = pool
			d.touch(Services, s.SID)
		}
	}
}

// Senders returns the senders of one kind in a service's pool, newest first.
func (d *Directory) Senders(service string, kind SenderKind) ([]Sender, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.services[service]
	if s == nil {
		return nil, apierr.NotFound()
	}
	senders := []Sender{}
	for _, m := range slices.Backward(s.pool) {
		if m.Kind == kind {
			senders = append(senders, m)
		}
	}
	return senders, nil
}

// Sender returns a sender of a service's pool by its SID, and whether there is one.
func (d *Directory) Sender(service string, kind SenderKind, sid string) (Sender, bool) {
	senders, err := d.Senders(service, kind)
	if err != nil {
		return Sender{}, false
	}
	for _, m := range senders {
		if m.SID == sid {
			return m, true
		}
	}
	return Sender{}, false
}
