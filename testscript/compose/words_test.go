package compose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/pattern"
)

var wordTests = []struct{ name, body, exactly, like string }{
	{"plain", "hi", "hi", "hi"},
	{"nothing", "", "''", "''"},
	{"words", "You said: it's", "'You said: it''s'", "'You said: it''s'"},
	{"variable", "$HOME", "'$HOME'", "'$HOME'"},
	{"comment", "# no", "'# no'", "'# no'"},
	{"question", "here?", "'here?'", "'here?'"},
	{"star", "a*b", `'~\Aa\*b\z'`, `'~\Aa\*b\z'`},
	{"tilde", "~a", `'~\A~a\z'`, `'~\A~a\z'`},
	{"order", ">5", `'~\A>5\z'`, `'~\A>5\z'`},
	{"lines", "a\r\nb", `'~\Aa\x{d}\x{a}b\z'`, `'~\Aa\x{d}\x{a}b\z'`},
	{"code", "your code is 123456.", "'your code is 123456.'", `'~\Ayour code is [0-9]{6}\.\z'`},
	{"its own number", "call +12025550100", "'call +12025550100'", "'call +12025550100'"},
	{
		"link",
		"see http://localhost:3000/a",
		"'see http://localhost:3000/a'",
		`'~\Asee https?://[^/\s]+/a\z'`,
	},
	{"few digits", "order 77", "'order 77'", "'order 77'"},
}

func TestWords(t *testing.T) {
	w := &writer{known: "+12025550142 +12025550100"}
	for _, tt := range wordTests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.exactly, tt.like},
				[]string{exactly(tt.body), w.pattern(tt.body)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzWords wants words of one line, and patterns that fit the body of which they were made.
func FuzzWords(f *testing.F) {
	for _, tt := range wordTests {
		f.Add(tt.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		body = strings.ToValidUTF8(body, "\uFFFD") // as the simulator keeps it
		for _, word := range []string{exactly(body), (&writer{}).pattern(body)} {
			if !oneLine(word) {
				t.Errorf("%q of %q has several lines", word, body)
			}
			value := word
			if strings.HasPrefix(word, "'") {
				value = strings.ReplaceAll(word[1:len(word)-1], "''", "'")
			}
			p, err := pattern.Parse(value)
			if err != nil || !p.Match(body) {
				t.Errorf("%q does not fit %q: %v", word, body, err)
			}
		}
	})
}
