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
// stays as it is (F-005).
func ParseAddress(s string) (string, error) {
	address := spacing.Replace(strings.TrimSpace(s))
	if e164.MatchString(address) || shortCode.MatchString(address) {
		return address, nil
	}
	if e164.MatchString("+" + address) {
		return "", fmt.Errorf("%q is no phone number: did you mean %q?", s, "+"+address)
	}
	return "", fmt.Errorf("%q is no phone number: write + and the country code first, for example +12025550142", s)
}
