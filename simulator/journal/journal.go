package journal

import (
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"twilsim/simulator/clock"
)

// EventsPerThing bounds the number of events in proportion to that of things. A delivered message
// causes about four.
const EventsPerThing = 8

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
	steps   int64
	// a shelf has sketches; so that Touch needs no lock otherwise
	sketched atomic.Bool
	waiters  waiters
	budget   *Budget // nil for none
	counted  int64   // bytes that the budget knows of
	past     *Past   // nil when it is there
	// recorder is told of every change, with the lock held; nil is nobody
	recorder Recorder
	watchers []func(e Event, about Thing)
}

// New returns an empty journal. It takes the time of events from now, and keeps the newest keep
// things of each kind; 0 keeps all. now is called without the journal's lock.
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
// stores about, the thing that e is about, under kind; nil for none. A thing that the journal has
// already is not stored again. The account's lock may be held; watchers are called without the
// journal's.
func (j *Journal) Append(e Event, kind Kind, about Thing) Event {
	e, watchers := j.append(e, kind, about)
	for _, watch := range watchers {
		watch(e, about)
	}
	return e
}

func (j *Journal) append(e Event, kind Kind, about Thing) (Event, []func(Event, Thing)) {
	e.At, e.Real = j.now(), clock.Wall().UTC()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.ID = j.last
	if j.past != nil {
		j.past.addLocked(e, kind, about)
	} else {
		j.addLocked(e, kind, about)
	}
	j.settleLocked()
	if j.recorder != nil {
		j.recorder.Appended(e, kind, about)
	}
	j.wakeLocked()
	return e, j.watchers
}

// addLocked stores an event, and the thing that it is about, if there is one.
func (j *Journal) addLocked(e Event, kind Kind, about Thing) {
	if r, ok := about.(*Resource); ok {
		about = j.showLocked(r)
	}
	if about != nil {
		j.putLocked(kind, about)
	}
	j.writeLocked(e)
}

// Watch has f called with every later event and what it is about, in the goroutine that appends it
// and with the locks that it holds: f must not call the account, but may schedule work.
func (j *Journal) Watch(f func(e Event, about Thing)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.watchers = append(j.watchers[:len(j.watchers):len(j.watchers)], f)
}

// putLocked stores a thing, and chains it to the message that it is about.
func (j *Journal) putLocked(kind Kind, t Thing) {
	if place, added := j.shelfLocked(kind).put(t, j.keep); added {
		j.linkLocked(kind, t, place)
	}
}

// writeLocked stores an event, and chains it to the message that it is about. A change of status
// makes the message's own history longer, so its bytes are counted with it.
func (j *Journal) writeLocked(e Event) {
	var end *uint32
	if chains := j.chainsLocked(e.SID); chains != nil {
		end = &chains.line
		if e.Type == MessageStatus {
			chains.bytes += statusBytes
			j.shelfLocked(Messages).bytes += statusBytes
		}
	}
	j.lines.put(e, j.keep*EventsPerThing, end)
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
// when there is more. The channel belongs to the moment of the list: nothing is missed between the
// two.
func (j *Journal) Events(after int64) ([]Event, <-chan struct{}) {
	j.lockAll()
	defer j.mu.Unlock()
	return j.lines.after(after), j.changedLocked()
}

// Page returns no more than limit events with an ID above after, oldest first, and a channel that
// is closed when there is more.
func (j *Journal) Page(after int64, limit int) ([]Event, <-chan struct{}) {
	j.lockAll()
	defer j.mu.Unlock()
	events, more := j.lines.page(after, limit)
	if more {
		now := make(chan struct{})
		close(now)
		return events, now
	}
	return events, j.changedLocked()
}

// Last returns the ID of the newest event, 0 before the first.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Things returns the kept things of one kind, oldest first. It unpacks all of them.
func (j *Journal) Things(kind Kind) []Thing {
	j.lockAll()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).all()
}

// Thing returns the thing of that kind and ID.
func (j *Journal) Thing(kind Kind, id string) (Thing, bool) {
	j.lockAll()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).get(id)
}

// Count returns how many things of one kind are kept.
func (j *Journal) Count(kind Kind) int {
	j.lockAll()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).count()
}

// Totals adds how many things of each kind are kept, and how many had a number behind W, R and A,
// to those of other journals. It takes one lock, as a server may have thousands of journals.
func (j *Journal) Totals(kept map[Kind]int, counts map[string]int) {
	j.lockAll()
	defer j.mu.Unlock()
	for kind, s := range j.shelves {
		kept[kind] += s.count()
	}
	for letter, n := range j.counts {
		counts[letter] += n
	}
}

// Dropped returns how many things of a kind there was no more room for.
func (j *Journal) Dropped(kind Kind) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(kind).first
}

// Remove deletes a thing, but not the events about it, and reports whether it was there. The
// account's lock may be held.
func (j *Journal) Remove(kind Kind, id string) bool {
	j.lockAll()
	defer j.mu.Unlock()
	thing, ok := j.shelfLocked(kind).get(id)
	if ok && j.recorder != nil {
		j.recorder.Removed(kind, thing)
	}
	defer j.settleLocked()
	return j.shelfLocked(kind).remove(id)
}

// Backward yields the kept things of one kind, newest first, from the one before the thing with the
// ID before; from the newest if before is "".
func (j *Journal) Backward(kind Kind, before string) iter.Seq[Thing] {
	return j.Scan(Scan{Kind: kind, Before: before})
}

// Clear deletes all things and events. Event numbers continue, so that a reader that resumes after
// an old number misses no event.
func (j *Journal) Clear() {
	j.lockAll()
	defer j.mu.Unlock()
	j.lines, j.shelves, j.counts = lines{}, map[Kind]*shelf{}, map[string]int{}
	j.settleLocked()
	if j.recorder != nil {
		j.recorder.Cleared()
	}
}
