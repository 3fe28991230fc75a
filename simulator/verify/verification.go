package verify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// Status is the status of a verification (F-638).
type Status string

// The statuses of a verification. Twilio's others, deleted and failed, are not used here.
const (
	Pending     Status = "pending"
	Approved    Status = "approved"
	Canceled    Status = "canceled"
	Expired     Status = "expired"
	MaxAttempts Status = "max_attempts_reached"
)

// Channel is how a code is sent.
type Channel string

// The channels (F-631). A call is accepted, and has no audio.
const (
	SMS      Channel = "sms"
	WhatsApp Channel = "whatsapp"
	RCS      Channel = "rcs"
	Call     Channel = "call"
	Email    Channel = "email"
	SNA      Channel = "sna"
	Auto     Channel = "auto"
)

// Verification is a code that was sent to somebody, under Twilio's names. Methods of State return
// copies.
type Verification struct {
	SID          string    `json:"sid"` // VE and 32 hex digits
	Number       int       `json:"number"`
	ServiceSID   string    `json:"service_sid"`
	To           string    `json:"to"`
	Channel      Channel   `json:"channel"` // of the last time that it was sent
	Status       Status    `json:"status"`
	Code         string    `json:"code"`
	Amount       string    `json:"amount,omitempty"`
	Payee        string    `json:"payee,omitempty"`
	LineType     string    `json:"line_type,omitempty"` // "" if the service looks nothing up
	Attempts     []Attempt `json:"attempts"`
	Tries        []Try     `json:"tries,omitempty"` // checks, the right one too
	Checks       int       `json:"checks"`          // wrong codes so far
	Created      time.Time `json:"date_created"`
	Updated      time.Time `json:"date_updated"`
	Expires      time.Time `json:"expires"`
	FriendlyName string    `json:"friendly_name"` // as the text has it

	fetched []int64      // when, in nanoseconds of Unix time
	due     *clock.Event // when it expires
}

// Attempt is one time that a code was sent (F-636, F-673).
type Attempt struct {
	SID     string    `json:"sid"` // VL and 32 hex digits
	Channel Channel   `json:"channel"`
	At      time.Time `json:"at"`
}

// Try is one time that a code was checked.
type Try struct {
	At    time.Time `json:"at"`
	Right bool      `json:"right"`
}

// The limits of a verification.
const (
	lifetime  = 10 * time.Minute // F-639
	maxSends  = 5                // F-642
	maxChecks = 5                // F-665
	maxKept   = 10_000           // how many verifications an account keeps
)

// newCode returns the code of a verification with n digits. It follows from the SID and the
// account's token, so the same seed gives the same codes, and a restart changes none.
func newCode(token, sid string, n int) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(sid))
	number := binary.BigEndian.Uint64(mac.Sum(nil))
	text := fmt.Sprintf("%020d", number)
	return text[len(text)-n:]
}

// publishLocked shows a verification in the journal and has it stored.
func (s *State) publishLocked(v *Verification, note string) {
	s.touch(storedVerification, v.SID)
	s.account.Journal.Publish(v.resource(), journal.Event{Status: string(v.Status), Note: note})
}

// resource returns the verification as the journal shows it.
func (v *Verification) resource() *journal.Resource {
	return journal.NewResource(journal.Verifications, v.SID, v.ServiceSID, v.To,
		string(v.Channel), string(v.Status), v.Code, v.FriendlyName,
		strconv.Itoa(len(v.Attempts)), strconv.Itoa(v.Checks), v.Expires.UTC().Format(time.RFC3339))
}

// finishLocked ends a verification.
func (s *State) finishLocked(v *Verification, status Status, note string) {
	v.Status, v.Updated = status, s.account.Clock.Now()
	if v.due != nil && status != MaxAttempts {
		v.due.Stop()
		v.due = nil
	}
	s.publishLocked(v, note)
	s.tellLocked(v)
}

// expireLater schedules the end of a verification. A verification that was dropped or replaced
// meanwhile is left alone.
func (s *State) expireLaterLocked(v *Verification) {
	if v.due != nil {
		v.due.Stop()
	}
	v.due = s.account.At(v.Expires, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.verifications[v.SID] == v {
			s.expireLocked(v)
		}
	})
}

// expireLocked ends a verification whose time is over, and reports whether it is.
func (s *State) expireLocked(v *Verification) bool {
	over := !s.account.Clock.Now().Before(v.Expires)
	if over && (v.Status == Pending || v.Status == MaxAttempts) {
		s.finishLocked(v, Expired, "the code has expired")
	}
	return over
}

// newestLocked returns the newest verification of a recipient, nil if there is none.
func (s *State) newestLocked(service, to string) *Verification {
	return s.verifications[s.newest[recipient{service, to}]]
}

// recipient is whom a service sends codes to.
type recipient struct{ service, to string }

// keepLocked adds a verification, in place of the oldest if there are too many.
func (s *State) keepLocked(v *Verification) {
	s.verifications[v.SID], s.newest[recipient{v.ServiceSID, v.To}] = v, v.SID
	for _, attempt := range v.Attempts {
		s.attempts[attempt.SID] = v.SID
	}
	s.order = append(s.order, v.SID)
	for len(s.order) > maxKept {
		s.dropLocked(s.order[0])
		s.order = s.order[1:]
	}
}

// dropLocked forgets a verification.
func (s *State) dropLocked(sid string) {
	v := s.verifications[sid]
	if v.due != nil {
		v.due.Stop()
	}
	delete(s.verifications, sid)
	if key := (recipient{v.ServiceSID, v.To}); s.newest[key] == sid {
		delete(s.newest, key)
	}
	for _, attempt := range v.Attempts {
		delete(s.attempts, attempt.SID)
	}
	s.touch(storedVerification, sid)
}
