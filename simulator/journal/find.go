package journal

import (
	"iter"
	"slices"
	"time"
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
	return j.NewestBehind(q, 0, limit)
}

// NewestBehind is Newest without the first skip things that q selects.
func (j *Journal) NewestBehind(q Query, skip, limit int) (things []Thing, selected int, more bool) {
	left, ahead := skip, 0
	everything := len(q.Terms) == 0 && q.Since == 0
	if everything {
		selected, left = min(skip, j.Count(q.Kind)), 0
	}
	for t, matches := range j.look(q, skip-left) {
		full := limit > 0 && len(things) == limit
		if everything && full {
			return things, j.Count(q.Kind), false
		}
		if full {
			if ahead++; ahead > countAhead {
				return things, selected, true
			}
		}
		if !matches {
			continue
		}
		selected++
		if left > 0 {
			left--
		} else if !full {
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

// look yields the kept things behind the newest skip that q may select, newest first, and whether
// it does. It passes things that an index or a sketch excludes.
func (j *Journal) look(q Query, skip int) iter.Seq2[Thing, bool] {
	now := j.now()
	return func(yield func(Thing, bool) bool) {
		things, scan := j.narrow(q)
		if things != nil {
			for _, t := range things[min(skip, len(things)):] {
				if !yield(t, q.Match(t, now)) {
					return
				}
			}
			return
		}
		c, more := j.search(scan, q, now, skip)
		found := false // in the block
		for more {
			var page []Thing
			page, more = j.read(&c)
			for _, t := range page {
				t = unpacked(t)
				matches := q.Match(t, now)
				found = found || matches
				if !yield(t, matches) {
					return
				}
			}
			if c.left >= 0 {
				if !found {
					j.sketch(c.shelf, c.left, q)
				}
				found = false
			}
		}
	}
}

// search returns the beginning of a scan for what q selects, behind the newest skip things.
func (j *Journal) search(scan Scan, q Query, now time.Time, skip int) (cursor, bool) {
	c, ok := j.cursor(scan)
	j.mu.Lock()
	defer j.mu.Unlock()
	c.high = c.shelf.behind(min(c.high, c.shelf.first+len(c.shelf.order)), skip)
	c.filters = c.shelf.sketches.filters(q, now)
	return c, ok
}

// behind returns the place behind which, up to another, there are n things.
func (s *shelf) behind(high, n int) int {
	if s.gaps == 0 {
		return max(s.first, high-n)
	}
	for ; n > 0 && high > s.first; high-- {
		if s.order[high-1-s.first] != nil {
			n--
		}
	}
	return high
}

// narrow returns the things that q may select, newest first, if its first condition that names a
// single thing or a message says so, and otherwise, with nil, a scan by the indexes of messages.
// Both only narrow: each thing must still be matched.
func (j *Journal) narrow(q Query) ([]Thing, Scan) {
	scan := Scan{Kind: q.Kind}
	for _, t := range q.Terms {
		value, exact := t.Value.Literal()
		if !exact || t.Not || t.Order != "" || value == "" {
			continue
		}
		switch field := t.Field; {
		case q.Kind == Messages && field == "sid", q.Kind != Messages && field == "id":
			things := []Thing{}
			if thing, ok := j.Thing(q.Kind, value); ok {
				things = append(things, thing)
			}
			return things, scan
		case q.Kind == Messages && field == "reply_to", q.Kind != Messages && field == "sid":
			if _, kept := j.Thing(Messages, value); kept {
				things := append([]Thing{}, j.Related(value, q.Kind)...)
				slices.Reverse(things)
				return things, scan
			}
		case q.Kind == Messages && field == "to":
			scan.To = value
		case q.Kind == Messages && field == "from":
			scan.From = value
		case q.Kind == Messages && field == "phone":
			scan.Phone = value
		case q.Kind == Messages && field == "messaging_service_sid":
			scan.Service = value
		}
	}
	return nil, scan
}
