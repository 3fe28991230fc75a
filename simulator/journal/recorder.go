package journal

import (
	"maps"
	"slices"

	"twilsim/simulator/jsonobject"
)

// Recorder stores what a journal keeps. Its methods are called in the order of the changes, with
// the journal's lock held, so they must be quick and must not call the journal.
type Recorder interface {
	// Appended is called with an event and the thing that it is about, which may be nil, and which
	// may be in the journal already.
	Appended(e Event, kind Kind, about Thing)
	// Removed is called with a thing that is deleted, not with one for which there is no more room.
	Removed(kind Kind, about Thing)
	// Cleared is called when everything is deleted.
	Cleared()
	// Loaded is called with a history that was loaded into the empty journal.
	Loaded(h History)
}

// Record has r record all later changes. Call it before the journal is used.
func (j *Journal) Record(r Recorder) { j.recorder = r }

// Numbers are the last numbers that a journal has given.
type Numbers struct {
	Event  int64          `json:"event"`  // the ID of the newest event
	Counts map[string]int `json:"counts"` // the numbers behind W, R and A
}

// AppendNumbers appends the last numbers that the journal has given, as JSON. They are stored with
// everything that happens.
func (j *Journal) AppendNumbers(b []byte) []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	o := jsonobject.Begin(b)
	o.Int("event", j.last)
	o.Object("counts", func(o *jsonobject.Object) {
		letters := slices.AppendSeq(make([]string, 0, 4), maps.Keys(j.counts))
		slices.Sort(letters)
		for _, letter := range letters {
			o.Int(letter, int64(j.counts[letter]))
		}
	})
	return o.End()
}

// Numbers returns the last numbers that the journal has given.
func (j *Journal) Numbers() Numbers {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Numbers{j.last, maps.Clone(j.counts)}
}
