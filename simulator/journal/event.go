package journal

import (
	"slices"
	"time"
)

// Type says what happened in an [Event].
type Type string

// The types of events.
const (
	MessageReceived Type = "message.received" // a handset sent it
	MessageCreated  Type = "message.created"  // the app sent it, or replied with it
	MessageStatus   Type = "message.status"   // its status changed
	WebhookHeld     Type = "webhook.held"     // a rule delays a call to the app
	WebhookAttempt  Type = "webhook.attempt"  // the app was called, whether it answered or not
	RequestServed   Type = "request.served"   // the app called the API
	AlertRaised     Type = "alert.raised"
	ClockAdvanced   Type = "clock.advanced"
	Changed         Type = "changed"  // a rule, a number, a handset or a bin was set
	Cleared         Type = "cleared"  // the account was reset
	ResourceChanged Type = "resource" // of another product: it was made or has changed
)

// types are the types of events; a stored line has an index into it. Stored journals have the
// indexes, so a new type goes to the end.
var types = [...]Type{
	MessageReceived, MessageCreated, MessageStatus, WebhookHeld, WebhookAttempt, RequestServed,
	AlertRaised, ClockAdvanced, Changed,
	Cleared, ResourceChanged,
}

// Types returns the types of events.
func Types() []Type { return slices.Clone(types[:]) }

// Event is one line of the journal. Fields without a meaning for its type are empty.
type Event struct {
	ID   int64     `json:"id"` // counts from 1 and never repeats
	At   time.Time `json:"at"` // the account's time, UTC
	Real time.Time `json:"real"`
	Type Type      `json:"type"`
	SID  string    `json:"sid,omitempty"` // the message, or the resource
	// the message's, or the one that the webhook reports
	Status    string `json:"status,omitempty"`
	ErrorCode int    `json:"error_code,omitempty"` // the message's
	// what decided it: a rule, a handset's state, a magic number, a user
	Rule     string `json:"rule,omitempty"`
	Exchange string `json:"exchange,omitempty"` // W31 or R12
	Alert    string `json:"alert,omitempty"`
	HTTP     int    `json:"http,omitempty"` // the exchange's response status; 0 without a response
	Note     string `json:"note,omitempty"` // the rest, for a person
}

// Dropped reports whether the event is about a call to the app that a rule prevented.
func (e Event) Dropped() bool { return e.Type == WebhookAttempt && e.Note == NotSent }
