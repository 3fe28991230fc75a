package events

import (
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
)

// Type is a type of events.
type Type struct {
	Name    string
	Schema  string // Messaging.MessageStatus
	Version int    // the newest of the schema
	Text    string // for people
}

// The types of events about short links (F-742). No source has the data of the second.
const (
	LinkClicked   = "com.twilio.daptbt.link-shortening.link-clicked"
	LinkShortened = "com.twilio.daptbt.link-shortening.link-shortened"
)

// VerificationPrefix is the beginning of the types about codes of Verify; a status follows (F-674).
const VerificationPrefix = "com.twilio.accountsecurity.verify.verification."

// verificationStatuses are the statuses of codes that are events (F-674).
var verificationStatuses = []string{"pending", "approved", "canceled", "expired",
	"max_attempts_reached"}

const (
	messagePrefix  = "com.twilio.messaging.message."
	inboundType    = "com.twilio.messaging.inbound-message.received"
	errorType      = "com.twilio.error-logs.error.logged"
	testType       = "com.twilio.eventstreams.test-event"
	schemas        = "https://events-schemas.twilio.com/"
	discontinued   = "com.twilio.iot.supersim."
	typesOfTwilio  = "com.twilio."
	messageSchema  = "Messaging.MessageStatus"
	messageVersion = 8 // F-734
	messageBefore  = 7 // F-732
)

// messageStatuses are the statuses of messages that are events (F-734). queued never comes of a
// message that is sent at once (F-735), and here of none.
var messageStatuses = []carrier.Status{carrier.Queued, carrier.Sent, carrier.Delivered,
	carrier.Undelivered, carrier.Failed, carrier.Read}

// Types returns the types that are simulated. The order is that in which they are listed.
func Types() []Type {
	var types []Type
	for _, status := range messageStatuses {
		types = append(types, Type{messagePrefix + string(status), messageSchema, messageVersion,
			"A message became " + string(status)})
	}
	for _, status := range verificationStatuses { // F-848
		types = append(types, Type{VerificationPrefix + status,
			"AccountSecurity.VerifyEventStreamEvent", 2,
			"A verification became " + strings.ReplaceAll(status, "_", " ")})
	}
	return append(types,
		Type{inboundType, "Messaging.InboundMessageV1", 6, "A message was received"}, // F-741
		Type{errorType, "ErrorLogs.Error", 2, "An error or a warning was logged"},    // F-812
		Type{LinkClicked, "DapTbt.LinkClicked", 3, "A shortened link was clicked"},   // F-813
		Type{LinkShortened, "DapTbt.LinkShortened", 1, "A link was shortened"})       // F-848
}

// FindType returns the type of that name.
func FindType(name string) (Type, bool) {
	types := Types()
	i := slices.IndexFunc(types, func(t Type) bool { return t.Name == name })
	if i < 0 {
		return Type{}, false
	}
	return types[i], true
}

// SchemaURL returns the address of a version of the type's schema (F-732).
func (t Type) SchemaURL(version int) string {
	return schemas + t.Schema + "/" + strconv.Itoa(version)
}

// checkType says what Twilio says about a type (F-722). unmodelled is a type that Twilio may have,
// and that is not simulated.
func checkType(name string) (t Type, unmodelled bool, err error) {
	t, ok := FindType(name)
	switch {
	case ok:
		return t, false, nil
	case strings.HasPrefix(name, discontinued):
		return t, false, invalid("Type is discontinued")
	case strings.HasPrefix(name, typesOfTwilio) && !strings.HasPrefix(name, messagePrefix):
		return t, true, nil
	}
	return t, false, invalid("Type not found in the system")
}
