package wrap

import (
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three", []string{"one two", "three"}},
		{"exactly 7", []string{"exactly", "7"}},
		{"  spaces   go ", []string{"spaces", "go"}},
		{"a much-too-long-word b", []string{"a", "much-too-long-word", "b"}},
		{"äöü äöü ä", []string{"äöü äöü", "ä"}},
	}
	for _, tt := range tests {
		if got := breakLines(tt.text, 7); !slices.Equal(got, tt.want) {
			t.Errorf("Lines(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestFit(t *testing.T) {
	tests := []struct{ text, want string }{
		{"short\nlines stay\n", "short\nlines stay\n"},
		{"a line that is too long\nand one\n\nnext\n", "a line that\nis too long\nand one\n\nnext\n"},
		{"  a  one two three\n  b  x\n", "  a  one two\n     three\n  b  x\n"},
		{"  an example of a command\n", "  an example\n  of a\n  command\n"},
		{"  overlong-word  text\n", "  overlong-word  text\n"},
		{"no end of line", "no end of\nline\n"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Fit(tt.text, 12); got != tt.want {
			t.Errorf("Fit(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestRow(t *testing.T) {
	text := strings.Repeat("word ", 20)
	tests := []struct{ head, first string }{
		{"  short", "  short   word word"},
		{"  exactly10", "  exactly10"},
		{"  exactly", "  exactly word"},
	}
	for _, tt := range tests {
		got := Row(tt.head, 10, text)
		if !strings.HasPrefix(got, tt.first) || !strings.HasSuffix(got, "word\n") {
			t.Errorf("Row(%q) = %q, want %q first", tt.head, got, tt.first)
		}
		if n := strings.Count(got, "word"); n != 20 {
			t.Errorf("Row(%q) has %d of 20 words", tt.head, n)
		}
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		for i, line := range lines {
			if len(line) > maxWidth || i > 0 && !strings.HasPrefix(line, strings.Repeat(" ", 10)+"word") {
				t.Errorf("Row(%q): line %q", tt.head, line)
			}
		}
	}
}
