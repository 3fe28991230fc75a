package fault

import (
	"net/http"
	"time"
)

// Kind is a kind of fault, by the word that rules use for it.
type Kind string

// Fault is one thing that goes wrong with a webhook. Only the fields of its kind are set, and Rule.
type Fault struct {
	Kind        Kind
	Wait        time.Duration // Delay and Late: how much later it leaves, on the account's clock
	Copies      int           // Duplicate: how often it is sent, 2 to 100
	Bytes       int           // Cut: how much of the body is sent; negative for half of it
	Name, Value string        // Param: the parameter
	Signature   Signature     // BadSignature: how the signature is wrong
	Rule        string        // the ID of the rule that asked for it, "r1"; "" if none did yet
}

// String returns the fault as [Parse] reads it, without its rule: delay:5s.
func (f Fault) String() string {
	if format := f.info().format; format != nil {
		return string(f.Kind) + format(f)
	}
	return string(f.Kind)
}

// Describe returns the fault in a few words for a person: "5s later".
func (f Fault) Describe() string { return f.info().describe(f) }

// Fits reports whether the fault can happen to the webhook w. A rule that asks for a fault which
// does not fit is passed over, so a rule never silently does half of what it says.
func (f Fault) Fits(w Webhook) bool {
	fits := f.info().fits
	return fits == nil || fits(f, w)
}

// Webhook is what faults, and the rules that choose them, know of a webhook that is about to leave.
type Webhook struct {
	Purpose  string // one of [Purposes], or another purpose of the journal's
	Method   string // GET or POST
	URL      string // as configured
	To, From string // of the message, as the webhook has them
	Status   string // MessageStatus; "" unless the webhook is a status callback
	Alone    bool   // no other callback of its message, or event to its sink, will follow
	First    bool   // the account has signed no webhook before
}

// The purposes of webhooks that a rule can name.
const (
	Inbound  = "inbound"  // an inbound message, asking for TwiML
	Redirect = "redirect" // the document that a <Redirect> names
	Fallback = "fallback" // the document in place of one that failed
	Status   = "status"   // a status callback
	Event    = "event"    // a delivery of Event Streams to a sink
	Click    = "click"    // a click on a shortened link
)

// Purposes returns the purposes that a rule can name, in the order in which webhooks occur.
func Purposes() []string { return []string{Inbound, Redirect, Fallback, Status, Event, Click} }

// canWait reports whether a webhook can leave later than usual. The documents that a redirect or a
// failure leads to cannot: their message waits for them.
func canWait(_ Fault, w Webhook) bool { return w.Purpose != Redirect && w.Purpose != Fallback }

// hasSuccessor reports whether another callback of the same message, or another event to the same
// sink, will follow.
func hasSuccessor(_ Fault, w Webhook) bool {
	return (w.Purpose == Status || w.Purpose == Event) && !w.Alone
}

// hasBody reports whether the request has a body. A GET has none.
func hasBody(_ Fault, w Webhook) bool { return w.Method != http.MethodGet }

// canReplay reports whether there is an earlier signature, if the fault needs one.
func canReplay(f Fault, w Webhook) bool { return f.Signature != SignatureReplayed || !w.First }
