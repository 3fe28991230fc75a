package address

// The formats of numbers are checked by hand: each message has four, and a regular expression takes
// ten times as long, beside the time to compile it for the first message of a process.

// isE164 reports whether s is a + and 7 to 15 digits, of which the first is not 0.
func isE164(s string) bool {
	return s != "" && s[0] == '+' && areDigits(s[1:], '1', 7, 15)
}

// isTenDigits reports whether s is a number of the North American plan without its country code.
func isTenDigits(s string) bool { return areDigits(s, '2', 10, 10) }

// isShortCode reports whether s is 3 to 8 digits.
func isShortCode(s string) bool { return areDigits(s, '0', 3, 8) }

// areDigits reports whether s is from least to most digits, of which the first is not below first.
func areDigits(s string, first byte, least, most int) bool {
	if len(s) < least || len(s) > most || s[0] < first {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
