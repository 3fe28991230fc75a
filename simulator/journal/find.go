package journal

import (
	"iter"
	"slices"
)

// countAhead is how many things [Journal.Newest] looks at behind its limit to count those that it
// selects.
const countAhead = 200

// Newest returns up to limit of the kept things that q selects, newest first, and how many it
// selects in all; 0 means no limit. With a limit it stops counting after 200 further things, so
// that a list does not take longer as the history grows: more says that it did. The lock is not
// held while conditions are checked, because fields take the locks of their things; so a thing that
// changes meanwhile is there or not.
func (j *Journal) Newest(q Query, limit int) (things []Thing, selected int, more bool) {
	now, ahead := j.now(), 0
	everything := len(q.Terms) == 0 && q.Since == 0
	for t := range j.candidates(q) {
		full := limit > 0 && len(things) == limit
		if everything && full {
			return things, j.Count(q.Kind), false
		}
		if full {
			if ahead++; ahead > countAhead {
				return things, selected, true
			}
		}
		if !q.Match(t, now) {
			continue
		}
		selected++
		if !full {
			things = append(things, t)
		}
	}
	return things, selected, false
}

// Find returns the kept things that q selects, oldest first.
func (j *Journal) Find(q Query) []Thing {
	things, _, _ := j.Newest(q, 0)
	slices.Reverse(things)
	return things
}

// candidates yields the kept things that q may select, newest first. It uses the first condition
// that names a single thing or a message, and otherwise the indexes of messages. An index only
// narrows: each thing must still be matched.
func (j *Journal) candidates(q Query) iter.Seq[Thing] {
	scan := Scan{Kind: q.Kind}
	for _, t := range q.Terms {
		value, exact := t.Value.Literal()
		if !exact || t.Not || t.Order != "" || value == "" {
			continue
		}
		switch field := t.Field; {
		case q.Kind == Messages && field == "sid", q.Kind != Messages && field == "id":
			thing, ok := j.Thing(q.Kind, value)
			return func(yield func(Thing) bool) { _ = ok && yield(thing) }
		case q.Kind == Messages && field == "reply_to", q.Kind != Messages && field == "sid":
			if _, kept := j.Thing(Messages, value); kept {
				things := j.Related(value, q.Kind)
				slices.Reverse(things)
				return slices.Values(things)
			}
		case q.Kind == Messages && field == "to":
			scan.To = value
		case q.Kind == Messages && field == "from":
			scan.From = value
		case q.Kind == Messages && field == "messaging_service_sid":
			scan.Service = value
		}
	}
	return j.Scan(scan)
}
