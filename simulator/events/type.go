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

// LinkClicked is the type of clicks on short links (F-742).
const LinkClicked = "com.twilio.daptbt.link-shortening.link-clicked"

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
)

// messageStatuses are the statuses of messages that are events (F-734). queued never comes of a
// message that is sent at once (F-735), and here of none.
var messageStatuses = []carrier.Status{carrier.Queued, carrier.Sent, carrier.Delivered,
	carrier.Undelivered, carrier.Failed, carrier.Read}

// Types returns the types that are simulated.
func Types() []Type {
	var types []Type
	for _, status := range messageStatuses {
		types = append(types, Type{messagePrefix + string(status), messageSchema, messageVersion,
			"A message became " + string(status)})
	}
	return append(types,
		Type{inboundType, "Messaging.InboundMessageV1", 6, "A message was received"}, // F-741
		Type{errorType, "ErrorLogs.Error", 2, "An error or a warning was logged"},    // F-812
		Type{LinkClicked, "DapTbt.LinkClicked", 3, "A shortened link was clicked"})   // F-813
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
