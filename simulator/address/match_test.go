package address

import (
	"math/rand/v2"
	"regexp"
	"testing"
)

// TestMatches compares the matcher with package regexp, for each pattern of the tables and numbers
// that resemble its matches.
func TestMatches(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	matched, tried := 0, 0
	for pattern := range patterns {
		expression := regexp.MustCompile("^(?:" + pattern + ")$")
		prefix := regexp.MustCompile("^(?:" + pattern + ")")
		for range 50 {
			number := digitsOf(random, 1+random.IntN(14))
			if random.IntN(2) == 0 {
				number = resembling(random, pattern)
			}
			want := expression.MatchString(number)
			if got := whole(pattern, number); got != want {
				t.Fatalf("whole(%q, %q) = %v", pattern, number, got)
			}
			if got := matches(pattern, number) != 0; got != prefix.MatchString(number) {
				t.Fatalf("matches(%q, %q) = %v", pattern, number, got)
			}
			if tried++; want {
				matched++
			}
		}
	}
	if tried < 80_000 || matched < tried/30 {
		t.Errorf("tried %d numbers, %d matched", tried, matched)
	}
}

// patterns yields the patterns of the tables.
func patterns(yield func(string) bool) {
	seen := map[string]bool{"": true}
	each := func(list ...string) bool {
		for _, p := range list {
			if !seen[p] && !yield(p) {
				return false
			}
			seen[p] = true
		}
		return true
	}
	for _, p := range plans {
		if !each(p.prefix) {
			return
		}
		for _, r := range p.regions {
			if !each(r.leading, r.all.pattern, r.premium.pattern) {
				return
			}
			for _, kind := range r.kinds {
				if !each(kind.shape.pattern) {
					return
				}
			}
		}
		for _, f := range p.formats {
			if !each(f.leading) {
				return
			}
		}
	}
}

// resembling returns digits of a pattern: one of those in each place where it has some.
func resembling(random *rand.Rand, pattern string) string {
	number := ""
	for i := 0; i < len(pattern) && len(number) < 12; i++ {
		switch c := pattern[i]; {
		case c == '|' && random.IntN(2) == 0:
			number = ""
		case c >= '0' && c <= '9' && random.IntN(4) > 0:
			number += string(c)
		case c == '\\':
			number += digitsOf(random, 1)
		}
	}
	return number + digitsOf(random, random.IntN(6))
}
