package twiml

import (
	"strings"

	"twilsim/simulator/lazy"
)

// address is a number in E.164, a short code, or an address in a channel, as in
// whatsapp:+14155238886 (F-005).
var address = lazy.Regexp(`\A(?:\+[1-9][0-9]{1,14}|[0-9]{3,8}|[a-z]+:[^\s]+)\z`)

// alphanumeric is a sender ID of 1 to 11 characters (F-105). The characters allowed beside letters
// and digits are those of the AlphaSender property in Twilio's messaging API.
var alphanumeric = lazy.Regexp(`\A[A-Za-z0-9 +_&-]{1,11}\z`)

// isRecipient reports whether a message can be sent to an address of this format.
func isRecipient(to string) bool { return address().MatchString(to) }

// isSender reports whether a message can be sent from an address of this format.
func isSender(from string) bool {
	return address().MatchString(from) ||
		alphanumeric().MatchString(from) && strings.ContainsFunc(from, isLetter)
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
