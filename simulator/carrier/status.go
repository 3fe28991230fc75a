package carrier

import "slices"

// Status is the status of a message, in Twilio's words (F-154 to F-165).
type Status string

// The statuses that Twilio has.
const (
	Accepted           Status = "accepted"            // initial: taken by a Messaging Service, no sender chosen yet
	Scheduled          Status = "scheduled"           // initial: waits for SendAt
	Queued             Status = "queued"              // waits to go out; initial when From is a number
	Sending            Status = "sending"             // is being handed to the carrier
	Sent               Status = "sent"                // the carrier took it; the last status where no receipt comes (F-168)
	Delivered          Status = "delivered"           // final: carrier or handset confirmed
	Undelivered        Status = "undelivered"         // final: the carrier reported a failure
	Failed             Status = "failed"              // final: it could not be sent
	Read               Status = "read"                // the recipient opened it, on channels with such receipts
	Canceled           Status = "canceled"            // final: it was scheduled and then canceled
	Receiving          Status = "receiving"           // inbound: is being assembled
	Received           Status = "received"            // inbound: complete
	PartiallyDelivered Status = "partially_delivered" // group MMS; no source says what leads there or away (F-164)
)

// statuses has every status in the order of a message's life.
var statuses = []Status{Accepted, Scheduled, Queued, Sending, Sent, Delivered, Undelivered, Failed, Read, Canceled,
	Receiving, Received, PartiallyDelivered}

// scriptable has the statuses that a script may name: those that a carrier can bring about.
var scriptable = []Status{Queued, Sending, Sent, Delivered, Undelivered, Failed, Read, Canceled}

// Statuses returns every status in the order of a message's life.
func Statuses() []Status { return slices.Clone(statuses) }

// Known reports whether Twilio has such a status.
func (s Status) Known() bool { return slices.Contains(statuses, s) }

// Final reports whether the message's fate is settled. A delivered message may still be read, which Twilio does not call
// final; read and received count here, as nothing comes after them.
func (s Status) Final() bool {
	switch s {
	case Delivered, Undelivered, Failed, Canceled, Read, Received:
		return true
	}
	return false
}

// Next returns the statuses that may follow from, none where nothing can (F-167).
//
// An accepted message can fail at once, for want of a sender or for an opt-out (F-232, F-429), and can be canceled until it is
// final (F-167). That a queued one can be canceled is unconfirmed (F-395), so it cannot.
func Next(from Status) []Status {
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

// Legal reports whether a message can go from one status straight to another.
func Legal(from, to Status) bool { return slices.Contains(Next(from), to) }
