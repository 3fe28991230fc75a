package messaging

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	e164      = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	shortCode = regexp.MustCompile(`^[0-9]{3,8}$`)
	spacing   = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")
)

// ParseAddress reads a phone number as a person writes it, +1 202 555-0142, and returns it in E.164 form; a short code
// stays as it is (F-005), and so does the prefix of a channel address, whatsapp:+12025550142.
func ParseAddress(s string) (string, error) {
	if number, ok := strings.CutPrefix(strings.TrimSpace(s), whatsApp); ok {
		address, err := ParseAddress(number)
		if err != nil {
			return "", err
		}
		return whatsApp + address, nil
	}
	address := spacing.Replace(strings.TrimSpace(s))
	if e164.MatchString(address) || shortCode.MatchString(address) {
		return address, nil
	}
	if near, ok := normalize(s); ok {
		return "", fmt.Errorf("%q is no phone number: did you mean %q?", s, near)
	}
	return "", fmt.Errorf("%q is no phone number: write + and the country code first, for example +12025550142", s)
}

// alphaSender is an alphanumeric sender: up to 11 letters, digits and the like (F-326).
var alphaSender = regexp.MustCompile(`^[A-Za-z0-9 &+_-]{1,11}$`)

// normalize writes a number as Twilio's API does, which takes one without its plus (F-325). Ten digits are a number of the
// North American plan [inferred].
func normalize(s string) (string, bool) {
	prefix, number := prefixOf(s), spacing.Replace(strings.TrimSpace(bare(s)))
	switch {
	case e164.MatchString(number):
	case tenDigits.MatchString(number):
		number = "+1" + number
	case len(number) > 10 && e164.MatchString("+"+number):
		number = "+" + number
	default:
		return "", false
	}
	return prefix + number, areaCode(number) != "" || !strings.HasPrefix(number, "+1")
}

var tenDigits = regexp.MustCompile(`^[2-9][0-9]{9}$`)
