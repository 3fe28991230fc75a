package pattern

import "testing"

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
