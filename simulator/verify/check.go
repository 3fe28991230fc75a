package verify

import (
	"crypto/subtle"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
)

// Check is a request to check a code, with the parameters as the request has them (F-660).
type Check struct {
	ServiceSID          string
	To, VerificationSID string
	Code                string
	Amount, Payee       string
}

// OtherAmount is returned by [State.Check] if the amount or the payee is not that of the start: no
// source says what Twilio answers.
type OtherAmount struct{}

// Error says what is wrong.
func (*OtherAmount) Error() string { return "amount or payee is not that of the verification" }

// Check checks a code. A wrong code is not an error: the verification stays pending (F-664). The
// error is an [*apierr.Error] or an [*OtherAmount]. Expiry is looked at here as well as by the
// clock, because a code may be checked at the very moment.
func (s *State) Check(r Check) (Verification, error) {
	service, ok := s.Service(r.ServiceSID)
	switch {
	case !ok:
		return Verification{}, apierr.NotFound()
	case r.To == "" && r.VerificationSID == "":
		return Verification{}, Invalid("To", "")
	case !isCode(r.Code): // F-666
		return Verification{}, Invalid("Code", r.Code)
	case service.PSD2Enabled && (r.Amount == "" || r.Payee == ""): // F-658
		return Verification{}, apierr.New(amountMissing)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.findLocked(service.SID, r.VerificationSID, r.To)
	switch {
	case v == nil, s.expireLocked(v), v.Status == Approved, v.Status == Canceled:
		if v == nil && r.VerificationSID == "" && !isRecipient(r.To) {
			return Verification{}, Invalid("To", r.To) // F-668
		}
		return Verification{}, apierr.NotFound() // F-667
	case service.PSD2Enabled && (r.Amount != v.Amount || r.Payee != v.Payee):
		return Verification{}, &OtherAmount{}
	case v.Checks >= maxChecks: // F-665
		if v.Status != MaxAttempts {
			s.finishLocked(v, MaxAttempts, "too many wrong codes")
		}
		return Verification{}, apierr.New(tooManyChecks)
	case subtle.ConstantTimeCompare([]byte(r.Code), []byte(v.Code)) == 1:
		v.Tries = append(v.Tries, Try{s.account.Clock.Now(), true})
		s.finishLocked(v, Approved, "the right code") // F-663
	default:
		v.Checks++
		v.Tries = append(v.Tries, Try{At: s.account.Clock.Now()})
		s.publishLocked(v, "a wrong code")
	}
	return v.copy(), nil
}

// isRecipient reports whether a number can have got a code.
func isRecipient(to string) bool {
	number, ok := address.Normalize(to)
	return ok && validNumber(number)
}

// findLocked returns the verification of that SID or, if it is "", the newest of the recipient; nil
// if the service has none.
func (s *State) findLocked(service, sid, to string) *Verification {
	if sid == "" {
		if number, ok := address.Normalize(to); ok {
			to = number
		}
		return s.newestLocked(service, to)
	}
	if v := s.verifications[sid]; v != nil && v.ServiceSID == service {
		return v
	}
	return nil
}

// pollLimits are how often a verification may be fetched (F-671).
var pollLimits = []struct {
	times  int
	within time.Duration
}{{60, time.Minute}, {180, time.Hour}, {250, 24 * time.Hour}}

// Fetch returns the verification of a SID, or the newest one of a recipient. The error is an
// [*apierr.Error]: 20404 after approval or expiry (F-669), and 20429 for too many fetches (F-671;
// the code is that of Twilio's page about 20429).
func (s *State) Fetch(service, sidOrTo string) (Verification, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.namedLocked(service, sidOrTo)
	if v == nil || s.expireLocked(v) || v.Status == Approved {
		return Verification{}, apierr.NotFound()
	}
	now := s.account.Clock.Now()
	for _, limit := range pollLimits {
		if since(v.fetched, now.Add(-limit.within)) >= limit.times {
			return Verification{}, tooMany()
		}
	}
	v.fetched = append(v.fetched, now.UnixNano())
	return v.copy(), nil
}

// since returns how many of the times, in nanoseconds and in their order, are after a time.
func since(times []int64, after time.Time) int {
	n := 0
	for i := len(times) - 1; i >= 0 && times[i] > after.UnixNano(); i-- {
		n++
	}
	return n
}

// A SID comes first; no number looks like one.
func (s *State) namedLocked(service, sidOrTo string) *Verification {
	if v := s.findLocked(service, sidOrTo, ""); v != nil {
		return v
	}
	return s.findLocked(service, "", sidOrTo)
}

// Update cancels or approves a verification (F-670). The error is an [*apierr.Error].
func (s *State) Update(service, sidOrTo, status string) (Verification, error) {
	if status != string(Canceled) && status != string(Approved) {
		return Verification{}, Invalid("Status", status)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.namedLocked(service, sidOrTo)
	if v == nil || s.expireLocked(v) || v.Status != Pending {
		return Verification{}, apierr.NotFound()
	}
	s.finishLocked(v, Status(status), "by the API")
	return v.copy(), nil
}
