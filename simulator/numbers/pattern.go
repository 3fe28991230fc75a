package numbers

import (
	"strings"

	"twilsim/simulator/apierr"
)

// The lengths of a pattern (F-776).
const (
	shortestPattern = 2
	longestPattern  = 16
)

// pattern is what Contains asks for (F-776). The zero pattern matches every number.
type pattern struct {
	parts      []string // digits and * for any digit; any digits may be between two parts
	begin, end bool     // the first part begins the number, the last part ends it
}

// badPattern is the error about a pattern. Its code is not known (F-776).
func badPattern() error {
	e := apierr.New(apierr.InvalidParameter)
	e.Message = "Invalid Pattern Provided"
	return e
}

// parsePattern reads the value of Contains: digits, letters as on a keypad, * for one character and
// % for several, + for the beginning and $ for the end.
func parsePattern(s string) (pattern, error) {
	if s == "" {
		return pattern{}, nil
	}
	if len(s) < shortestPattern || len(s) > longestPattern {
		return pattern{}, badPattern()
	}
	var p pattern
	s, p.begin = strings.CutPrefix(s, "+")
	s, p.end = strings.CutSuffix(s, "$")
	digits := strings.Map(digit, s)
	if digits == "" || strings.Contains(digits, "?") || hasInnerStar(digits) {
		return pattern{}, badPattern()
	}
	p.parts = strings.Split(digits, "%")
	return p, nil
}

// hasInnerStar reports whether a * is between two digits, which Twilio refuses (F-776).
func hasInnerStar(s string) bool {
	for part := range strings.SplitSeq(s, "%") {
		if strings.Contains(strings.Trim(part, "*"), "*") {
			return true
		}
	}
	return false
}

// keypad has the digit of each letter, from A to Z.
const keypad = "22233344455566677778889999"

// digit returns what a character of a pattern stands for, ? for one that cannot be in a pattern.
func digit(r rune) rune {
	switch {
	case r >= '0' && r <= '9', r == '*', r == '%':
		return r
	case r >= 'A' && r <= 'Z':
		return rune(keypad[r-'A'])
	case r >= 'a' && r <= 'z':
		return rune(keypad[r-'a'])
	}
	return '?'
}

// matches reports whether a number in E.164 form has the pattern.
func (p pattern) matches(number string) bool {
	rest, at := number[1:], 0
	for i, part := range p.parts {
		switch {
		case i == 0 && p.begin:
			at = find(rest, part, 0)
			if at != 0 {
				return false
			}
		case i == len(p.parts)-1 && p.end:
			return len(rest) >= len(part) && find(rest, part, len(rest)-len(part)) >= 0
		default:
			at = find(rest, part, 0)
		}
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
		if i == 0 && p.begin && p.end && len(p.parts) == 1 {
			return rest == ""
		}
	}
	return true
}

// find returns where digits with a part begin, not before the index from; -1 for nowhere.
func find(digits, part string, from int) int {
	for at := from; at+len(part) <= len(digits); at++ {
		ok := true
		for i := range len(part) {
			if part[i] != '*' && part[i] != digits[at+i] {
				ok = false
				break
			}
		}
		if ok {
			return at
		}
	}
	return -1
}
