package verify

import (
	"maps"
	"slices"
	"sync"

	"twilsim/simulator/messaging"
)

// Type makes the state of an account.
var Type = messaging.ProductType{Name: "verify", Open: open}

// State is what an account has of Verify. It is safe for concurrent use.
type State struct {
	account *messaging.Account

	mu                                sync.Mutex
	services                          map[string]*Service      // by SID
	limits                            map[string]*RateLimit    // by SID
	verifications                     map[string]*Verification // by SID
	order                             []string                 // of the verifications
	newest                            map[recipient]string     // the SIDs of verifications
	attempts                          map[string]string        // the same by the SIDs of attempts
	last, lastLimit, lastVerification int                      // the newest Numbers
}

// Of returns the state of an account, which is made at the first use.
func Of(a *messaging.Account) *State { return a.Product(Type).(*State) }

func open(a *messaging.Account) messaging.Product {
	s := &State{account: a, services: map[string]*Service{}, limits: map[string]*RateLimit{}}
	s.forgetLocked()
	return s
}

// forgetLocked forgets all verifications.
func (s *State) forgetLocked() {
	s.verifications, s.newest = map[string]*Verification{}, map[recipient]string{}
	s.order, s.attempts = nil, map[string]string{}
}

// The kinds of stored entries. The key of each is its kind and a SID.
const (
	storedService      = "service"
	storedLimit        = "limit"
	storedVerification = "verification"
)

// Reset implements [messaging.Product]. Services and rate limits stay, as phone numbers do.
func (s *State) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := s.order
	s.forgetLocked()
	for _, sid := range gone {
		s.touch(storedVerification, sid)
	}
	for _, l := range s.limits {
		clear(l.Starts)
		s.touch(storedLimit, l.SID)
	}
}

// entriesLocked returns what is stored of the state.
func (s *State) entriesLocked() messaging.Entries {
	return messaging.Entries{
		storedService: messaging.KindOf(s.services, func(service *Service) any { return *service },
			func(sid string, service *Service) {
				s.services[sid], s.last = service, max(s.last, service.Number)
			}),
		storedLimit: messaging.KindOf(s.limits, (*RateLimit).stored,
			func(sid string, l *RateLimit) {
				s.limits[sid], s.lastLimit = l, max(s.lastLimit, l.Number)
			}),
		storedVerification: messaging.KindOf(s.verifications,
			func(v *Verification) any { return v.copy() },
			func(sid string, v *Verification) {
				s.verifications[sid] = v
				s.lastVerification = max(s.lastVerification, v.Number)
			}),
	}
}

// stored returns a rate limit with its counts, for the storage.
func (l *RateLimit) stored() any {
	c := l.copy()
	c.Starts = map[string][]int64{}
	for key, starts := range l.Starts {
		c.Starts[key] = slices.Clone(starts)
	}
	return c
}

// Keys implements [messaging.Product].
func (s *State) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Keys()
}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Stored(key)
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Restore(key, value)
}

// Resume implements [messaging.Product]. Verifications are shown in their order, because the
// journal lists by the order in which it gets them.
func (s *State) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.SortedFunc(maps.Values(s.verifications),
		func(x, y *Verification) int { return x.Number - y.Number })
	for _, v := range list {
		s.keepLocked(v)
		s.account.Journal.Show(v.resource())
		if v.Status == Pending || v.Status == MaxAttempts {
			s.expireLaterLocked(v)
		}
	}
}

func (s *State) touch(kind, sid string) { s.account.Touch(Type, kind+" "+sid) }
