package address

import (
	"regexp"
	"testing"
)

// FuzzDigits checks the formats of numbers against the regular expressions that they stand for.
func FuzzDigits(f *testing.F) {
	for _, s := range []string{"", "+", "0", "12", "123", "12345678", "123456789", "+12025550142",
		"+02025550142", "12025550142", "2025550142", "1025550142", "202555014", "+123456",
		"+1234567", "+123456789012345", "+1234567890123456", "+1202555014x", "+1202555014\n",
		"++2025550142", "２０２５５５０１４２", "+1 202"} {
		f.Add(s)
	}
	formats := []struct {
		pattern *regexp.Regexp
		matches func(string) bool
	}{
		{regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`), isE164},
		{regexp.MustCompile(`^[2-9][0-9]{9}$`), isTenDigits},
		{regexp.MustCompile(`^[0-9]{3,8}$`), isShortCode},
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, format := range formats {
			if got, want := format.matches(s), format.pattern.MatchString(s); got != want {
				t.Errorf("%s of %q: %t, want %t", format.pattern, s, got, want)
			}
		}
	})
}
