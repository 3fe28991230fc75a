package verify

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// Keys implements [messaging.Product].
func (s *State) Keys() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.services {
		keys = append(keys, storedService+" "+id)
	}
	for id := range s.limits {
		keys = append(keys, storedLimit+" "+id)
	}
	for id := range s.verifications {
		keys = append(keys, storedVerification+" "+id)
	}
	return keys
}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch kind, sid, _ := strings.Cut(key, " "); kind {
	case storedService:
		if service, ok := s.services[sid]; ok {
			return *service, true
		}
	case storedLimit:
		if l, ok := s.limits[sid]; ok {
			c := l.copy()
			c.Starts = map[string][]int64{}
			for key, starts := range l.Starts {
				c.Starts[key] = slices.Clone(starts)
			}
			return c, true
		}
	case storedVerification:
		if v, ok := s.verifications[sid]; ok {
			return v.copy(), true
		}
	}
	return nil, false
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, sid, _ := strings.Cut(key, " ")
	switch kind {
	case storedService:
		return restore(value, func(service *Service) {
			s.services[sid] = service
			s.last = max(s.last, service.Number)
		})
	case storedLimit:
		return restore(value, func(l *RateLimit) {
			s.limits[sid] = l
			s.lastLimit = max(s.lastLimit, l.Number)
		})
	case storedVerification:
		return restore(value, func(v *Verification) {
			s.verifications[sid] = v
			s.lastVerification = max(s.lastVerification, v.Number)
		})
	}
	return fmt.Errorf("unknown kind %q", kind)
}

func restore[T any](value []byte, use func(*T)) error {
	stored := new(T)
	if err := json.Unmarshal(value, stored); err != nil {
		return err
	}
	use(stored)
	return nil
}

// Resume implements [messaging.Product].
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
