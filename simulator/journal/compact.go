package journal

import (
	"maps"
	"slices"
)

// Compact gives up memory that the journal does not need while it is not used: it packs the newest
// exchanges and the events, and drops room for more. It takes the lock for as long as that lasts.
func (j *Journal) Compact() {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.settleLocked()
	if j.past != nil {
		return
	}
	for _, s := range j.shelves {
		s.compact()
	}
	for i := range j.lines.chunks {
		j.lines.pack(i)
	}
}

func (s *shelf) compact() {
	s.cool(0)
	s.order, s.back, s.chains = slices.Clone(s.order), slices.Clone(s.back), slices.Clone(s.chains)
	places := make(map[string]int, len(s.places)) // a map never shrinks
	maps.Copy(places, s.places)
	s.places = places
	s.index.sweepAll(s.first)
}
