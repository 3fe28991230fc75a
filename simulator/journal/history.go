package journal

import (
	"errors"
	"strconv"
)

// ErrNotEmpty says that a journal has a history already and cannot load another one.
var ErrNotEmpty = errors.New("the journal is not empty")

// History is everything that a journal keeps: events and things, oldest first.
type History struct {
	Events []Event
	Things map[Kind][]Thing
}

// History returns a snapshot of everything that the journal keeps. The things in it are those of
// the journal, and may change.
func (j *Journal) History() History {
	j.lockAll()
	defer j.mu.Unlock()
	h := History{Events: j.lines.last(j.lines.count), Things: map[Kind][]Thing{}}
	for _, kind := range Kinds() {
		h.Things[kind] = j.shelfLocked(kind).all()
	}
	return h
}

// Load replaces the events of a journal by a history and wakes all waiting readers. Later events,
// webhooks, requests and alerts get numbers above those of the history. If the journal has things
// already, the error is [ErrNotEmpty]. The events must be in the order of their IDs. The journal
// keeps the things themselves, so the caller must not use them any more.
func (j *Journal) Load(h History) error {
	j.lockAll()
	defer j.mu.Unlock()
	for _, s := range j.shelves {
		if s.count() > 0 {
			return ErrNotEmpty
		}
	}
	j.lines = lines{}
	// The things to which others refer come first.
	for _, kind := range Kinds() {
		for _, t := range h.Things[kind] {
			j.putLocked(kind, t)
			if _, ok := t.(*Resource); !ok {
				j.countLocked(t.ID())
			}
		}
	}
	for _, e := range h.Events {
		j.writeLocked(e)
		j.last = max(j.last, e.ID)
	}
	j.settleLocked()
	if j.recorder != nil {
		j.recorder.Loaded(h)
	}
	j.wakeLocked()
	return nil
}

// countLocked makes the numbers behind W, R and A continue after this ID.
func (j *Journal) countLocked(id string) {
	if id == "" {
		return
	}
	if n, err := strconv.Atoi(id[1:]); err == nil {
		j.counts[id[:1]] = max(j.counts[id[:1]], n)
	}
}
