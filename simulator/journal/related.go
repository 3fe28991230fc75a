package journal

import "slices"

// chains are the newest things about one message. Each of those knows how far behind it the one
// before is, so a message finds all of them without a map for each kind. The numbers are places
// plus 1; 0 is none. A chain ends where its things are dropped: places below the shelf's first are
// not kept.
type chains struct {
	webhook, request, alert, reply, line uint32
	bytes                                uint32 // that the message needs
}

// of returns the end of the chain of a kind.
func (c *chains) of(kind Kind) *uint32 {
	switch kind {
	case Webhooks:
		return &c.webhook
	case Requests:
		return &c.request
	case Alerts:
		return &c.alert
	}
	return &c.reply
}

// about is a thing that is about a message.
type about interface{ About() string }

// About returns the SID of the message that the exchange is about, "" for none.
func (x *Exchange) About() string { return x.SID }

// About returns the SID of the message that the alert is about, "" for none.
func (a *Alert) About() string { return a.SID }

// chainsLocked returns the chains of a message, nil if it is not kept.
func (j *Journal) chainsLocked(sid string) *chains {
	s := j.shelfLocked(Messages)
	place, ok := s.places[sid]
	if !ok || sid == "" {
		return nil
	}
	return &s.chains[place-s.first]
}

// linkLocked appends the thing at a place to the chain of its message. A thing whose message is not
// kept is in no chain.
func (j *Journal) linkLocked(kind Kind, t Thing, place int) {
	sid := ""
	switch t := t.(type) {
	case about:
		sid = t.About()
	case keyed:
		sid = t.Keys().ReplyTo
	}
	s := j.shelfLocked(kind)
	back := uint32(0)
	if chains := j.chainsLocked(sid); chains != nil {
		end := chains.of(kind)
		if *end != 0 {
			back = uint32(place+1) - *end
		}
		*end = uint32(place + 1)
	}
	s.back[place-s.first] = back
}

// Related returns the kept things of a kind that are about a message, oldest first: for messages,
// the replies to it. It is empty if the message is not kept.
func (j *Journal) Related(sid string, kind Kind) []Thing {
	j.lockAll()
	defer j.mu.Unlock()
	chains := j.chainsLocked(sid)
	if chains == nil {
		return nil
	}
	var found []Thing
	s := j.shelfLocked(kind)
	for place := int(*chains.of(kind)) - 1; place >= s.first; {
		j.steps++
		if t := s.order[place-s.first]; t != nil {
			found = append(found, unpacked(t))
		}
		back := int(s.back[place-s.first])
		if back == 0 {
			break
		}
		place -= back
	}
	slices.Reverse(found)
	return found
}

// EventsAbout returns the kept events about a kept message, oldest first.
func (j *Journal) EventsAbout(sid string) []Event {
	j.lockAll()
	defer j.mu.Unlock()
	chains := j.chainsLocked(sid)
	if chains == nil {
		return nil
	}
	var found []Event
	for place := int(chains.line) - 1; place >= j.lines.first; {
		j.steps++
		l, back := j.lines.at(place - j.lines.first)
		found = append(found, l.event())
		if back == 0 {
			break
		}
		place -= int(back)
	}
	slices.Reverse(found)
	return found
}
