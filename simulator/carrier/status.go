package carrier

import "slices"

// Status is the status of a message, in Twilio's words (F-154 to F-165).
type Status string

// The statuses that Twilio has.
const (
	// initial: accepted by a Messaging Service, no sender chosen yet
	Accepted  Status = "accepted"
	Scheduled Status = "scheduled" // initial: waits for SendAt
	Queued    Status = "queued"    // waits to go out; initial when From is a number
	Sending   Status = "sending"   // is being handed to the carrier
	// the carrier accepted it; the last status if no receipt comes (F-168)
	Sent        Status = "sent"
	Delivered   Status = "delivered"   // final: carrier or handset confirmed
	Undelivered Status = "undelivered" // final: the carrier reported a failure
	Failed      Status = "failed"      // final: it could not be sent
	// the recipient opened it, on channels with such receipts
	Read      Status = "read"
	Canceled  Status = "canceled"  // final: it was scheduled and then canceled
	Receiving Status = "receiving" // inbound: is being assembled
	Received  Status = "received"  // inbound: complete
	// group MMS; no source says which statuses come before or after (F-164)
	PartiallyDelivered Status = "partially_delivered"
)

// statuses has every status in the usual order.
var statuses = []Status{Accepted, Scheduled, Queued, Sending, Sent, Delivered, Undelivered, Failed,
	Read, Canceled,
	Receiving, Received, PartiallyDelivered}

// scriptable has the statuses that a script may name: those that a carrier can bring about.
var scriptable = []Status{Queued, Sending, Sent, Delivered, Undelivered, Failed, Read, Canceled}

// Statuses returns every status in the order of a message's life.
func Statuses() []Status { return slices.Clone(statuses) }

// Known reports whether Twilio has such a status.
func (s Status) Known() bool { return slices.Contains(statuses, s) }

// Final reports whether the status is the last one, except that a delivered message may still be
// read. Twilio does not call read and received final; they count here because no status follows
// them.
func (s Status) Final() bool {
	switch s {
	case Delivered, Undelivered, Failed, Canceled, Read, Received:
		return true
	}
	return false
}

// nextStatuses returns the statuses that can follow from; none if nothing can (F-167).
//
// An accepted message can fail at once, without a usable sender or after an opt-out (F-232, F-429),
// and can be canceled until it is final (F-167). Whether a queued one can be canceled is
// unconfirmed (F-395), so it cannot here.
func nextStatuses(from Status) []Status {
	switch from {
	case Accepted:
		return []Status{Queued, Failed, Canceled}
	case Scheduled:
		return []Status{Queued, Canceled}
	case Queued:
		return []Status{Sending, Sent, Failed}
	case Sending:
		return []Status{Sent, Failed}
	case Sent:
		return []Status{Delivered, Undelivered}
	case Delivered:
		return []Status{Read}
	case Receiving:
		return []Status{Received}
	}
	return nil
}

// Legal reports whether a message can change directly from one status to the other.
func Legal(from, to Status) bool { return slices.Contains(nextStatuses(from), to) }
