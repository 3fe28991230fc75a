package pattern

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"+12025550142", "+12025550142", true},
		{"+12025550142", "+120255501420", false},
		{"+1202*", "+12025550142", true},
		{"+1202*", "12025550142", false},
		{"*free money*", "get\nfree money\nnow", true},
		{"+1202555014?", "+12025550149", true},
		{"+1202555014?", "+120255501499", false},
		{`~code \d{6}`, "your code 123456.", true},
		{`~^\d+$`, "12a", false},
		{"a.c*", "abcd", false},
		{"*", "", true},
		{"", "", true},
		{"", "x", false},
	}
	for _, tt := range tests {
		p, err := Parse(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(tt.value); got != tt.want {
			t.Errorf("%q matches %q: got %v, want %v", tt.pattern, tt.value, got, tt.want)
		}
		if p.String() != tt.pattern {
			t.Errorf("String() = %q, want %q", p, tt.pattern)
		}
	}
	if _, err := Parse("~("); err == nil {
		t.Error(`Parse("~(") gave no error`)
	}
	if !Any.Match("anything") || !Exactly("a*b").Match("a*b") || Exactly("a*b").Match("axb") {
		t.Error("Any or Exactly do not match as they should")
	}
}

func TestNeeds(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{"+12025550142", "+12025550142"},
		{"+1202*", "+1202"},
		{"*free?money*", "money"},
		{"~^code is (\\d+) for (shop|store)", "code is "},
		{"~(needle)+x?", "needle"},
		{"~(needle){2,}", "needle"},
		{"~(needle){0,2}", ""},
		{"~(needle)*", ""},
		{"~needle|haystack", ""},
		{"~(?i)Stra\u00dfe", "STRA"},
		{"~[abc]", ""},
		{"*", ""},
		{"", ""},
	} {
		p, err := Parse(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Needs(); got != tt.want {
			t.Errorf("%q needs %q, want %q", tt.pattern, got, tt.want)
		}
	}
	if got := Any.Needs(); got != "" {
		t.Errorf("Any needs %q", got)
	}
}

// FuzzNeeds checks that what a pattern matches has what it needs.
func FuzzNeeds(f *testing.F) {
	f.Add("~(?i)code (is|was) 1", "CODE was 1")
	f.Add("*free?money*", "get free money")
	f.Add("~a(bc)+d?", "abcbc")
	f.Add("~(?i)ks", "\u212a\u017f")
	f.Fuzz(func(t *testing.T, source, value string) {
		p, err := Parse(source)
		if err != nil || !p.Match(value) {
			return
		}
		fold := strings.NewReplacer("\u212a", "k", "\u017f", "s")
		if needs := p.Needs(); !strings.Contains(strings.ToLower(fold.Replace(value)),
			strings.ToLower(needs)) {
			t.Errorf("%q matches %q, which does not have %q", source, value, needs)
		}
	})
}

// FuzzParse checks that a plain value or a glob matches itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "+1202*", "a?c", "~^x$", "*free money*", "[a-", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil || (s != "" && s[0] == '~') {
			return
		}
		if !p.Match(s) {
			t.Errorf("%q does not match itself", s)
		}
	})
}
