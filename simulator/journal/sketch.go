package journal

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/pattern"
)

// sketches say which values the fields of a shelf's things have in each block, so that a search for
// something rare passes the blocks that cannot have it: without them, a search that finds nothing
// looks at everything that is kept.
//
// A block gets the sketch of a field when a search has looked at it in vain, and loses it when one
// of its things changes. So nothing is spent on things that nobody searches, and a search
// costs again only what has changed. The journal's lock guards them.
type sketches struct {
	first   int      // the block of changes[0], and of the blocks of each field
	changes []uint32 // how often a thing of each block has changed
	fields  map[string]*sketch
	turn    int // counts searches
}

// maxSketched is how many fields of a shelf have sketches: 64 bytes for each kept thing in all. The
// one that was not used for the longest time makes room.
const maxSketched = 8

// sketchedFrom is how many things of a block a search must have looked at in vain, before it makes
// a sketch. An index may lead it to a few of each block only.
const sketchedFrom = blockLength / 16

// sketch has the values of one field.
type sketch struct {
	used   int // the turn of the last search
	codes  map[string]int
	values []string // by code
	blocks []blockSketch
}

// A field with few values has a bit for each, and one for things that do not have the field. A
// longer text is not worth a bit.
const (
	maxCodes    = 63
	maxCodeText = 200
	absent      = 1 << maxCodes
)

// blockSketch has the values of one field in one block.
type blockSketch struct {
	made    bool
	changes uint32    // when it was made
	mask    uint64    // which of the sketch's values there are
	grams   *grams    // of the values that have no bit; nil for none
	newest  time.Time // when the newest thing was made, zero if they have no time
}

// grams is a Bloom filter of values: of each as a whole, and of all their runs of three bytes.
// 1,024 English texts set about a tenth of its bits.
type grams [1024]uint64

var gramSeed = maphash.MakeSeed()

func (g *grams) set(word string) {
	h := maphash.String(gramSeed, word) % (64 * uint64(len(g)))
	g[h/64] |= 1 << (h % 64)
}

func (g *grams) has(word string) bool {
	h := maphash.String(gramSeed, word) % (64 * uint64(len(g)))
	return g[h/64]&(1<<(h%64)) != 0
}

// add adds a value.
func (g *grams) add(value string) {
	value = fold(value)
	for _, word := range append(runs(value), whole(value)...) {
		g.set(word)
	}
}

// whole returns the words of a grams for a whole value, which no run of three bytes is. They are
// two, because numbers have most runs in common.
func whole(value string) []string { return []string{"whole " + value, "again " + value} }

// runs returns the runs of three bytes of a text.
func runs(text string) (words []string) {
	for i := range len(text) - 2 {
		words = append(words, text[i:i+3])
	}
	return words
}

// fold returns a text in which values are equal that a regular expression takes for equal when it
// ignores case. Of other letters than those of ASCII [needed] knows nothing, so they stay.
func fold(value string) string {
	return folder.Replace(strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, value))
}

// folder has the two letters whose case is folded into ASCII.
var folder = strings.NewReplacer("\u017f", "s", "\u212a", "k")

// needed returns words that the grams of every value have that a pattern matches; none if it cannot
// be said.
func needed(p pattern.Pattern) []string {
	words := runs(fold(p.Needs()))
	if value, exact := p.Literal(); exact {
		words = append(words, whole(fold(value))...)
	}
	return words
}

// filter passes the blocks that one term of a query excludes.
type filter struct {
	sketch  *sketch
	known   uint64 // the values that were looked at
	allowed uint64 // those of them that the term matches
	words   []string
	since   time.Time // older things do not match; zero for any
}

// sinceField is the name of the sketch for the age of things. No field is called so.
const sinceField = "since"

// sketched returns the fields of a query for which sketches are made.
func (q Query) sketched() []string {
	var fields []string
	for _, t := range q.Terms {
		if !slices.Contains(fields, t.Field) {
			fields = append(fields, t.Field)
		}
	}
	if q.Since > 0 {
		fields = append(fields, sinceField)
	}
	return fields
}

// filters returns the filters of a query.
func (s *sketches) filters(q Query, now time.Time) []filter {
	if s == nil {
		return nil
	}
	s.turn++
	var list []filter
	if of := s.fields[sinceField]; of != nil && q.Since > 0 {
		of.used = s.turn
		list = append(list, filter{sketch: of, since: now.Add(-q.Since)})
	}
	for _, t := range q.Terms {
		of := s.fields[t.Field]
		if of == nil {
			continue
		}
		of.used = s.turn
		f := filter{sketch: of, known: absent}
		if t.accepts("", false) {
			f.allowed = absent
		}
		for code, value := range of.values {
			f.known |= 1 << code
			if t.accepts(value, true) {
				f.allowed |= 1 << code
			}
		}
		if !t.Not && t.Order == "" {
			f.words = needed(t.Value)
		}
		list = append(list, f)
	}
	return list
}

// excludes reports whether no thing of a block is what the query of a filter selects.
func (s *sketches) excludes(block int, filters []filter) bool {
	i := block - s.first
	if i < 0 || i >= len(s.changes) {
		return false
	}
	return slices.ContainsFunc(filters, func(f filter) bool {
		if i >= len(f.sketch.blocks) {
			return false
		}
		b := &f.sketch.blocks[i]
		return b.made && b.changes == s.changes[i] && f.excludes(b)
	})
}

func (f *filter) excludes(b *blockSketch) bool {
	if !f.since.IsZero() {
		return !b.newest.IsZero() && b.newest.Before(f.since)
	}
	if b.mask&(f.allowed|^f.known) != 0 {
		return false
	}
	if b.grams == nil {
		return true
	}
	return slices.ContainsFunc(f.words, func(word string) bool { return !b.grams.has(word) })
}

// changed notes that the thing at a place has changed.
func (s *sketches) changed(place int) {
	if s == nil {
		return
	}
	if i := place/blockLength - s.first; i >= 0 && i < len(s.changes) {
		s.changes[i]++
	}
}

// cover forgets the blocks in front of one, and makes room for those up to another.
func (s *sketches) cover(first, upTo int) {
	if gone := min(first-s.first, len(s.changes)); gone > 0 {
		s.changes = slices.Clone(s.changes[gone:])
		for _, of := range s.fields {
			of.blocks = slices.Clone(of.blocks[min(gone, len(of.blocks)):])
		}
	}
	s.first = max(s.first, first)
	for s.first+len(s.changes) <= upTo {
		s.changes = append(s.changes, 0)
	}
}

// of returns the sketch of a field, which it makes.
func (s *sketches) of(field string) *sketch {
	if of := s.fields[field]; of != nil {
		return of
	}
	if len(s.fields) >= maxSketched {
		oldest := ""
		for name, of := range s.fields {
			if oldest == "" || of.used < s.fields[oldest].used {
				oldest = name
			}
		}
		// a search that goes on may still ask it, and cover no longer moves its blocks
		s.fields[oldest].blocks = nil
		delete(s.fields, oldest)
	}
	of := &sketch{used: s.turn, codes: map[string]int{}}
	s.fields[field] = of
	return of
}

// fieldValue is a field of a thing.
type fieldValue struct {
	text string
	ok   bool
}

// put makes the sketch of a block from the values of its things.
func (s *sketch) put(at int, changes uint32, values []fieldValue, newest time.Time) {
	b := blockSketch{made: true, changes: changes, newest: newest}
	for _, v := range values {
		if !v.ok {
			b.mask |= absent
			continue
		}
		code, known := s.codes[v.text]
		if !known && len(s.values) < maxCodes && len(v.text) <= maxCodeText {
			code, known = len(s.values), true
			s.values = append(s.values, strings.Clone(v.text))
			s.codes[s.values[code]] = code
		}
		if known {
			b.mask |= 1 << code
			continue
		}
		if b.grams == nil {
			b.grams = &grams{}
		}
		b.grams.add(v.text)
	}
	for len(s.blocks) <= at {
		s.blocks = append(s.blocks, blockSketch{})
	}
	s.blocks[at] = b
}

// sketch makes the sketches of a block that a search has looked at in vain. The journal's lock is
// not held while fields are read, because they take the locks of their things.
func (j *Journal) sketch(of *shelf, block int, q Query) {
	fields, things, changes := j.unsketched(of, block, q)
	if len(fields) == 0 {
		return
	}
	var newest time.Time
	values := make([][]fieldValue, len(fields))
	for _, t := range things {
		t = unpacked(t)
		if d, ok := t.(dated); ok && d.When().After(newest) {
			newest = d.When()
		}
		for i, field := range fields {
			text, ok := t.Field(field)
			values[i] = append(values[i], fieldValue{text, ok})
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	s := of.sketches
	at := block - s.first
	if at < 0 {
		return // it was dropped meanwhile
	}
	for i, field := range fields {
		s.of(field).put(at, changes, values[i], newest)
	}
}

// unsketched returns the fields of a query for which a block has no sketch, with the things of the
// block.
func (j *Journal) unsketched(of *shelf, block int, q Query) (fields []string, things []Thing,
	changes uint32) {
	j.mu.Lock()
	defer j.mu.Unlock()
	from, to := block*blockLength-of.first, (block+1)*blockLength-of.first
	if from < 0 || to > len(of.order) {
		return nil, nil, 0 // parts are dropped, or there will be more
	}
	if of.sketches == nil {
		of.sketches = &sketches{first: of.first / blockLength, fields: map[string]*sketch{}}
		j.sketched.Store(true)
	}
	s := of.sketches
	s.cover(of.first/blockLength, block)
	at := block - s.first
	for _, field := range q.sketched() {
		known := s.fields[field]
		if known == nil || at >= len(known.blocks) || !known.blocks[at].made ||
			known.blocks[at].changes != s.changes[at] {
			fields = append(fields, field)
		}
	}
	if len(fields) == 0 {
		return nil, nil, 0
	}
	j.steps += blockLength
	for _, t := range of.order[from:to] {
		if t != nil {
			things = append(things, t)
		}
	}
	return fields, things, s.changes[at]
}

// Touch says that a field of a thing has changed. The change must be visible already. Every change
// needs a Touch, an event that the thing is in, or [Journal.Rekey]: a search would otherwise pass
// the thing by its former values. The account's lock may be held.
func (j *Journal) Touch(kind Kind, id string) {
	if !j.sketched.Load() {
		return // most journals are never searched
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.touchLocked(kind, id)
}

func (j *Journal) touchLocked(kind Kind, id string) {
	s := j.shelves[kind]
	if s == nil || s.sketches == nil {
		return
	}
	if place, ok := s.places[id]; ok {
		s.sketches.changed(place)
	}
}
