package directory

import (
	"slices"
	"time"

	"twilsim/simulator/address"
)

// lastSender is the sender that a recipient last got a message from.
type lastSender struct {
	address string
	used    time.Time
}

const (
	// manyRecipients is how many recipients have a sticky sender in one service. The one that was
	// idle longest is forgotten first.
	manyRecipients = 10_000
	stickyTime     = 365 * 24 * time.Hour // F-428
)

// ChooseSender picks the sender for a message of a service in the order of F-427: the one that the
// recipient knows, an alphanumeric one, one of the recipient's country, one of the same area code,
// and then by chance. Every country but the US and Canada counts as one that takes alphanumeric
// senders: these two are known not to (F-619). country is that of the recipient. ok is false if the
// pool has no sender that can reach the recipient (F-429). It draws one random number, and none for
// a sticky sender. The choice is remembered as sticky even while StickySender is off, and counts
// once it is on.
func (d *Directory) ChooseSender(service, to, country string) (from string, ok bool) {
	recipient, prefix := address.Bare(to), address.Prefix(to)
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.services[service]
	if s == nil {
		return "", false
	}
	if prefix == address.RCS {
		return s.agent()
	}
	if from, ok = s.stickyLocked(recipient, d.o.Now()); ok {
		d.touch(Sticky, service+" "+recipient)
		return prefix + from, true
	}
	candidates := s.reachingLocked(country, prefix != "")
	if len(candidates) == 0 {
		return "", false
	}
	candidates = prefer(candidates, func(m Sender) bool { return m.Kind == AlphaSender })
	candidates = prefer(candidates, func(m Sender) bool { return m.CountryCode == country })
	if area := address.AreaCode(recipient); s.AreaCodeGeomatch && area != "" {
		candidates = prefer(candidates, func(m Sender) bool {
			return address.AreaCode(m.Address) == area
		})
	}
	from = address.Bare(candidates[int(d.o.Draw()*float64(len(candidates)))].Address)
	s.stickLocked(recipient, from, d.o.Now())
	d.touch(Sticky, service+" "+recipient)
	return prefix + from, true
}

// reachingLocked are the pool's senders that can reach a country at all: a short code reaches its
// own country, an alphanumeric sender all that take it, and only numbers are senders of WhatsApp.
func (s *Service) reachingLocked(country string, channel bool) []Sender {
	var reaching []Sender
	for _, m := range s.pool {
		whatsApp := m.Kind == ChannelSender && !address.IsAgent(m.Address)
		if m.Kind == PhoneNumberSender || channel && whatsApp || !channel && m.reaches(country) {
			reaching = append(reaching, m)
		}
	}
	return reaching
}

// reaches reports whether an alphanumeric sender or a short code reaches a country.
func (m Sender) reaches(country string) bool {
	switch m.Kind {
	case ChannelSender:
		return false
	case AlphaSender:
		return country != "US" && country != "CA" // F-619
	}
	return m.CountryCode == country
}

// prefer returns the senders that fit, or all of them if none does.
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

// stickyLocked returns the sender that the recipient knows, while it is in the pool and was used
// within a year (F-428).
func (s *Service) stickyLocked(recipient string, now time.Time) (string, bool) {
	known, ok := s.sticky.Get(recipient)
	if !ok || !s.StickySender || now.Sub(known.used) > stickyTime || !s.Has(known.address) {
		return "", false
	}
	// the year counts from the last use
	s.stickLocked(recipient, known.address, now)
	return known.address, true
}

func (s *Service) stickLocked(recipient, sender string, now time.Time) {
	s.sticky.Put(recipient, lastSender{sender, now})
}

// Agent returns the sender of RCS in a service's pool, the one that came first, and whether there
// is one (F-791).
func (d *Directory) Agent(service string) (from string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.services[service]; s != nil {
		return s.agent()
	}
	return "", false
}

func (s *Service) agent() (from string, ok bool) {
	i := slices.IndexFunc(s.pool, func(m Sender) bool { return address.IsAgent(m.Address) })
	if i < 0 {
		return "", false
	}
	return s.pool[i].Address, true
}
