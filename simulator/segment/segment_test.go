package segment_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/segment"
)

func ExampleOf() {
	fmt.Println(segment.Of("code 123456"))
	fmt.Println(segment.Of(strings.Repeat("a", 161)))
	fmt.Println(segment.Of("¡Olé! 😜"))
	// Output:
	// 1 segment GSM-7 (11 of 160)
	// 2 segments GSM-7 (161 of 306)
	// 1 segment UCS-2 (8 of 70)
}

// text is a prefix and a character repeated n times.
func text(front, body string, n int) string { return front + strings.Repeat(body, n) }

const digits = "234567890123456789012345678901234567890123456789012345678901234567890"

var splitTests = []struct {
	name      string
	body      string
	encoding  segment.Encoding
	units, of int // of is the capacity
	parts     int
}{
	{"empty", "", segment.GSM7, 0, 160, 1},
	{"one letter", "a", segment.GSM7, 1, 160, 1},
	{"F-408 160 letters", text("", "a", 160), segment.GSM7, 160, 160, 1},
	{"F-408 161 letters", text("", "a", 161), segment.GSM7, 161, 306, 2},
	{"F-408 306 letters", text("", "a", 306), segment.GSM7, 306, 306, 2},
	{"F-408 307 letters", text("", "a", 307), segment.GSM7, 307, 459, 3},
	{"F-408 70 ç", text("", "ç", 70), segment.UCS2, 70, 70, 1},
	{"F-408 71 ç", text("", "ç", 71), segment.UCS2, 71, 134, 2},
	{"F-408 emoji and 68 digits", "😜" + digits[:68], segment.UCS2, 70, 70, 1},
	{"F-408 emoji and 69 digits", "😜" + digits, segment.UCS2, 71, 134, 2},
	{"F-408 extension and 158", text("{", "a", 158), segment.GSM7, 160, 160, 1},
	{"F-408 extension and 159", text("{", "a", 159), segment.GSM7, 161, 306, 2},

	{"F-403 1600 letters", text("", "a", 1600), segment.GSM7, 1600, 1683, 11},
	{"F-403 134 ç", text("", "ç", 134), segment.UCS2, 134, 134, 2},
	{"F-403 135 ç", text("", "ç", 135), segment.UCS2, 135, 201, 3},
	{"F-404 all extension characters", "\f^{}\\[~]|€", segment.GSM7, 20, 160, 1},
	{"F-404 80 extension characters", text("", "€", 80), segment.GSM7, 160, 160, 1},
	{"F-404 81 extension characters", text("", "€", 81), segment.GSM7, 162, 306, 2},
	// 306 septets, but an extension character has no room in the 153rd; SEG's issue 39 saw Twilio
	// send three.
	{"F-404 153 extension characters", text("", "]", 153), segment.GSM7, 306, 459, 3},
	{"F-404 extension at the cut", text("", "a", 152) + "€" + text("", "a", 152), segment.GSM7, 306,
		459, 3},
	{"F-404 extension counts one in UCS-2", text("😀", "]", 68), segment.UCS2, 70, 70, 1},
	{"F-404 extension counts one in UCS-2, two parts", text("😀", "]", 69), segment.UCS2, 71, 134,
		2},
	{"F-406 surrogate pair at the cut", text("", "ç", 66) + "😜" + text("", "ç", 66), segment.UCS2,
		134, 201, 3},
	{"F-406 pairs only", text("", "😜", 67), segment.UCS2, 134, 201, 3},
	{"F-406 flag and 66 digits", "🇮🇹" + digits[:66], segment.UCS2, 70, 70, 1},
	{"F-406 flag and 67 digits", "🇮🇹" + digits[:67], segment.UCS2, 71, 134, 2},

	// SEG's issue 66 compares these with a live account.
	{"CR LF counts two", text("", "a", 80) + "\r\n" + text("", "a", 79), segment.GSM7, 161, 306, 2},
	{"LF counts one", text("", "a", 80) + "\n" + text("", "a", 79), segment.GSM7, 160, 160, 1},
	{"CR LF in a long text", text("", "a", 200) + "\r\n" + text("", "a", 105), segment.GSM7, 307,
		459, 3},
	{"70 é", text("", "é", 70), segment.GSM7, 70, 160, 1},
	{"70 é of two characters", text("", "e\u0301", 70), segment.UCS2, 140, 201, 3},
	{"70 中", text("", "中", 70), segment.UCS2, 70, 70, 1},
	{"71 中", text("", "中", 71), segment.UCS2, 71, 134, 2},

	{"invalid UTF-8", "a\xff\xfeb", segment.UCS2, 4, 70, 1},
	{"invalid UTF-8 in two parts", text("", "\xff", 71), segment.UCS2, 71, 134, 2},
	{"half a character at the end", "a\xf0\x9f\x98", segment.UCS2, 4, 70, 1},
}

func TestOf(t *testing.T) {
	for _, tt := range splitTests {
		t.Run(tt.name, func(t *testing.T) {
			got := segment.Of(tt.body)
			if got.Encoding != tt.encoding || got.Units != tt.units || got.Capacity() != tt.of ||
				got.Count() != tt.parts {
				t.Errorf("got %v, want %d in %s (%d of %d)", got, tt.parts, tt.encoding, tt.units,
					tt.of)
			}
			if enc, units, n := segment.Measure(tt.body); n != tt.parts || units != got.Units ||
				enc != tt.encoding {
				t.Errorf("Measure = %s, %d, %d, want %s, %d, %d", enc, units, n, tt.encoding, got.Units,
					tt.parts)
			}
			if diff := cmp.Diff(tt.body, strings.Join(got.Parts, "")); diff != "" {
				t.Errorf("the parts do not join to the body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParts(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"empty", "", []string{""}},
		{"F-403 GSM-7", text("", "a", 161), []string{text("", "a", 153), text("", "a", 8)}},
		{"F-403 UCS-2", text("", "ç", 71), []string{text("", "ç", 67), text("", "ç", 4)}},
		{"F-404 extension character", text("", "a", 152) + "€" + text("", "b", 7),
			[]string{text("", "a", 152), text("€", "b", 7)}},
		{"F-406 surrogate pair", text("", "ç", 66) + "😜" + text("", "x", 3),
			[]string{text("", "ç", 66), text("😜", "x", 3)}},
		{"invalid UTF-8", text("", "\xff", 71), []string{text("", "\xff", 67),
			text("", "\xff", 4)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, segment.Of(tt.body).Parts); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

// gsm0338 is the basic alphabet in the order of its codes, without the escape.
const gsm0338 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// TestAlphabet tries every character of the Basic Multilingual Plane (F-404, F-405).
func TestAlphabet(t *testing.T) {
	if n := utf8.RuneCountInString(gsm0338); n != 127 {
		t.Fatalf("the alphabet of the test has %d characters, want 127", n)
	}
	for r := rune(0); r <= 0xffff; r++ {
		want := segment.Split{Encoding: segment.UCS2, Units: 1, Parts: []string{string(r)}}
		if strings.ContainsRune(gsm0338, r) {
			want.Encoding = segment.GSM7
		} else if strings.ContainsRune("\f^{}\\[~]|€", r) {
			want.Encoding, want.Units = segment.GSM7, 2
		}
		if diff := cmp.Diff(want, segment.Of(string(r))); diff != "" {
			t.Errorf("%U (-want +got):\n%s", r, diff)
		}
	}
}

func TestMeasureDoesNotAllocate(t *testing.T) {
	for _, tt := range splitTests {
		if n := testing.AllocsPerRun(10, func() { segment.Measure(tt.body) }); n != 0 {
			t.Errorf("%s: Measure allocates %v times", tt.name, n)
		}
	}
}

// FuzzOf checks that the parts join to the body, that each fits, that no part could hold the first
// character of the next one, that characters stay whole, and that Measure agrees.
func FuzzOf(f *testing.F) {
	for _, tt := range splitTests {
		f.Add(tt.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := segment.Of(body)
		if got := strings.Join(s.Parts, ""); got != body {
			t.Fatalf("parts join to %q, want %q", got, body)
		}
		if enc, units, n := segment.Measure(body); n != s.Count() || units != s.Units ||
			enc != s.Encoding || n < 1 {
			t.Errorf("Measure = %s, %d, %d; Of = %v", enc, units, n, s)
		}
		room, units := s.Capacity()/s.Count(), 0
		for i, part := range s.Parts {
			n := unitsIn(s.Encoding, part)
			units += n
			if n > room {
				t.Errorf("part %d has %d units, want at most %d", i, n, room)
			}
			if i == 0 {
				continue
			}
			first, size := utf8.DecodeRuneInString(part)
			if size == 0 || unitsIn(s.Encoding, s.Parts[i-1])+unitsIn(s.Encoding,
				part[:size]) <= room {
				t.Errorf("part %d has room for %q, the first character of the next", i-1, first)
			}
			if utf8.ValidString(body) && !utf8.ValidString(part) {
				t.Errorf("a character was cut: %q", part)
			}
		}
		if units != s.Units || units > s.Capacity() {
			t.Errorf("the parts have %d units, of %v", units, s)
		}
	})
}

// unitsIn counts in another way than the package does.
func unitsIn(enc segment.Encoding, s string) (n int) {
	for _, r := range s {
		if n++; enc == segment.GSM7 && strings.ContainsRune("\f^{}\\[~]|€", r) || r > 0xffff {
			n++
		}
	}
	return n
}

func BenchmarkMeasure(b *testing.B) {
	for _, bb := range []struct{ name, body string }{
		{"short", "Your order has been shipped, it should be with you on Monday."},
		{"three parts", text("", "Your order has been shipped. ", 15)},
		{"UCS-2", text("", "Ваш заказ отправлен. ", 8)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				segment.Measure(bb.body)
			}
		})
	}
}
