package mask

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Harmful reports whether a character may control a terminal: controls, and marks of direction. The
// joiners that emoji and Persian text need are not graphic, but harmless.
func Harmful(r rune) bool {
	const zwnj, zwj = 0x200c, 0x200d
	return !unicode.IsGraphic(r) && r != zwnj && r != zwj
}

// JSON escapes the harmful characters of a JSON text that encoding/json leaves: DEL, the controls
// above it, and marks of direction. They can be in strings only.
func JSON(text string) string {
	left := func(r rune) bool { return r >= 0x7f && Harmful(r) }
	if !strings.ContainsFunc(text, left) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if !left(r) {
			b.WriteRune(r)
			continue
		}
		units := []rune{r}
		if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
			units = []rune{high, low}
		}
		for _, unit := range units {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// Unchanged reports whether neither [Text] nor [JSON] changes a text, for those who would have to
// copy it: it has only characters of ASCII, but not DEL, and no @ in any form. It reports false for
// some texts that they do not change.
func Unchanged(text []byte) bool { return ascii(text) && !mayHaveAt(text) }

// ascii reports whether a text has only characters of ASCII, and not DEL. It looks at eight bytes
// at a time: an answer has several kilobytes.
func ascii(text []byte) bool {
	if bytes.IndexByte(text, 0x7f) >= 0 {
		return false
	}
	for ; len(text) >= 8; text = text[8:] {
		if binary.NativeEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
