package messaging

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/segment"
)

// Direction is who sent a message, in Twilio's words.
type Direction string

// The directions of a message (F-360).
const (
	Inbound       Direction = "inbound"
	OutboundAPI   Direction = "outbound-api"
	OutboundReply Direction = "outbound-reply" // F-102
)

// Change is one step in a message's history.
type Change struct {
	Status    carrier.Status `json:"status"`
	ErrorCode int            `json:"error_code,omitempty"`
	At        time.Time      `json:"at"`
	// what decided it: a rule, a handset's state, a magic number or a person
	By string `json:"by,omitempty"`
}

// Snapshot is the fields of a message at one moment, under Twilio's names. Its lists and pointers
// are shared with the message, and must not be changed.
type Snapshot struct {
	SID        string
	AccountSID string
	From, To   string
	Body       string
	Direction  Direction
	// MessagingServiceSID is the service that sends the message, or whose number received it; ""
	// for none (F-356).
	MessagingServiceSID string
	// Price is "" until a minute after the message was sent; Twilio writes null (F-361, F-616)
	Price, PriceUnit string
	Status           carrier.Status
	ErrorCode        int // 0 for none
	Encoding         segment.Encoding
	Units            int // septets or UTF-16 code units
	NumSegments      int
	Media            []Media
	Created          time.Time
	Updated          time.Time
	// zero before it was sent; of an inbound message, when its webhook was requested (F-353)
	Sent      time.Time
	ReplyTo   string // the inbound message that a reply answers
	Callback  Callback
	Template  *Templated // that it was made of; nil for none. It is not changed.
	install   string     // the SID of the channel's installation, for its callbacks (F-176)
	automatic bool       // Twilio's own, or another product's: no callbacks, and no window
	unlisted  bool       // the API does not have it: see [Notice]
	By        string     // what decided its delivery
	Script    string     // what the carrier was to do
	History   []Change
}

// Callback is where a message's statuses are reported. The URL is empty if they are not.
type Callback struct {
	URL    string // as the app wrote it, resolved, with its fragment
	Method string
}

// ErrorMessage returns the title of the message's error code, "" without one.
func (f Snapshot) ErrorMessage() string { return errcode.Title(f.ErrorCode) }

// Message is one message of the account. Its fields change; [Message.Snapshot] returns their
// values. It is safe for concurrent use.
type Message struct {
	account *Account

	// All below is guarded by account.mu.
	current   Snapshot
	script    carrier.Script
	due       *clock.Event   // when that step is due
	start     time.Time      // what the script's times count from
	callbacks *callbackQueue // nil while there are none; see queue
	handover  *handover      // from RCS to SMS; nil for none

	resets   int32 // the account's, when the message was made
	step     int32 // the next step of the script
	segments int32 // the value of NumSegments after a sender is chosen (F-359)
	// how long it may wait to be sent (F-336); 0 for a reply, which has no such parameter
	validity time.Duration
	expiry   *clock.Event // when it is given up
	feedback *Feedback

	played bool // the script has begun, or there is none
	listed bool // it is in the account's due
	moved  bool // by a person or the end of its validity period: no script takes it further
	// of an inbound message in an account that is stored: what is still to do; nil for nothing
	run   *pendingRun
	place int64 // where it is stored; 0 for nowhere. The recorder's lock guards it.
}

// Snapshot returns a copy of the message's fields. It takes the account's lock. The history is not
// copied, because it only grows: what a snapshot has of it stays as it is.
func (m *Message) Snapshot() Snapshot {
	m.account.mu.Lock()
	f := m.current
	f.History = slices.Clip(f.History)
	m.account.mu.Unlock()
	m.account.addPrice(&f)
	return f
}

// ID returns the message's SID.
func (m *Message) ID() string { return m.current.SID } // set once, before the message is shared

// Keys returns the values by which the journal finds the message. The journal asks before the
// message is shared; from then on the account's lock must be held.
func (m *Message) Keys() journal.Keys {
	f := &m.current
	return journal.Keys{To: f.To, From: f.From, Service: f.MessagingServiceSID, ReplyTo: f.ReplyTo,
		Sent: f.Sent}
}

// Size returns how many bytes of memory the message needs, without its files. The journal asks
// before the message is shared. It is an estimate, for the journal's budget.
func (m *Message) Size() int {
	const fixed = 1400 // the struct, its SIDs and numbers, and its place in the indexes
	return fixed + len(m.current.Body) + len(m.current.Callback.URL) + len(m.current.Script) +
		statusBytes*len(m.current.History)
}

// statusBytes is how many bytes a step of the history needs.
const statusBytes = 96

// When returns the time at which the message was made.
func (m *Message) When() time.Time { return m.current.Created }

// Summary returns the message's direction, numbers and status.
func (m *Message) Summary() string {
	f := m.Snapshot()
	return fmt.Sprintf("%s %s -> %s %s %q", f.Direction, f.From, f.To, f.Status, f.Body)
}

// MessageFields returns the names that a query may use for a message: those of Twilio's resource,
// by for what decided its delivery, and phone for the address of the handset.
func MessageFields() []string {
	return []string{"sid", "status", "error_code", "from", "to", "body", "direction",
		"num_segments", "num_media", "encoding",
		"account_sid", "messaging_service_sid", "reply_to", "callback", "by", "phone"}
}

// Field returns a field of [MessageFields]. A message without an error has no error_code.
//
// It looks at the fields in their place: a query asks thousands of messages, and most of the time
// of a [Message.Snapshot] goes into its history and price.
func (m *Message) Field(name string) (string, bool) {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	f := &m.current
	switch name {
	case "sid":
		return f.SID, true
	case "status":
		return string(f.Status), true
	case "error_code":
		return strconv.Itoa(f.ErrorCode), f.ErrorCode != 0
	case "from":
		return f.From, true
	case "to":
		return f.To, true
	case "body":
		return f.Body, true
	case "direction":
		return string(f.Direction), true
	case "num_segments":
		return strconv.Itoa(f.NumSegments), true
	case "num_media":
		return strconv.Itoa(len(f.Media)), true
	case "encoding":
		return string(f.Encoding), true
	case "account_sid":
		return f.AccountSID, true
	case "messaging_service_sid":
		return f.MessagingServiceSID, f.MessagingServiceSID != ""
	case "reply_to":
		return f.ReplyTo, f.ReplyTo != ""
	case "callback":
		return f.Callback.URL, f.Callback.URL != ""
	case "by":
		return f.By, true
	case "phone":
		if f.Direction == Inbound {
			return f.From, true
		}
		return f.To, true
	}
	return "", false
}

// newMessage gives a snapshot its SID, a time and its segments. The caller writes the message into
// the journal.
func (a *Account) newMessage(f Snapshot) *Message { return a.newEncoded(f, f.Body) }

// newEncoded is newMessage for a text that is sent in other characters than those of its body
// (F-407). It waits for the history of before if a SID could be in it.
func (a *Account) newEncoded(f Snapshot, text string) *Message {
	prefix := "SM"
	if len(f.Media) > 0 {
		prefix = "MM" // F-351
	}
	f.Body, text = strings.ToValidUTF8(f.Body, "\uFFFD"), strings.ToValidUTF8(text, "\uFFFD")
	f.SID, f.AccountSID, f.install = a.freshSID(prefix), a.SID, a.install
	f.Encoding, f.Units, f.NumSegments = segment.Measure(text)
	if f.channel() != "" { // F-009
		f.NumSegments = 1
	}
	if unit := a.quirk().Get(quirk.PriceUnit); unit != "null" {
		f.PriceUnit = unit // F-362, F-500
	}
	f.Created = a.Clock.Now()
	f.Updated = f.Created
	room := 1
	if f.Direction != Inbound {
		room += len(usual)
	}
	f.History = append(make([]Change, 0, room), Change{Status: f.Status, At: f.Created})
	m := &Message{account: a, start: f.Created, segments: int32(f.NumSegments)}
	if (f.Status == carrier.Accepted || f.Status == carrier.Scheduled) &&
		a.quirk().Get(quirk.ServiceSegments) == "zero" { // F-359, F-500
		f.NumSegments = 0
	}
	m.current = f
	a.mu.Lock()
	defer a.mu.Unlock()
	m.resets = a.resets
	return m
}
