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

// MessageFilter selects messages for a list, by the parameters as the request had them (F-386). ""
// accepts anything.
type MessageFilter struct {
	To, From string
	// a day in GMT, 2026-03-01, or a time, 2026-03-01T12:00:00Z: sent on it, or at it
	DateSent       string
	DateSentBefore string // DateSent<: on or before
	DateSentAfter  string // DateSent>: on or after
}

// Page is the part of a list that a request asks for.
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

// MessageList returns a page of the account's messages that the filter selects, newest first
// (F-390). New and deleted messages do not move a page: its token has the SID of the message after
// which it begins (F-389). The error is an [*apierr.Error] about the filter, the size or the token.
func (a *Account) MessageList(filter MessageFilter, page Page) (MessagePage, error) {
	scan, match, err := filter.compile()
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
		result.Messages, more = a.newerThan(scan, after, page.Size, match), true
	} else {
		skip := 0
		if after == "" {
			skip = page.Number * page.Size
		}
		result.Messages, more = a.olderThan(scan, after, skip, page.Size, match)
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

// parseToken splits a PageToken into PA (after) or PB (before) and a SID.
func parseToken(token string) (direction, after string, err error) {
	if token == "" {
		return "", "", nil
	}
	n := min(2, len(token))
	direction, after = token[:n], token[n:]
	message := sid.Valid(after, "SM") || sid.Valid(after, "MM")
	if direction != "PA" && direction != "PB" || !message {
		return "", "", apierr.New(apierr.PageToken)
	}
	return direction, after, nil
}

// olderThan returns up to n messages that are older than the one called after, and whether there
// are more. With after "" it begins at the newest message.
func (a *Account) olderThan(scan journal.Scan, after string, skip, n int,
	match func(Snapshot) bool) (messages []*Message, more bool) {
	messages = []*Message{}
	for m := range a.after(scan, after) {
		if m.Unlisted() || match != nil && !match(m.Snapshot()) {
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

// newerThan returns the n messages before one in the list. It reads the journal forwards from
// there, since the page before ends there, wherever it began.
func (a *Account) newerThan(scan journal.Scan, before string, n int,
	match func(Snapshot) bool) []*Message {
	scan.Oldest, scan.After = true, a.neighbour(before)
	messages := []*Message{}
	for m := range a.scan(scan) {
		if len(messages) == n {
			break
		}
		if !m.Unlisted() && (match == nil || match(m.Snapshot())) {
			messages = append(messages, m)
		}
	}
	slices.Reverse(messages)
	return messages
}

// scan yields the messages of a scan of the journal. No lock is held between two messages, so
// messages may be made and deleted meanwhile.
func (a *Account) scan(scan journal.Scan) iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		for thing := range a.Journal.Scan(scan) {
			if !yield(thing.(*Message)) {
				return
			}
		}
	}
}

// manyDeleted is how many deleted messages keep their place for lists.
const manyDeleted = 10_000

// after yields the messages after the one in a page's token, newest first; "" means all. If that
// message was deleted it begins at the next older one, so that a program that deletes the messages
// of each page before it fetches the next one sees all of them.
func (a *Account) after(scan journal.Scan, sid string) iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		stands := a.neighbour(sid)
		if stands != sid {
			thing, ok := a.Journal.Thing(journal.Messages, stands)
			if !ok || !yield(thing.(*Message)) {
				return
			}
		}
		scan.Before = stands
		for m := range a.scan(scan) {
			if !yield(m) {
				return
			}
		}
	}
}

// neighbour returns sid or, if that message was deleted, the next older one that was not; "" for
// none.
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

// remove takes a message out of the journal and remembers its place. It must ask for the next older
// message before the message is gone.
func (a *Account) remove(sid string) bool {
	older := ""
	for m := range a.scan(journal.Scan{Kind: journal.Messages, Before: sid}) {
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

// compile parses the filter. It returns how to find its messages in the journal, and the function
// that selects those that are right; nil accepts everything. The scan narrows by what the journal
// has an index for, and may yield more than the filter selects; the function decides.
func (f MessageFilter) compile() (journal.Scan, func(Snapshot) bool, error) {
	scan := journal.Scan{Kind: journal.Messages}
	if f == (MessageFilter{}) {
		return scan, nil, nil
	}
	on, err := parseSpan(f.DateSent)
	if err != nil {
		return scan, nil, err
	}
	before, err := parseSpan(f.DateSentBefore)
	if err != nil {
		return scan, nil, err
	}
	after, err := parseSpan(f.DateSentAfter)
	if err != nil {
		return scan, nil, err
	}
	scan.To, scan.From = filterAddress(f.To), filterAddress(f.From)
	scan.SentFrom, scan.SentBefore = later(on.first, after.first), earlier(on.end, before.end)
	return scan, func(m Snapshot) bool {
		return (scan.To == "" || m.To == scan.To) && (scan.From == "" || m.From == scan.From) &&
			on.admits(m.Sent, true, true) && before.admits(m.Sent, false, true) &&
			after.admits(m.Sent, true, false)
	}, nil
}

// later returns the later of two times, and earlier the earlier one that is not zero.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// filterAddress normalises an address. Anything else stays as it is, and so selects nothing.
func filterAddress(s string) string {
	if addr, ok := address.Normalize(s); ok {
		return addr
	}
	return s
}

// span is a day or a second of a filter. The zero span admits everything.
type span struct{ first, end time.Time }

func parseSpan(value string) (span, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		return span{}, nil
	}
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if day, err := time.Parse(layout, value); err == nil {
			return span{day, day.AddDate(0, 0, 1)}, nil
		}
	}
	at, err := parseTime(value)
	if err != nil {
		return span{}, apierr.BadDate() // F-386
	}
	at = at.Truncate(time.Second)
	return span{at, at.Add(time.Second)}, nil
}

// admits reports whether a time is not before the span (lower), and not after it (upper). The zero
// time, of a message that was not sent, is not admitted.
func (s span) admits(at time.Time, lower, upper bool) bool {
	if s.first.IsZero() {
		return true
	}
	return !at.IsZero() && (!lower || !at.Before(s.first)) && (!upper || at.Before(s.end))
}

// timeLayouts are the forms of ISO 8601 that are accepted: extended and basic, with less than
// seconds, and with any zone (F-386).
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04Z0700", "2006-01-02T15:04:05.999999999Z07", "2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
	"20060102T150405.999999999Z0700", "20060102T150405.999999999", "20060102T1504Z0700",
	"20060102T1504",
}

// parseTime reads an ISO 8601 date and time; without a zone it is GMT.
func parseTime(value string) (time.Time, error) {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, value); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, apierr.Invalid("%q is not a date and time", value)
}
