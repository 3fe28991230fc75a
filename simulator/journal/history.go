package journal

import (
	"errors"
	"strconv"
)

// ErrNotEmpty says that a journal has a history already, so that another cannot be loaded.
var ErrNotEmpty = errors.New("the journal is not empty")

// History is all that a journal keeps: its lines, and what they are about, oldest first.
type History struct {
	Events []Event
	Things map[Kind][]Thing
}

// History returns all that is kept, at one moment.
func (j *Journal) History() History {
	j.mu.Lock()
	defer j.mu.Unlock()
	h := History{Events: j.lines.last(j.lines.count), Things: map[Kind][]Thing{}}
	for _, kind := range []Kind{Messages, Webhooks, Requests, Alerts} {
		h.Things[kind] = j.shelfLocked(kind).all()
	}
	return h
}

// Load puts a history in the place of a journal's lines, and wakes whoever waits. Numbers go on behind those of the history:
// of events, and of webhooks, requests and alerts. A journal that keeps any thing takes none: the error is [ErrNotEmpty].
// The events must be in the order of their IDs.
func (j *Journal) Load(h History) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.shelves {
		if s.count() > 0 {
			return ErrNotEmpty
		}
	}
	j.lines = lines{}
	for _, e := range h.Events {
		j.lines.put(e, j.keep*eventsPerThing)
		j.last = max(j.last, e.ID)
	}
	for kind, things := range h.Things {
		for _, t := range things {
			j.shelfLocked(kind).put(t, j.keep)
			j.countLocked(t.ID())
		}
	}
	j.wakeLocked()
	return nil
}

// countLocked has the numbers behind W, R and A go on after this one.
func (j *Journal) countLocked(id string) {
	if id == "" {
		return
	}
	if n, err := strconv.Atoi(id[1:]); err == nil {
		j.counts[id[:1]] = max(j.counts[id[:1]], n)
	}
}
