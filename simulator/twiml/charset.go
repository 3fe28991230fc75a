package twiml

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

const byteOrderMark = "\uFEFF"

// isUTF16 reports whether b looks like UTF-16: by its byte order mark, or by a NUL next to its
// first character.
func isUTF16(b []byte) bool {
	return len(b) >= 2 &&
		(b[0] == 0xFE && b[1] == 0xFF || b[0] == 0xFF && b[1] == 0xFE || (b[0] == 0) != (b[1] == 0))
}

// toUTF8 converts b from the encoding called label; "" is UTF-8. It reports false for an encoding
// that it cannot read, and for bytes that are not in that encoding. Bytes that are not UTF-8 stay
// as they are: [illegal] finds them.
func toUTF8(b []byte, label string) ([]byte, bool) {
	switch strings.ToLower(label) {
	case "", "utf-8", "utf8":
		return b, true
	case "us-ascii", "ascii":
		return b, !bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
	case "iso-8859-1", "iso_8859-1", "latin1":
		return fromLatin1(b), true
	}
	return nil, false
}

func fromLatin1(b []byte) []byte {
	var out bytes.Buffer
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.Bytes()
}

// illegal returns the offset of the first byte or character that is not allowed in XML, and what is
// wrong with it; -1 for none.
func illegal(text []byte) (offset int, what string) {
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i, fmt.Sprintf("byte 0x%02X is not UTF-8", text[i])
		}
		if !isXMLCharacter(r) {
			return i, fmt.Sprintf("character %U is not allowed in XML", r)
		}
		i += size
	}
	return -1, ""
}

// isXMLCharacter is the production Char of XML 1.0.
func isXMLCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF ||
		r >= 0xE000 && r <= 0xFFFD ||
		r >= 0x10000 && r <= utf8.MaxRune
}
