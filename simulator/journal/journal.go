package journal

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/clock"
)

// eventsPerThing bounds the number of events in proportion to that of things. A delivered message
// causes about four.
const eventsPerThing = 8

// Journal is the history of one account. It is safe for concurrent use.
type Journal struct {
	now  func() time.Time
	keep int

	mu      sync.Mutex
	last    int64 // the ID of the newest event
	lines   lines
	shelves map[Kind]*shelf
	counts  map[string]int // the numbers behind W, R and A
	changed chan struct{}  // closed at the next event; nil if no reader waits for it
}

// New returns an empty journal. It takes the time of events from now, and keeps the newest keep
// things of each kind; 0 keeps all.
func New(now func() time.Time, keep int) *Journal {
	return &Journal{
		now: now, keep: keep,
		shelves: map[Kind]*shelf{}, counts: map[string]int{},
	}
}

// NextID returns the next number behind prefix: W1, W2 and so on.
func (j *Journal) NextID(prefix string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counts[prefix]++
	return prefix + strconv.Itoa(j.counts[prefix])
}

// Append sets the number and the times of e, stores it, and wakes all waiting readers. It also
// stores about, the thing that e is about, under kind; nil for none.
func (j *Journal) Append(e Event, kind Kind, about Thing) Event {
	e.At, e.Real = j.now(), clock.Wall().UTC()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.ID = j.last
	j.lines.put(e, j.keep*eventsPerThing)
	if about != nil {
		j.shelfLocked(kind).put(about, j.keep)
	}
	j.wakeLocked()
	return e
}

// wakeLocked wakes all waiting readers.
func (j *Journal) wakeLocked() {
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
}

// changedLocked returns a channel that is closed at the next event.
func (j *Journal) changedLocked() <-chan struct{} {
	if j.changed == nil {
		j.changed = make(chan struct{})
	}
	return j.changed
}

func (j *Journal) shelfLocked(kind Kind) *shelf {
	s := j.shelves[kind]
	if s == nil {
		s = &shelf{}
		j.shelves[kind] = s
	}
	return s
}

// Events returns the kept events with an ID above after, oldest first, and a channel that is closed
// when there is more.
func (j *Journal) Events(after int64) ([]Event, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.after(after), j.changedLocked()
}

// Last returns the ID of the newest event, 0 before the first.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Things returns the kept things of one kind, oldest first.
func (j *Journal) Things(kind Kind) []Thing {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).all()
}

// Thing returns the thing of that kind and ID.
func (j *Journal) Thing(kind Kind, id string) (Thing, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).get(id)
}

// Count returns how many things of one kind are kept.
func (j *Journal) Count(kind Kind) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).count()
}

// Remove deletes a thing, but not the events about it, and reports whether it was there.
func (j *Journal) Remove(kind Kind, id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).remove(id)
}

// Backward yields the kept things of one kind, newest first, from the one before the thing with the
// ID before; from the newest if before is "". It reads a few at a time, so that the first page of a
// long list costs no more than that of a short one. It does not yield things that are added
// meanwhile.
func (j *Journal) Backward(kind Kind, before string) iter.Seq[Thing] {
	return func(yield func(Thing) bool) {
		place := math.MaxInt
		if before != "" {
			place = j.place(kind, before)
		}
		for {
			page := j.page(kind, place)
			for _, t := range page {
				if !yield(t) {
					return
				}
			}
			if len(page) < pageLength {
				return
			}
			place = j.place(kind, page[len(page)-1].ID())
		}
	}
}

// pageLength is how many things [Journal.Backward] reads at a time.
const pageLength = 100

func (j *Journal) page(kind Kind, place int) []Thing {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).before(place, pageLength)
}

// place returns the position of a thing; a thing that is not kept any more is before all others.
func (j *Journal) place(kind Kind, id string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).places[id]
}

// Newest returns up to limit of the kept things that q selects, newest first, and how many it
// selects in all. 0 means no limit.
func (j *Journal) Newest(q Query, limit int) (things []Thing, selected int) {
	now := j.now()
	everything := len(q.Terms) == 0 && q.Since == 0
	for t := range j.Backward(q.Kind, "") {
		full := limit > 0 && len(things) == limit
		if everything && full {
			return things, j.Count(q.Kind)
		}
		if !q.Match(t, now) {
			continue
		}
		selected++
		if !full {
			things = append(things, t)
		}
	}
	return things, selected
}

// Clear deletes all things and events. Event numbers continue, so that a reader that resumes after
// an old number misses no event.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines, j.shelves, j.counts = lines{}, map[Kind]*shelf{}, map[string]int{}
}

// Resolve finds a thing by what a user types: its ID, a unique prefix of it, latest, or latest~2
// for the second before the latest. The error says what exists instead.
func (j *Journal) Resolve(kind Kind, ref string) (Thing, error) {
	things := j.Things(kind)
	if back, ok := strings.CutPrefix(ref, "latest"); ok {
		return fromLatest(kind, things, ref, back)
	}
	if t, ok := j.Thing(kind, ref); ok {
		return t, nil
	}
	var found []Thing
	for _, t := range things {
		if ref != "" && strings.HasPrefix(t.ID(), ref) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("there is no %s %q among the %d kept", kind, ref, len(things))
	}
	return nil, fmt.Errorf("%d %ss begin with %q: %s, %s …", len(found), kind, ref, found[0].ID(),
		found[1].ID())
}

func fromLatest(kind Kind, things []Thing, ref, back string) (Thing, error) {
	n := 0
	if back != "" {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(back, "~")); err != nil || back[0] != '~' || n < 0 {
			return nil, fmt.Errorf("bad reference %q: it is latest, or latest~1 for the one before", ref)
		}
	}
	if n >= len(things) {
		return nil, fmt.Errorf("there is no %s %q: %d kept", kind, ref, len(things))
	}
	return things[len(things)-1-n], nil
}
