package messaging

import (
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
)

// SenderKind is what a member of a service's pool is.
type SenderKind string

// The kinds of senders (F-424).
const (
	PhoneNumberSender SenderKind = "PhoneNumbers"
	ShortCodeSender   SenderKind = "ShortCodes"
	AlphaSender       SenderKind = "AlphaSenders"
)

// Sender is a member of a service's pool.
type Sender struct {
	SID              string // PN, SC or AI and 32 hex digits
	ServiceSID       string
	Kind             SenderKind
	Address          string   // a number, a short code or an alphanumeric sender
	CountryCode      string   // ISO 3166; "" for an alphanumeric sender
	Capabilities     []string // SMS, MMS, Voice
	Created, Updated time.Time
}

// maxPool is how many numbers a pool has (F-425).
const maxPool = 400

// AddSender puts a sender into the pool of a service: a number or a short code of the account by its SID, or an alphanumeric
// sender by its text. Its errors are of type [*apierr.Error].
func (a *Account) AddSender(service string, kind SenderKind, ref string) (Sender, error) {
	a.mu.Lock()
	sender, err := a.addSenderLocked(service, kind, ref)
	a.mu.Unlock()
	if err != nil {
		return Sender{}, err
	}
	a.changed("service " + service + " has " + sender.Address)
	return sender, nil
}

func (a *Account) addSenderLocked(service string, kind SenderKind, ref string) (Sender, error) {
	s := a.services[service]
	if s == nil {
		return Sender{}, apierr.NotFound()
	}
	sender, err := a.newSenderLocked(kind, ref)
	if err != nil {
		return Sender{}, err
	}
	switch other := a.serviceOfLocked(sender.Address); {
	case slices.ContainsFunc(s.pool, func(m Sender) bool { return m.Address == sender.Address }):
		return Sender{}, apierr.New(apierr.SenderTwice) // F-425
	case other != nil && kind != AlphaSender:
		return Sender{}, apierr.New(apierr.InOtherService)
	case len(s.pool) >= maxPool:
		return Sender{}, apierr.New(apierr.PoolFull)
	}
	if kind == AlphaSender {
		sender.SID = a.ids.Next("AI")
	}
	sender.ServiceSID, sender.Created = service, a.Clock.Now()
	sender.Updated = sender.Created
	s.pool = append(slices.Clip(s.pool), sender)
	return sender, nil
}

// newSenderLocked makes a sender of what a request names.
func (a *Account) newSenderLocked(kind SenderKind, ref string) (Sender, error) {
	if kind == AlphaSender {
		if !address.IsAlphanumeric(ref) || strings.Trim(ref, "0123456789 ") == "" { // F-424
			return Sender{}, apierr.New(apierr.AlphaInvalid)
		}
		return Sender{Kind: kind, Address: ref, Capabilities: []string{"SMS"}}, nil
	}
	n := a.numberLocked(ref)
	if n == nil || (kind == ShortCodeSender) != (n.Kind == ShortCode) {
		return Sender{}, apierr.NotFound()
	}
	sender := Sender{SID: n.SID, Kind: kind, Address: n.PhoneNumber, Capabilities: []string{"SMS", "MMS", "Voice"}}
	if sender.CountryCode = address.Locate(n.PhoneNumber).Country; n.Kind == ShortCode {
		sender.CountryCode, sender.Capabilities = shortCodeCountry, []string{"SMS", "MMS"}
	}
	return sender, nil
}

// shortCodeCountry is where the account's short codes are: their digits do not say.
const shortCodeCountry = "US"

// RemoveSender takes a sender out of the pool, by its SID.
func (a *Account) RemoveSender(service string, kind SenderKind, sid string) error {
	a.mu.Lock()
	found := false
	if s := a.services[service]; s != nil {
		pool := slices.DeleteFunc(slices.Clone(s.pool), func(m Sender) bool { return m.Kind == kind && m.SID == sid })
		found, s.pool = len(pool) < len(s.pool), pool
	}
	a.mu.Unlock()
	if !found {
		return apierr.NotFound()
	}
	a.changed("service " + service + " has no more " + sid)
	return nil
}

// leavePoolsLocked takes a number out of the pool that it is in.
func (a *Account) leavePoolsLocked(sid string) {
	for _, s := range a.services {
		s.pool = slices.DeleteFunc(slices.Clone(s.pool), func(m Sender) bool { return m.SID == sid })
	}
}

// Senders returns the senders of one kind in a service's pool, newest first.
func (a *Account) Senders(service string, kind SenderKind) ([]Sender, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.services[service]
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
func (a *Account) Sender(service string, kind SenderKind, sid string) (Sender, bool) {
	senders, err := a.Senders(service, kind)
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

// stuckTo is the sender that a recipient last heard from.
type stuckTo struct {
	addr string
	used time.Time
}

const (
	manyRecipients = 10_000               // have a sticky sender in one service; the one that was idle longest goes
	stickyTime     = 365 * 24 * time.Hour // F-428
)

// chooseSender picks the sender for a message of a service, in the order of F-427: the one that the recipient knows, one of
// his country, one of his area code, and then by chance. No source says which countries take alphanumeric senders, so one is
// chosen only where no number fits. ok is false where the pool has none for him (F-429).
func (a *Account) chooseSender(service, to string) (from string, ok bool) {
	recipient := address.Bare(to)
	country := a.locate(recipient).Country
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.services[service]
	if s == nil {
		return "", false
	}
	if from, ok = s.stickyLocked(recipient, a.Clock.Now()); ok {
		return address.Prefix(to) + from, true
	}
	candidates := s.reachingLocked(country, address.Prefix(to) != "")
	if len(candidates) == 0 {
		return "", false
	}
	candidates = prefer(candidates, func(m Sender) bool { return m.Kind != AlphaSender })
	candidates = prefer(candidates, func(m Sender) bool { return m.CountryCode == country })
	if area := address.AreaCode(recipient); s.AreaCodeGeomatch && area != "" {
		candidates = prefer(candidates, func(m Sender) bool { return address.AreaCode(m.Address) == area })
	}
	from = candidates[int(a.chance.Float64()*float64(len(candidates)))].Address
	s.stickLocked(recipient, from, a.Clock.Now())
	return address.Prefix(to) + from, true
}

// reachingLocked are the pool's senders that can reach a country at all: a short code reaches its own, and only numbers are
// senders of a channel.
func (s *Service) reachingLocked(country string, channel bool) []Sender {
	var reaching []Sender
	for _, m := range s.pool {
		if m.Kind == PhoneNumberSender || !channel && (m.Kind == AlphaSender || m.CountryCode == country) {
			reaching = append(reaching, m)
		}
	}
	return reaching
}

// prefer returns the senders that fit, or all of them where none does.
func prefer(senders []Sender, fits func(Sender) bool) []Sender {
	var best []Sender
	for _, m := range senders {
		if fits(m) {
			best = append(best, m)
		}
	}
	if len(best) == 0 {
		return senders
	}
	return best
}

// stickyLocked returns the sender that the recipient knows, while it is in the pool and was used within a year (F-428).
func (s *Service) stickyLocked(recipient string, now time.Time) (string, bool) {
	known, ok := s.sticky.get(recipient)
	if !ok || !s.StickySender || now.Sub(known.used) > stickyTime {
		return "", false
	}
	if !slices.ContainsFunc(s.pool, func(m Sender) bool { return m.Address == known.addr }) {
		return "", false
	}
	s.stickLocked(recipient, known.addr, now)
	return known.addr, true
}

func (s *Service) stickLocked(recipient, sender string, now time.Time) {
	s.sticky.put(recipient, stuckTo{sender, now})
}
