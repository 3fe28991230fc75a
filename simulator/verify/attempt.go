package verify

import (
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
)

// Sent is an attempt as the list of attempts has it (F-673).
type Sent struct {
	Attempt
	Verification Verification
	// Converted says that the right code was entered after this attempt and before the next one.
	Converted bool
}

// AttemptFilter selects attempts. A zero field accepts anything.
type AttemptFilter struct {
	VerificationSID, ServiceSID string
	Channel, To, Country        string
	Status                      string // converted or unconverted
	After, Before               time.Time
}

func (f AttemptFilter) admits(a Sent) bool {
	converted := map[bool]string{true: "converted", false: "unconverted"}[a.Converted]
	v := a.Verification
	return (f.VerificationSID == "" || f.VerificationSID == v.SID) &&
		(f.ServiceSID == "" || f.ServiceSID == v.ServiceSID) &&
		(f.Channel == "" || strings.EqualFold(f.Channel, string(a.Channel))) &&
		(f.To == "" || f.To == v.To) &&
		(f.Country == "" || strings.EqualFold(f.Country, address.Locate(v.To).Country)) &&
		(f.Status == "" || f.Status == converted) &&
		(f.After.IsZero() || a.At.After(f.After)) && (f.Before.IsZero() || a.At.Before(f.Before))
}

// Attempts returns the attempts that a filter selects, newest first. It looks at all that are kept,
// at most five for each verification.
func (s *State) Attempts(f AttemptFilter) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Sent{}
	for _, sid := range slices.Backward(s.order) {
		for _, a := range s.verifications[sid].sent() {
			if f.admits(a) {
				list = append(list, a)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y Sent) int { return y.At.Compare(x.At) })
	return list
}

// sent returns the attempts of a verification, newest first.
func (v *Verification) sent() []Sent {
	list := make([]Sent, 0, len(v.Attempts))
	for i, a := range slices.Backward(v.Attempts) {
		list = append(list, Sent{a, v.copy(), v.Status == Approved && i == len(v.Attempts)-1})
	}
	return list
}

// Attempt returns the attempt of a SID, and whether there is one.
func (s *State) Attempt(sid string) (Sent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.verifications[s.attempts[sid]]
	if v == nil {
		return Sent{}, false
	}
	for _, a := range v.sent() {
		if a.SID == sid {
			return a, true
		}
	}
	return Sent{}, false
}
