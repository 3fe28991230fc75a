package journal

// Kind is a kind of [Thing].
type Kind string

// The kinds of things that a journal keeps.
const (
	Messages Kind = "message"
	Webhooks Kind = "webhook" // a request that the simulator made to the app
	Requests Kind = "request" // a request that the app made to the simulator
	Alerts   Kind = "alert"
)

// Thing is what a line of the journal is about. Its fields may change while it is in the journal; a Thing guards
// itself.
type Thing interface {
	// ID is unique among the things of one kind: a SID, W31, R12, A4.
	ID() string
	// Field returns the value of one field as text, and whether the thing has it.
	Field(name string) (value string, ok bool)
	// Summary says in a few words which thing it is, for the list of near misses.
	Summary() string
}

// shelf holds the things of one kind in the order of their coming.
type shelf struct {
	order []Thing
	byID  map[string]Thing
}

func (s *shelf) put(t Thing, keep int) {
	if _, ok := s.byID[t.ID()]; ok {
		return
	}
	if s.byID == nil {
		s.byID = map[string]Thing{}
	}
	s.byID[t.ID()] = t
	s.order = append(s.order, t)
	if keep > 0 && len(s.order) > keep {
		delete(s.byID, s.order[0].ID())
		s.order[0] = nil // lets go of it now; append moves the rest when the slice is full
		s.order = s.order[1:]
	}
}

func (s *shelf) remove(id string) bool {
	if _, ok := s.byID[id]; !ok {
		return false
	}
	delete(s.byID, id)
	for i, t := range s.order {
		if t.ID() == id {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			break
		}
	}
	return true
}
