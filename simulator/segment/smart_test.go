package segment_test

import (
	"fmt"
	"strings"
	"testing"

	"twilsim/simulator/segment"
)

func ExampleSmart() {
	fmt.Println(segment.Smart("“Don’t wait” — it’s on…"))
	// Output:
	// "Don't wait" - it's on...
}

var smartTests = []struct{ name, body, want string }{
	{"empty", "", ""},
	{"GSM-7 stays", "Olé {x} €5\n", "Olé {x} €5\n"},
	{"quotes", "«a» “b” „c‟ ‘d’ ‹e› `f´", `"a" "b" "c" 'd' >e< 'f'`},
	{"dashes", "1‐2–3—4―5", "1-2-3-4-5"},
	{"bullets", "• a\n⁃ b", "- a\n- b"},
	{"ellipsis", "wait…", "wait..."},
	{"spaces", "a\u00a0b\u2009c\u3000d\u202fe", "a b c d e"},
	{"no width", "\ufeffGr\u200bü\u200cße\u2060", "Grüße"},
	{"fractions", "1½ ÷ ¾", "11/2 / 3/4"},
	{"fullwidth", "Ａ１！～＠［］", "A1!~@[]"},
	{"small capitals", "ʜᴇʟʟᴏ ᴢᴏᴇ", "HELLO ZOE"},
	{"live test 3b of SEG's issue 66", "“Hi”", `"Hi"`},
	{"live test 3d of SEG's issue 66", "a„b\u200cc", `a"bc`},
	{"all or nothing: emoji", "“Hi” 😜", "“Hi” 😜"},
	{"all or nothing: hangul", "안녕하세요…", "안녕하세요…"},
	{"all or nothing: F-405", "“ça va”", "“ça va”"},
	{"all or nothing: fullwidth small letter", "Ａｂ", "Ａｂ"},
	{"all or nothing: tab", "a\tb…", "a\tb…"},
	{"invalid UTF-8", "“\xff”", "“\xff”"},
}

func TestSmart(t *testing.T) {
	for _, tt := range smartTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := segment.Smart(tt.body); got != tt.want {
				t.Errorf("Smart(%q) = %q, want %q", tt.body, got, tt.want)
			}
		})
	}
}

// TestSmartList tries every character by itself: it stays or becomes GSM-7. The expected number is
// that of SEG's list without its 16 control characters, tab included, and with U+200C, which SEG's
// pull request 49 added.
func TestSmartList(t *testing.T) {
	replaced := 0
	for r := rune(0); r <= 0x10ffff; r++ {
		got := segment.Smart(string(r))
		if got == string(r) {
			continue
		}
		replaced++
		if enc, _, _ := segment.Measure(got); enc != segment.GSM7 {
			t.Errorf("%U becomes %q, which is %s", r, got, enc)
		}
		if enc, _, _ := segment.Measure(string(r)); enc == segment.GSM7 {
			t.Errorf("%U is GSM-7 already, yet it becomes %q", r, got)
		}
	}
	if want := 255; replaced != want {
		t.Errorf("%d characters are replaced, want %d", replaced, want)
	}
}

// FuzzSmart checks that the result is GSM-7 or the body itself, and that a second call does not
// change it.
func FuzzSmart(f *testing.F) {
	for _, tt := range smartTests {
		f.Add(tt.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := segment.Smart(body)
		if enc, _, _ := segment.Measure(got); enc != segment.GSM7 && got != body {
			t.Errorf("Smart(%q) = %q, which is %s", body, got, enc)
		}
		if again := segment.Smart(got); again != got {
			t.Errorf("Smart(%q) = %q, and again %q", body, got, again)
		}
	})
}

func BenchmarkSmart(b *testing.B) {
	body := strings.Repeat("“Don’t wait” — it’s on… ", 6)
	b.ReportAllocs()
	for b.Loop() {
		segment.Smart(body)
	}
}
