package journal

import "sync"

// Kind is a kind of [Thing].
type Kind string

// The kinds of things that a journal keeps.
const (
	Messages Kind = "message"
	Webhooks Kind = "webhook" // a request that the simulator made to the app
	Requests Kind = "request" // a request that the app made to the simulator
	Alerts   Kind = "alert"
)

// one returns the kind with its article.
func (k Kind) one() string {
	if k == Alerts {
		return "an " + string(k)
	}
	return "a " + string(k)
}

// Thing is what an event is about. Its fields may change while it is in the journal, so its methods
// must be safe for concurrent use.
type Thing interface {
	// ID is unique among the things of one kind: a SID, W31, R12, A4.
	ID() string
	// Field returns the value of one field as text, and whether the thing has it.
	Field(name string) (value string, ok bool)
	// Summary describes the thing in a few words, for the list of similar things.
	Summary() string
}

// shelf has the things of one kind in the order in which they were added. Each keeps its place,
// counted from 0; a removed thing leaves a gap. The journal's lock guards it.
type shelf struct {
	order  []Thing
	back   []uint32 // for each place, how far behind it the thing before about the same message is
	chains []chains // of messages, for each place
	first  int      // the place of order[0]
	gaps   int
	places map[string]int
	index  index // of messages
	// nil before a search
	sketches *sketches
	warm     int   // how many of the last things have not been considered for packing
	bytes    int64 // that the things need
	// of messages, by their places, and the sum of their bytes
	files     []filed
	fileBytes int64
}

// put adds a thing and returns its place, and false if the shelf has it already. The oldest are
// dropped at once if there are more than keep; 0 keeps all.
func (s *shelf) put(t Thing, keep int) (int, bool) {
	if _, ok := s.places[t.ID()]; ok {
		return 0, false
	}
	if s.places == nil {
		s.places = map[string]int{}
	}
	place := s.first + len(s.order)
	s.places[t.ID()] = place
	s.order, s.back = append(s.order, t), append(s.back, 0)
	bytes := sizeOf(t)
	s.bytes += bytes
	if s.warm++; s.warm >= hot+blockItems {
		s.cool(hot)
	}
	if m, ok := t.(keyed); ok {
		s.chains = append(s.chains, chains{bytes: uint32(bytes)})
		s.index.put(place, m.Keys())
	}
	if m, ok := t.(Filed); ok {
		s.refile(place, m.FileBytes())
	}
	for keep > 0 && s.count() > keep {
		s.dropFirst()
	}
	return place, true
}

// coolers have the buffers for packing. They are shared by all journals, because thousands of
// accounts may have one.
var coolers = sync.Pool{New: func() any { return &buffers{} }}

// cool packs the exchanges that are not among the last ones, and not packed yet.
func (s *shelf) cool(last int) {
	var list []*Exchange
	var places []int // in order
	size := 0
	b := coolers.Get().(*buffers)
	defer coolers.Put(b)
	flush := func() {
		if len(list) == 0 {
			return
		}
		for i, items := 0, b.pack(list); i < len(items); i++ {
			s.bytes += sizeOf(&items[i]) - sizeOf(list[i])
			s.order[places[i]] = &items[i]
		}
		list, places, size = list[:0], places[:0], 0
	}
	for i := max(0, len(s.order)-s.warm); i < len(s.order)-last; i++ {
		x, ok := s.order[i].(*Exchange)
		if !ok || !packable(x) {
			continue
		}
		list, places, size = append(list, x), append(places, i), size+x.Size()
		if len(list) == blockItems || size >= blockBytes {
			flush()
		}
	}
	flush()
	s.warm = min(s.warm, last)
}

// dropFirst removes the oldest place, and returns how many bytes it had. The slices are not moved
// here: append copies the rest when they are full.
func (s *shelf) dropFirst() (bytes int64) {
	if oldest := s.order[0]; oldest != nil {
		delete(s.places, oldest.ID())
		bytes = s.forget(0)
	} else {
		s.gaps--
	}
	s.order[0] = nil
	s.order, s.back = s.order[1:], s.back[1:]
	s.first++
	if len(s.chains) > 0 {
		s.chains = s.chains[1:]
		s.index.sweep(s.first, s.count())
	}
	return bytes
}

// forget no longer counts the bytes of the thing at an index of order, and returns how many it had.
func (s *shelf) forget(i int) int64 {
	bytes := int64(0)
	if len(s.chains) > 0 {
		bytes = int64(s.chains[i].bytes)
	} else {
		bytes = sizeOf(s.order[i])
	}
	s.bytes -= bytes
	s.refile(s.first+i, 0)
	return bytes
}

func (s *shelf) get(id string) (Thing, bool) {
	place, ok := s.places[id]
	if !ok {
		return nil, false
	}
	return unpacked(s.order[place-s.first]), true
}

func (s *shelf) remove(id string) bool {
	place, ok := s.places[id]
	if !ok {
		return false
	}
	delete(s.places, id)
	s.forget(place - s.first)
	s.order[place-s.first] = nil
	s.gaps++
	for len(s.order) > 0 && s.order[0] == nil {
		s.dropFirst()
	}
	return true
}

func (s *shelf) count() int { return len(s.order) - s.gaps }

// all returns the things, oldest first.
func (s *shelf) all() []Thing {
	things := make([]Thing, 0, s.count())
	for _, t := range s.order {
		if t != nil {
			things = append(things, unpacked(t))
		}
	}
	return things
}
