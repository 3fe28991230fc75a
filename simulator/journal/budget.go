package journal

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Budget is how many bytes several journals may keep together. It is safe for concurrent use.
//
// The journals count roughly what their things and events need in memory. When that is too much,
// the files of messages are dropped first, those of the oldest messages before others, and then the
// oldest things of the kind that needs the most. That is done in the background, so that
// callers that write into a journal may hold locks.
type Budget struct {
	limit int64

	used     atomic.Int64
	dropping atomic.Bool
	drops    sync.WaitGroup

	mu       sync.Mutex
	journals []*Journal
}

// NewBudget returns a budget of so many bytes, which are above 0.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Used returns how many bytes the journals keep.
func (b *Budget) Used() int64 {
	if b == nil {
		return 0
	}
	return b.used.Load()
}

// Wait blocks until what is too much is dropped. It is for tests.
func (b *Budget) Wait() { b.drops.Wait() }

// Limit has the journal keep no more than a budget, which it shares with others. Call it before the
// journal is used. Nil changes nothing.
func (j *Journal) Limit(b *Budget) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	j.budget = b
	b.journals = append(b.journals, j)
}

// Limits returns how many things of each kind the journal keeps, and how many bytes all journals of
// its budget; 0 is all.
func (j *Journal) Limits() (things int, bytes int64) {
	if j.budget != nil {
		bytes = j.budget.limit
	}
	return j.keep, bytes
}

// Budget returns the budget that the journal has a part of, nil for none.
func (j *Journal) Budget() *Budget { return j.budget }

// add counts bytes. It may be called with any lock.
func (b *Budget) add(n int64) {
	if b == nil || b.used.Add(n) <= b.limit || !b.dropping.CompareAndSwap(false, true) {
		return
	}
	b.drops.Go(b.drop)
}

// drop drops what is too much. One goroutine at a time does it, the one that set dropping.
func (b *Budget) drop() {
	for {
		for b.used.Load() > b.limit && b.dropSome() {
		}
		b.dropping.Store(false)
		// what was added before the last line has found that it is being dropped already
		if b.used.Load() <= b.limit || !b.dropping.CompareAndSwap(false, true) {
			return
		}
		if !b.dropSome() { // nothing is left but the newest things
			b.dropping.Store(false)
			return
		}
	}
}

// dropSome drops something, and reports whether it has. Files go first, because a message without
// them still tells what happened.
func (b *Budget) dropSome() bool {
	b.mu.Lock()
	journals := slices.Clone(b.journals)
	b.mu.Unlock()
	for _, weight := range []func(*Journal) int64{(*Journal).fileBytes, (*Journal).thingBytes} {
		var heaviest *Journal
		most := int64(0)
		for _, j := range journals {
			if n := weight(j); n > most {
				heaviest, most = j, n
			}
		}
		if heaviest != nil && heaviest.drop(b.used.Load()-b.limit) {
			return true
		}
	}
	return false
}

// drop drops the files of the oldest message that has some, or else the oldest things of the kind
// that needs the most, as many as have so many bytes. The newest thing of each kind stays. It
// reports whether there was something to drop. It drops what it takes for the bytes in one go, as
// each call costs a look at all journals.
func (j *Journal) drop(bytes int64) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.settleLocked()
	if s := j.shelfLocked(Messages); len(s.files) > 0 {
		oldest := s.order[s.files[0].place-s.first]
		s.refile(s.files[0].place, 0)
		if m, ok := oldest.(Filed); ok {
			j.mu.Unlock()
			m.DropFiles() // which takes a lock that is taken before the journal's
			j.mu.Lock()
		}
		return true
	}
	dropped := false
	for bytes > 0 {
		var heaviest *shelf
		most := j.lines.bytes
		if j.lines.count <= 1 {
			most = 0
		}
		for _, s := range j.shelves {
			if s.count() > 1 && s.bytes > most {
				heaviest, most = s, s.bytes
			}
		}
		switch {
		case most == 0:
			return dropped
		case heaviest == nil:
			bytes -= j.lines.dropFirst()
		default:
			bytes -= heaviest.dropFirst()
		}
		dropped = true
	}
	return dropped
}

// settleLocked tells the budget how many bytes there are now.
func (j *Journal) settleLocked() {
	if j.budget == nil {
		return
	}
	sum := j.lines.bytes
	for _, s := range j.shelves {
		sum += s.bytes + s.fileBytes
	}
	change := sum - j.counted
	j.counted = sum
	j.budget.add(change)
}

// fileBytes returns how many bytes the files of messages have.
func (j *Journal) fileBytes() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.shelfLocked(Messages).fileBytes
}

// thingBytes returns how many bytes everything else needs.
func (j *Journal) thingBytes() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.counted - j.shelfLocked(Messages).fileBytes
}

// sized is a thing that says how many bytes of memory it needs, without the bytes of files.
type sized interface{ Size() int }

// Filed is a thing with files that can be dropped. The journal asks for their bytes when it takes
// the thing; later changes come by [Journal.Refile]. It calls DropFiles without a lock.
type Filed interface {
	FileBytes() int
	DropFiles()
}

// filed says how many bytes the files of the thing at a place have.
type filed struct {
	place int
	bytes int64
}

// refile sets how many bytes the files of the thing at a place have. The list is in the order of
// the places, so its first one is the oldest message with files.
func (s *shelf) refile(place, bytes int) {
	i, found := slices.BinarySearchFunc(s.files, place,
		func(f filed, place int) int { return cmp.Compare(f.place, place) })
	if found {
		s.fileBytes -= s.files[i].bytes
		s.files = slices.Delete(s.files, i, i+1)
	}
	if bytes > 0 {
		s.fileBytes += int64(bytes)
		s.files = slices.Insert(s.files, i, filed{place, int64(bytes)})
	}
}

// Refile tells the journal how many bytes the files of a message have now. It does nothing for a
// message that is not kept. The account's lock may be held.
func (j *Journal) Refile(id string, bytes int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.past != nil {
		j.past.into.Refile(id, bytes)
		return
	}
	s := j.shelfLocked(Messages)
	if place, ok := s.places[id]; ok {
		s.refile(place, bytes)
		j.settleLocked()
	}
}

// Size returns how many bytes of memory the exchange needs.
func (x *Exchange) Size() int {
	n := 480 + len(x.Name) // the struct, and its place in the journal
	for _, text := range x.texts() {
		n += len(*text)
	}
	return n
}

// Size returns how many bytes of memory the packed exchange needs.
func (p *packed) Size() int { return 150 + len(p.name) + int(p.share) }

// Size returns how many bytes of memory the alert needs. Its title and its cause are shared.
func (a *Alert) Size() int { return 400 + len(a.Text) + len(a.Try) + len(a.MonitorSID) }

// sizeOf returns how many bytes of memory a thing needs, at least one.
func sizeOf(t Thing) int64 {
	if t, ok := t.(sized); ok {
		return int64(t.Size())
	}
	return 512
}

// statusBytes is how much memory a message needs for each change of its status.
const statusBytes = 96

// size returns how many bytes of memory the line needs.
func (l *line) size() int64 { return int64(132 + len(l.note) + len(l.rule)) }
