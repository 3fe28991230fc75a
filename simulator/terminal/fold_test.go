package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	tests := []struct{ text, want string }{
		{"short\n", "short\n"},
		{"exactly twenty chars\n", "exactly twenty chars\n"},
		{"  label   one two three four\n", "  label   one two\n          three four\n"},
		{"no columns but many words\n", "no columns but many\n  words\n"},
		{"  a very-long-word-that-does-not-fit b\n", "  a very-long-word-that-does-not-fit\n    b\n"},
		{"  x  \x1b[31mred words\x1b[0m that are long\n",
			"  x  \x1b[31mred words\x1b[0m that\n     are long\n"},
		{"no line break at all here", "no line break at all\n  here"},
		{"aligned   columns   stay\n", "aligned   columns\n          stay\n"},
	}
	for _, tt := range tests {
		if got := fold(tt.text, 20); got != tt.want {
			t.Errorf("fold(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestWidth prints on a terminal of 30 columns: lines are folded, a table loses its optional
// columns, and one that is still too wide is stacked. What is meant to be copied stays whole.
func TestWidth(t *testing.T) {
	var out bytes.Buffer
	u := &UI{Out: &out, width: 30}
	columns := []Column[int]{
		{Head: "ID", Value: func(i int) string { return fmt.Sprintf("id%d", i) }},
		{Head: "DETAIL", Drop: 2, Value: func(int) string { return "some detail" }},
		{Head: "MORE", Drop: 1, Value: func(int) string { return "and more" }},
		{Head: "BODY", Value: func(int) string { return "the text" }},
	}
	if err := List(u, []int{1, 2}, columns); err != nil {
		t.Fatal(err)
	}
	if want := "ID   MORE      BODY\nid1  and more  the text\nid2  and more  " +
		"the text\n"; out.String() != want {
		t.Errorf("the table:\n%swant\n%s", out.String(), want)
	}
	out.Reset()
	columns[1].Drop, columns[2].Drop = 0, 0
	if err := List(u, []int{1}, columns); err != nil {
		t.Fatal(err)
	}
	if want := "id1\n  DETAIL  some detail\n  MORE    and more\n  BODY    " +
		"the text\n"; out.String() != want {
		t.Errorf("stacked:\n%swant\n%s", out.String(), want)
	}
	var said bytes.Buffer
	u.Err, u.errWidth = &said, 30
	u.Warnf("the app does not answer yet")
	if want := "twilsim: warn: the app does\n  not answer yet\n"; said.String() != want {
		t.Errorf("the warning %q, want %q", said.String(), want)
	}
	out.Reset()
	u.Printf("%s\n", strings.Repeat("word ", 10))
	u.Rawf("%s\n", strings.Repeat("word ", 10))
	if lines := strings.Split(out.String(), "\n"); len(lines) != 4 || len(lines[0]) > 30 {
		t.Errorf("printed %q", out.String())
	}
}

func TestPainter(t *testing.T) {
	var out bytes.Buffer
	u := &UI{Out: &out, color: true}
	p := u.Painter(map[string]string{"ok": Green, "FAIL": Red})
	for _, part := range []string{"ok    a\n", "FA", "IL  b\n\n--- FAIL: c\n    ok is a word here\n",
		"okay\nend"} {
		if _, err := p.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[32mok\x1b[0m    a\n\x1b[31mFAIL\x1b[0m  b\n\n--- \x1b[31mFAIL\x1b[0m: c\n    ok " +
		"is a word here\nokay\nend"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}
