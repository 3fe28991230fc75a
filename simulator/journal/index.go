package journal

import (
	"iter"
	"math"
	"slices"
	"sort"
	"time"
)

// Keys are the values by which the journal finds a message without looking at others. "" is not
// indexed.
type Keys struct {
	To, From, Service string
	ReplyTo           string    // the message that it answers
	Sent              time.Time // zero for not sent
}

// keyed is a thing with [Keys]. The journal asks once, when it takes the thing; later changes come
// by [Journal.Rekey].
type keyed interface{ Keys() Keys }

// keyFields are the fields of messages with an index, and the value of each.
var keyFields = map[string]func(Keys) string{
	"to":                    func(k Keys) string { return k.To },
	"from":                  func(k Keys) string { return k.From },
	"messaging_service_sid": func(k Keys) string { return k.Service },
}

// index finds the messages of a shelf by their keys.
//
// For each value it has the places of its messages in ascending order, so that both directions of a
// list begin with a binary search. A place that the shelf has dropped stays in the list of its
// value until the list is swept. The journal's lock guards it.
type index struct {
	places map[string]map[string][]uint32 // by field and value
	size   int                            // how many places the lists have
	spans  []span                         // when the messages of each block were sent
	first  int                            // the block of spans[0]
}

// span is the earliest and the latest time, in Unix nanoseconds, of the messages of a block that
// were sent. A list by date skips whole blocks: neither their order nor the number of messages
// matters.
type span struct{ from, to int64 }

// blockLength is the number of places in a block. At a million messages a list by date looks at
// 1,000 blocks, which takes less time than writing one message of its page.
const blockLength = 1024

var noSpan = span{math.MaxInt64, math.MinInt64}

func (x *index) put(place int, k Keys) {
	for field, value := range keyFields {
		x.add(field, value(k), place)
	}
	x.date(place, k.Sent)
}

func (x *index) add(field, value string, place int) {
	if value == "" {
		return
	}
	if x.places == nil {
		x.places = map[string]map[string][]uint32{}
	}
	if x.places[field] == nil {
		x.places[field] = map[string][]uint32{}
	}
	list := x.places[field][value]
	at, found := slices.BinarySearch(list, uint32(place)) // the end, except after a change
	if !found {
		x.places[field][value] = slices.Insert(list, at, uint32(place))
		x.size++
	}
}

func (x *index) drop(field, value string, place int) {
	list := x.places[field][value]
	if at, found := slices.BinarySearch(list, uint32(place)); found {
		x.places[field][value] = slices.Delete(list, at, at+1)
		x.size--
	}
}

// date notes when the message at a place was sent.
func (x *index) date(place int, sent time.Time) {
	block := place / blockLength
	if len(x.spans) == 0 {
		x.first = block
	}
	if block < x.first {
		return // dropped
	}
	for x.first+len(x.spans) <= block {
		x.spans = append(x.spans, noSpan)
	}
	if !sent.IsZero() {
		s := &x.spans[block-x.first]
		s.from, s.to = min(s.from, sent.UnixNano()), max(s.to, sent.UnixNano())
	}
}

// sweep forgets what is before a place. It does nothing while the lists are mostly used, so that
// its cost is spread over many calls.
func (x *index) sweep(first, count int) {
	if gone := first/blockLength - x.first; gone > 0 && gone <= len(x.spans) {
		x.spans, x.first = x.spans[gone:], first/blockLength
	}
	if x.size >= 2*len(keyFields)*(count+blockLength) {
		x.sweepAll(first)
	}
}

// sweepAll forgets what is before a place, and room for more.
func (x *index) sweepAll(first int) {
	x.size = 0
	for _, values := range x.places {
		for value, list := range values {
			at, _ := slices.BinarySearch(list, uint32(first))
			if at == len(list) {
				delete(values, value)
				continue
			}
			values[value] = slices.Clone(list[at:])
			x.size += len(values[value])
		}
	}
}

// Scan says which things of a kind to read. Fields without a value restrict nothing.
type Scan struct {
	Kind          Kind
	After, Before string // IDs: only newer things, only older ones
	To, From      string // for messages: the exact addresses
	Phone         string // for messages: one of the two addresses
	Service       string
	SentFrom      time.Time // for messages: sent at this time or later
	SentBefore    time.Time // for messages: sent before this time
	Oldest        bool      // oldest first; without it newest first
}

// Scan yields the kept things that may be what s says, and finds them by the indexes. An index is a
// hint: it can yield a message whose fields have just changed, so the caller checks each.
//
// It reads a few at a time, so that the first page of a long list costs no more than that of a
// short one. It does not yield things that are added meanwhile.
func (j *Journal) Scan(s Scan) iter.Seq[Thing] {
	return func(yield func(Thing) bool) {
		c, ok := j.cursor(s)
		for ok {
			var page []Thing
			page, ok = j.read(&c)
			for _, t := range page {
				if !yield(unpacked(t)) {
					return
				}
			}
		}
	}
}

// cursor is where a [Scan] stands: it reads the places in [low, high). A scan that goes on after
// the journal was cleared ends, because its shelf is another.
type cursor struct {
	Scan
	shelf     *shelf
	low, high int
	// the first page is short: most lists end with it
	length int
	// of a search: what it need not look at, the block that it reads, how many places it has read
	// there, and the block that it has just left, -1 for none
	filters []filter
	block   int
	looked  int
	left    int
}

// cursor returns the beginning of a scan, and false if there is nothing to read: the thing that it
// begins at is not kept any more, and is before all others.
func (j *Journal) cursor(s Scan) (cursor, bool) {
	j.lockAll()
	defer j.mu.Unlock()
	shelf := j.shelfLocked(s.Kind)
	c := cursor{Scan: s, shelf: shelf, high: shelf.first + len(shelf.order), length: firstPage,
		block: -1, left: -1}
	if s.Before != "" {
		place, ok := shelf.places[s.Before]
		if !ok {
			return c, false
		}
		c.high = place
	}
	if s.After != "" {
		place, ok := shelf.places[s.After]
		if !ok {
			return c, false
		}
		c.low = place + 1
	}
	return c, true
}

// How many things a scan reads at a time: few at first, because most scans end there.
const (
	firstPage = 64
	maxPage   = 512
)

// read returns the next things, and whether there may be more. The bounds move with each place, so
// that the next call goes on there whatever was added or dropped meanwhile.
func (j *Journal) read(c *cursor) ([]Thing, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if c.shelf != j.shelves[c.Kind] { // the journal was cleared
		return nil, false
	}
	c.low = max(c.low, c.shelf.first)
	var page []Thing
	c.left = -1
	next := j.placesLocked(c)
	for len(page) < c.length {
		place, ok := next()
		if block := place / blockLength; !ok || block != c.block {
			if c.looked >= sketchedFrom {
				c.left = c.block
			}
			c.block, c.looked = block, 0
			if !ok || c.left >= 0 {
				return page, ok
			}
		}
		j.steps++
		c.looked++
		if c.Oldest {
			c.low = place + 1
		} else {
			c.high = place
		}
		if t := c.shelf.order[place-c.shelf.first]; t != nil {
			page = append(page, t)
		}
	}
	c.length = min(2*c.length, maxPage)
	return page, true
}

// placesLocked returns a function that yields the places of a scan in its order.
func (j *Journal) placesLocked(c *cursor) func() (int, bool) {
	lists, listed := c.shelf.index.lists(c.Scan)
	if !listed {
		return j.inLocked(c, nil)
	}
	if len(lists) == 1 {
		return j.inLocked(c, lists[0])
	}
	return merged(j.inLocked(c, lists[0]), j.inLocked(c, lists[1]), c.Oldest)
}

// merged yields the places of two lists in the order of a scan. One that is in both, such as of a
// text to oneself, comes once.
func merged(a, b func() (int, bool), oldest bool) func() (int, bool) {
	x, more := a()
	y, moreOther := b()
	return func() (place int, ok bool) {
		if more && moreOther && x == y {
			y, moreOther = b()
		}
		if more && (!moreOther || (x < y) == oldest) {
			place = x
			x, more = a()
			return place, true
		}
		place, ok = y, moreOther
		if ok {
			y, moreOther = b()
		}
		return place, ok
	}
}

// inLocked yields the places of a list that a scan has still to read; of all places if list is nil.
func (j *Journal) inLocked(c *cursor, list []uint32) func() (int, bool) {
	low, high := c.low, c.high // positions in the list, or the places themselves
	if list != nil {
		low = sort.Search(len(list), func(i int) bool { return int(list[i]) >= c.low })
		high = sort.Search(len(list), func(i int) bool { return int(list[i]) >= c.high })
	}
	dated := !c.SentFrom.IsZero() || !c.SentBefore.IsZero()
	checked, skip := -1, false // the block that was looked at last
	return func() (int, bool) {
		for low < high {
			at := high - 1
			if c.Oldest {
				at = low
			}
			place := at
			if list != nil {
				place = int(list[at])
			}
			if block := place / blockLength; block != checked {
				checked = block
				skip = dated && !c.shelf.index.sent(block, c.SentFrom, c.SentBefore) ||
					len(c.filters) > 0 && c.shelf.sketches.excludes(block, c.filters)
			}
			if skip {
				low, high = skipBlock(c, list, low, high, checked)
				continue
			}
			if c.Oldest {
				low++
			} else {
				high--
			}
			return place, true
		}
		return 0, false
	}
}

// skipBlock moves the bounds of a scan past a block.
func skipBlock(c *cursor, list []uint32, low, high, block int) (int, int) {
	if c.Oldest {
		end := (block + 1) * blockLength
		if list == nil {
			return end, high
		}
		return low + sort.Search(high-low, func(i int) bool { return int(list[low+i]) >= end }), high
	}
	begin := block * blockLength
	if list == nil {
		return low, begin
	}
	return low, low + sort.Search(high-low, func(i int) bool { return int(list[low+i]) >= begin })
}

// lists returns the shortest lists of places that have all messages of a scan, and false if there
// are none for it: one, or two, which may have places in common. They are not nil.
func (x *index) lists(s Scan) (shortest [][]uint32, listed bool) {
	k := Keys{To: s.To, From: s.From, Service: s.Service}
	size := 0
	for field, value := range keyFields {
		v := value(k)
		if v == "" {
			continue
		}
		if list := x.list(field, v); !listed || len(list) < size {
			shortest, size, listed = [][]uint32{list}, len(list), true
		}
	}
	if s.Phone == "" {
		return shortest, listed
	}
	to, from := x.list("to", s.Phone), x.list("from", s.Phone)
	if !listed || len(to)+len(from) < size {
		shortest = [][]uint32{to, from}
	}
	return shortest, true
}

// list returns the places of the messages with a value, an empty list if there are none.
func (x *index) list(field, value string) []uint32 {
	if list := x.places[field][value]; list != nil {
		return list
	}
	return []uint32{}
}

// sent reports whether a message of a block may have been sent in a time.
func (x *index) sent(block int, from, before time.Time) bool {
	if block < x.first || block >= x.first+len(x.spans) {
		return true
	}
	s := x.spans[block-x.first]
	return s.from <= s.to && (from.IsZero() || s.to >= from.UnixNano()) &&
		(before.IsZero() || s.from < before.UnixNano())
}

// Rekey tells the journal that the keys of a message have changed. The account's lock may be held,
// and the message's fields must be the new ones already.
func (j *Journal) Rekey(id string, from, to Keys) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.past != nil { // a message that is not there yet will come with its new keys
		j.past.into.Rekey(id, from, to)
		return
	}
	s := j.shelfLocked(Messages)
	place, ok := s.places[id]
	if !ok {
		return // the journal has dropped it
	}
	for field, value := range keyFields {
		if value(from) != value(to) {
			s.index.drop(field, value(from), place)
			s.index.add(field, value(to), place)
		}
	}
	s.index.date(place, to.Sent)
	s.sketches.changed(place)
}

// Steps is how many things and events the journal has looked at for its readers. It is for tests
// that reads do not take longer as the history grows. A block that a list by date skips is not a
// step: it takes a few nanoseconds.
func (j *Journal) Steps() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.steps
}
