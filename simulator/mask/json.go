package mask

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
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
