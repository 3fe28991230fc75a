package messaging

import (
	"iter"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/journal"
	"twilsim/simulator/sid"
)

// MessageFilter selects messages for a list, with the parameters as they came over the wire (F-386). "" accepts anything.
type MessageFilter struct {
	To, From       string
	DateSent       string // a day in GMT, 2026-03-01, or a time, 2026-03-01T12:00:00Z: sent on it, or at it
	DateSentBefore string // DateSent<: on or before
	DateSentAfter  string // DateSent>: on or after
}

// Page says which part of a list is wanted.
type Page struct {
	Size   int    // 1 to 1000; 0 is 50 (F-387)
	Number int    // counts from 0
	Token  string // of the page before; "" begins at the newest, or skips Number pages
}

// MessagePage is a part of a list.
type MessagePage struct {
	Messages []*Message
	Size     int
	Number   int
	Next     string // the token of the next page, "" on the last
	Previous string // the token of the page before, "" on the first
}

// The sizes of a page (F-387).
const (
	pageSize    = 50
	maxPageSize = 1000
)

// Check returns an [*apierr.Error] for a page that Twilio refuses, and fills in the default size.
func (p *Page) Check() error {
	if p.Size > maxPageSize {
		return apierr.New(apierr.PageSize)
	}
	if p.Size < 0 || p.Number < 0 {
		return apierr.Invalid("PageSize is 1 to %d, and Page 0 or more", maxPageSize)
	}
	if p.Size == 0 {
		p.Size = pageSize
	}
	return nil
}

// MessageList returns a page of the account's messages that the filter selects, newest first (F-390). A page stays where it
// is when messages come or go: its token names the message that it begins after (F-389).
func (a *Account) MessageList(filter MessageFilter, page Page) (MessagePage, error) {
	match, err := filter.compile()
	if err != nil {
		return MessagePage{}, err
	}
	if err := page.Check(); err != nil {
		return MessagePage{}, err
	}
	direction, after, err := parseToken(page.Token)
	if err != nil {
		return MessagePage{}, err
	}
	result := MessagePage{Size: page.Size, Number: page.Number}
	more := false
	if direction == "PB" {
		result.Messages, more = a.newerThan(after, page.Size, match), true
	} else {
		skip := 0
		if after == "" {
			skip = page.Number * page.Size
		}
		result.Messages, more = a.olderThan(after, skip, page.Size, match)
	}
	if n := len(result.Messages); n > 0 {
		if more {
			result.Next = "PA" + result.Messages[n-1].ID()
		}
		if page.Number > 0 {
			result.Previous = "PB" + result.Messages[0].ID()
		}
	}
	return result, nil
}

// parseToken takes a PageToken apart: PA or PB and a SID.
func parseToken(token string) (direction, after string, err error) {
	if token == "" {
		return "", "", nil
	}
	if direction, after = token[:min(2, len(token))], token[min(2, len(token)):]; direction != "PA" && direction != "PB" ||
		!sid.Valid(after, "SM") && !sid.Valid(after, "MM") {
		return "", "", apierr.New(apierr.PageToken)
	}
	return direction, after, nil
}

// olderThan returns up to n messages before one in time, and whether there are more. Without after it begins at the newest.
func (a *Account) olderThan(after string, skip, n int, match func(Snapshot) bool) (messages []*Message, more bool) {
	messages = []*Message{}
	for m := range a.after(after) {
		if match != nil && !match(m.Snapshot()) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(messages) == n {
			return messages, true
		}
		messages = append(messages, m)
	}
	return messages, false
}

// newerThan returns the n messages that stand before one in the list. It has to walk there from the newest.
func (a *Account) newerThan(before string, n int, match func(Snapshot) bool) []*Message {
	messages := []*Message{}
	for m := range a.backward("") {
		if m.ID() == before {
			break
		}
		if match == nil || match(m.Snapshot()) {
			messages = append(messages, m)
		}
		if len(messages) > 2*maxPageSize { // enough to know, and no more memory than that
			messages = slices.Delete(messages, 0, len(messages)-n)
		}
	}
	return messages[max(0, len(messages)-n):]
}

// backward yields messages, newest first, from the one before a SID.
func (a *Account) backward(before string) iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		for thing := range a.Journal.Backward(journal.Messages, before) {
			if !yield(thing.(*Message)) {
				return
			}
		}
	}
}

// manyDeleted is how many deleted messages a list remembers the place of.
const manyDeleted = 10_000

// after yields the messages behind the one that a page's token names, newest first; "" is for all. Where that one was deleted
// they begin at its older neighbour, so that whoever deletes the messages of each page as it comes sees all of them.
func (a *Account) after(sid string) iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		stands := a.neighbour(sid)
		if stands != sid {
			thing, ok := a.Journal.Thing(journal.Messages, stands)
			if !ok || !yield(thing.(*Message)) {
				return
			}
		}
		for m := range a.backward(stands) {
			if !yield(m) {
				return
			}
		}
	}
}

// neighbour returns the message itself or, where it was deleted, the next older one that was not, "" for none.
func (a *Account) neighbour(sid string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		older, deleted := a.deleted.Get(sid)
		if !deleted {
			return sid
		}
		sid = older
	}
}

// remove takes a message out of the journal and remembers where it stood.
func (a *Account) remove(sid string) bool {
	older := ""
	for m := range a.backward(sid) {
		older = m.ID()
		break
	}
	if !a.Journal.Remove(journal.Messages, sid) {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.deleted.Put(sid, older)
	return true
}

// compile reads the filter. nil accepts everything.
func (f MessageFilter) compile() (func(Snapshot) bool, error) {
	if f == (MessageFilter{}) {
		return nil, nil
	}
	on, err := parseSpan(f.DateSent)
	if err != nil {
		return nil, err
	}
	before, err := parseSpan(f.DateSentBefore)
	if err != nil {
		return nil, err
	}
	after, err := parseSpan(f.DateSentAfter)
	if err != nil {
		return nil, err
	}
	to, from := filterAddress(f.To), filterAddress(f.From)
	return func(m Snapshot) bool {
		return (to == "" || m.To == to) && (from == "" || m.From == from) &&
			on.admits(m.Sent, true, true) && before.admits(m.Sent, false, true) && after.admits(m.Sent, true, false)
	}, nil
}

// filterAddress writes an address as messages have it; one that is none selects nothing.
func filterAddress(s string) string {
	if addr, ok := address.Normalize(s); ok {
		return addr
	}
	return s
}

// span is a day or a second. The zero span admits everything.
type span struct{ first, end time.Time }

func parseSpan(value string) (span, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		return span{}, nil
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		return span{day, day.AddDate(0, 0, 1)}, nil
	}
	at, err := parseTime(value)
	if err != nil {
		return span{}, apierr.BadDate() // F-386
	}
	at = at.Truncate(time.Second)
	return span{at, at.Add(time.Second)}, nil
}

// admits reports whether a time is not before the span (lower), and not after it (upper). A message that was not sent has no
// such time.
func (s span) admits(at time.Time, lower, upper bool) bool {
	if s.first.IsZero() {
		return true
	}
	return !at.IsZero() && (!lower || !at.Before(s.first)) && (!upper || at.Before(s.end))
}

// parseTime reads an ISO 8601 date and time; without a zone it is GMT.
func parseTime(value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05"} {
		if at, err := time.Parse(layout, value); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, apierr.Invalid("%q is no date and time", value)
}
