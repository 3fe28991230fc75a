package verify

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"twilsim/simulator/messaging"
)

// Type makes the state of an account.
var Type = messaging.ProductType{Name: "verify", Open: open}

// State is what an account has of Verify. It is safe for concurrent use.
type State struct {
	account *messaging.Account

	mu       sync.Mutex
	services map[string]*Service // by SID
	last     int                 // the number of the newest service
}

// Of returns the state of an account, which is made at the first use.
func Of(a *messaging.Account) *State { return a.Product(Type).(*State) }

func open(a *messaging.Account) messaging.Product {
	return &State{account: a, services: map[string]*Service{}}
}

// The kinds of stored entries. The key of each is its kind and a SID.
const storedService = "service"

// Reset implements [messaging.Product]. Services stay, as phone numbers do.
func (s *State) Reset() {}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, sid, _ := strings.Cut(key, " ")
	if service, ok := s.services[sid]; ok {
		return *service, true
	}
	return nil, false
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch kind, sid, _ := strings.Cut(key, " "); kind {
	case storedService:
		service := &Service{}
		if err := json.Unmarshal(value, service); err != nil {
			return err
		}
		s.services[sid] = service
		s.last = max(s.last, service.Number)
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	return nil
}

// Resume implements [messaging.Product].
func (s *State) Resume() {}

func (s *State) touch(kind, sid string) { s.account.Touch(Type, kind+" "+sid) }
