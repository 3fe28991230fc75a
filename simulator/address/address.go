// Package address knows what an address of a message is: a phone number in E.164 form, a short
// code, an alphanumeric sender, and any of these behind the prefix of a channel such as whatsapp:.
//
// [Parse] reads what a person typed, [Normalize] what an API request has. [Locate] and [IsPremium]
// use tables that the program in the folder generate makes from libphonenumber's data: the library
// itself took half of the start of every command and unpacked its data for the first text. It is
// the oracle of this package's tests.
package address

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"twilsim/simulator/lazy"
)

// The prefixes of channels' addresses.
const (
	WhatsApp = "whatsapp:" // F-005
	RCS      = "rcs:"      // F-790
)

var (
	alpha   = lazy.Regexp(`^[A-Za-z0-9 &+_-]{1,11}$`)
	agent   = lazy.Regexp(`^rcs:[A-Za-z][A-Za-z0-9_.-]{0,99}$`)
	spacing = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")
)

// Parse reads a phone number as a person writes it, +1 202 555-0142, and returns it in E.164 form.
// A short code stays as it is (F-005), and so do the prefix of a channel and a sender of RCS.
func Parse(s string) (string, error) {
	if IsAgent(strings.TrimSpace(s)) {
		return strings.TrimSpace(s), nil
	}
	for _, prefix := range []string{WhatsApp, RCS} {
		if number, ok := strings.CutPrefix(strings.TrimSpace(s), prefix); ok {
			address, err := Parse(number)
			if err != nil {
				return "", err
			}
			return prefix + address, nil
		}
	}
	address := spacing.Replace(strings.TrimSpace(s))
	if digits, ok := strings.CutPrefix(address, "+1"); ok && isE164(address) &&
		len(digits) != 10 {
		return "", fmt.Errorf("%q cannot exist: a number of North America has 10 digits behind +1, "+
			"and this has %d",
			s, len(digits))
	}
	if isE164(address) || isShortCode(address) {
		return address, nil
	}
	if channel, number, ok := strings.Cut(strings.TrimSpace(s), ":"); ok {
		return "", channelError(s, channel, number)
	}
	if near, ok := Normalize(s); ok {
		return "", fmt.Errorf("%q is not a phone number: did you mean %q?", s, near)
	}
	return "", fmt.Errorf("%q is not a phone number: "+
		"write + and the country code first, for example +12025550142", s)
}

// CheckExact returns an error about a text that is to equal the address of a message, if none can
// be so and the text is nearly one: messages have their numbers in E.164 form. Any other text is
// right, since an address may be an alphanumeric sender.
func CheckExact(s string) error {
	if prefix := Prefix(s); prefix != "" && !strings.EqualFold(prefix, WhatsApp) {
		return nil
	}
	bare := Bare(s)
	if IsShortCode(bare) || IsAlphabetic(bare) {
		return nil
	}
	near, ok := Normalize(bare)
	switch prefix := strings.ToLower(Prefix(s)); {
	case ok && prefix+near != s:
		return fmt.Errorf("no message has the address %q: did you mean %q?", s, prefix+near)
	case ok || !strings.HasPrefix(bare, "+1") || !isE164(bare):
		return nil
	}
	_, err := Parse(bare) // the country code 1 with too many digits, or too few
	return err
}

// channelError is the error about an address with the prefix of a channel that is not WhatsApp's.
func channelError(s, channel, number string) error {
	near, ok := Normalize(number)
	switch {
	case !ok:
		return fmt.Errorf("%q is not an address: write a number such as +12025550142, or "+
			"whatsapp:+12025550142", s)
	case strings.EqualFold(channel+":", WhatsApp), strings.EqualFold(channel+":", RCS):
		return fmt.Errorf("%q is not an address: did you mean %q?", s,
			strings.ToLower(channel)+":"+near)
	case strings.EqualFold(channel, "sms"), strings.EqualFold(channel, "tel"):
		return fmt.Errorf("%q is not an address: did you mean %q?", s, near)
	}
	return fmt.Errorf("%q is not an address: %s is not a channel here, write %s or %s", s, channel,
		near, WhatsApp+near)
}

// Normalize writes a number as Twilio's API does, which also accepts one without its plus (F-325).
// Ten digits are a number of the North American plan [inferred]. The result is false for what is
// not a number. A sender of RCS stays as it is.
func Normalize(s string) (string, bool) {
	if IsAgent(s) {
		return s, true
	}
	prefix, number := Prefix(s), spacing.Replace(strings.TrimSpace(Bare(s)))
	switch {
	case isE164(number):
	case isTenDigits(number):
		number = "+1" + number
	case len(number) > 10 && areDigits(number, '1', 7, 15):
		number = "+" + number
	default:
		return "", false
	}
	return prefix + number, AreaCode(number) != "" || !strings.HasPrefix(number, "+1")
}

// Prefix returns the channel's prefix of an address with its colon, whatsapp:, and "" for a number
// (F-005).
func Prefix(address string) string { return address[:strings.IndexByte(address, ':')+1] }

// Bare returns the address without its channel's prefix. A sender of RCS stays as it is: without
// the prefix it would be an alphanumeric sender.
func Bare(address string) string {
	if IsAgent(address) {
		return address
	}
	return address[len(Prefix(address)):]
}

// IsAgent reports whether the address is that of a sender of RCS: rcs: and its ID, such as
// rcs:brand_xyz123_agent (F-790). No source has the characters of an ID; here it begins with a
// letter, so that no number is one.
func IsAgent(address string) bool {
	return strings.HasPrefix(address, RCS) && agent().MatchString(address)
}

// With puts an address that may have another prefix on a channel. A sender of RCS stays as it is.
func With(prefix, address string) string {
	if IsAgent(address) {
		return address
	}
	return prefix + Bare(address)
}

// IsShortCode reports whether the address has the form of a short code: three to eight digits.
func IsShortCode(address string) bool { return isShortCode(address) }

// IsAlphanumeric reports whether the address has the characters and the length of an alphanumeric
// sender: up to 11 letters, digits and the like (F-326). Digits alone pass as well.
func IsAlphanumeric(address string) bool { return alpha().MatchString(address) }

// IsAlphabetic reports whether the address has a letter, which an alphanumeric sender has and a
// number does not.
func IsAlphabetic(address string) bool {
	return strings.ContainsFunc(Bare(address), unicode.IsLetter)
}

// RefusesAlphanumeric reports whether a number is in a country that is known to take no
// alphanumeric senders: the US and Canada (F-619).
func RefusesAlphanumeric(number string) bool {
	if Prefix(number) != "" || !strings.HasPrefix(number, "+1") {
		return false
	}
	country := Locate(number).Country
	return country == "US" || country == "CA"
}

// AreaCode returns the area code of a number of the North American plan, "" for any other address.
func AreaCode(address string) string {
	if len(address) == len("+12025550142") && strings.HasPrefix(address, "+1") {
		return address[2:5]
	}
	return ""
}

// tollFree are the area codes of toll-free numbers.
var tollFree = []string{"800", "833", "844", "855", "866", "877", "888"}

// IsTollFree reports whether the address is a toll-free number of the North American plan.
func IsTollFree(address string) bool { return slices.Contains(tollFree, AreaCode(address)) }

// Friendly writes a number of the North American plan as Twilio's friendly names do,
// (202) 555-0142. Any other address stays as it is.
func Friendly(address string) string {
	if AreaCode(address) == "" {
		return address
	}
	return fmt.Sprintf("(%s) %s-%s", address[2:5], address[5:8], address[8:])
}
