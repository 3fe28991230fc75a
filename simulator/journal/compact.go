package journal

import (
	"maps"
	"slices"
	"strings"
)

// Compact gives up memory that the journal does not need while it is not used: it packs the
// newest exchanges and the events, and drops room for more.
func (j *Journal) Compact() {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.settleLocked()
	for _, s := range j.shelves {
		s.compact()
	}
	for i := range j.lines.chunks {
		j.lines.chunks[i].pack()
	}
}

func (s *shelf) compact() {
	for i := max(0, len(s.order)-hot); i < len(s.order); i++ {
		s.cool(i)
	}
	s.order, s.back, s.chains = slices.Clone(s.order), slices.Clone(s.back), slices.Clone(s.chains)
	places := make(map[string]int, len(s.places)) // a map never shrinks
	maps.Copy(places, s.places)
	s.places = places
	s.index.sweepAll(s.first)
	s.packer.text, s.packer.encoded = nil, nil
	s.join()
}

// join puts the data of packed exchanges next to each other: in between was what is not kept any
// more, and memory is given back in whole pages.
func (s *shelf) join() {
	const together = 256
	for first := 0; first < len(s.order); first += together {
		var all strings.Builder
		part := s.order[first:min(first+together, len(s.order))]
		for _, t := range part {
			if p, ok := t.(*packed); ok {
				all.WriteString(p.data)
			}
		}
		rest := all.String()
		for i, t := range part {
			if p, ok := t.(*packed); ok {
				// The name is cloned, too: it may be part of a text that is not needed any more.
				part[i] = &packed{strings.Clone(p.name), p.dict, rest[:len(p.data)]}
				rest = rest[len(p.data):]
			}
		}
	}
}
