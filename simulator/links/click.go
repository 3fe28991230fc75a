package links

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/events"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/webhook"
)

// lifetime is how long a short link leads to the long one (F-801).
const lifetime = 90 * 24 * time.Hour

// The alerts about clicks on links that are too old (F-801).
const (
	codeExpired    = "30104" // there is a fallback
	codeNoFallback = "30105"
)

// byNumber returns the tokens of links, oldest first.
func byNumber(links map[string]*Link) []string {
	return slices.SortedFunc(maps.Keys(links), func(x, y string) int {
		return links[x].Number - links[y].Number
	})
}

// Serves reports whether a host is that of the short links of an account with these switches.
func Serves(quirks *quirk.Set, host string) bool {
	return strings.EqualFold(quirks.Get(quirk.LinkDomain), host)
}

// findLocked returns the link of a URL, a path or a token, or the first one of a message.
func (s *State) findLocked(link string) (*Link, bool) {
	for _, token := range s.order {
		if s.links[token].Message == link {
			return s.links[token], true
		}
	}
	l, ok := s.links[link[strings.LastIndexByte(link, '/')+1:]]
	return l, ok
}

// Click clicks on a short link, or on the first one of the message with that SID, and returns where
// it leads: "" to nowhere, for a link that is too old. The error says that there is no such link.
// agent is the User-Agent, which the report names. A click counts also if the link is too old. The
// report is sent before it returns, unless a rule delays it.
func (s *State) Click(link, agent string) (string, error) {
	now := s.account.Clock.Now()
	s.mu.Lock()
	l, ok := s.findLocked(link)
	if !ok {
		s.mu.Unlock()
		return "", fmt.Errorf("there is no short link %q", link)
	}
	l.Clicks++
	s.touch(storedLink, l.Token)
	clicked, domain := *l, *s.domains[l.Domain]
	s.mu.Unlock()
	if now.Sub(clicked.Created) >= lifetime {
		return s.expired(clicked, domain), nil
	}
	s.report(clicked, domain, now, agent)
	return clicked.Long, nil
}

// expired says that a link is too old, and returns the fallback.
func (s *State) expired(l Link, d Domain) string {
	f := &webhook.Failure{Code: codeExpired, Text: l.Short + " was made more than 90 days ago"}
	if d.FallbackURL == "" {
		f.Code = codeNoFallback
	}
	s.account.RaiseFailure(f, l.Message, "")
	return d.FallbackURL
}

// timestamp writes a time as Event Streams has it.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// report calls the domain's CallbackUrl and makes the event of a click (F-742, F-805). The
// parameters of the callback are those of the event but for two.
func (s *State) report(l Link, d Domain, now time.Time, agent string) {
	from := ""
	if m, ok := s.account.Message(l.Message); ok {
		from = m.Snapshot().From
	}
	data := [][2]string{
		{"message_sid", l.Message}, {"account_sid", s.account.SID},
		{"messaging_service_sid", l.Service}, {"to", l.To}, {"from", from}, {"link", l.Long},
		{"shortened_link", l.Short}, {"link_create_time", timestamp(l.Created)},
		{"click_time", timestamp(now)}, {"user_agent", agent},
	}
	events.Of(s.account).Emit(events.LinkClicked, l.Message, now, data...)
	if d.CallbackURL == "" {
		return
	}
	params := webhook.Params{{Name: "event_type", Value: "click"},
		{Name: "sms_sid", Value: l.Message}}
	for _, pair := range data {
		if pair[0] != "message_sid" && pair[0] != "link_create_time" {
			params = append(params, webhook.Param{Name: pair[0], Value: pair[1]})
		}
	}
	r := &webhook.Request{Purpose: journal.Clicked, SID: l.Message, Method: http.MethodPost,
		URL: d.CallbackURL, Params: params, ContentType: webhook.StatusType}
	send := func() { s.account.CallApp(context.Background(), r) }
	if wait, _ := s.account.Hold(r, true); wait > 0 {
		s.account.At(now.Add(wait), send)
		return
	}
	send()
}

// tellLocked makes the event of a shortened link, whose data no source has: with a switch they are
// those of a click (F-742).
func (s *State) tellLocked(l *Link, from string) {
	if quirks := s.account.Quirks(); !quirks.On(quirk.LinkShortened) {
		return
	}
	events.Of(s.account).Emit(events.LinkShortened, l.Message, l.Created, [][2]string{
		{"message_sid", l.Message}, {"account_sid", s.account.SID},
		{"messaging_service_sid", l.Service}, {"to", l.To}, {"from", from}, {"link", l.Long},
		{"shortened_link", l.Short}, {"link_create_time", timestamp(l.Created)},
	}...)
}
