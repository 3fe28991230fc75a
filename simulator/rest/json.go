package rest

import "unicode/utf8"

// appendJSON appends an object in one line, with a space after each colon and comma, as Twilio does
// (F-366). encoding/json cannot write it: it has no spaces, and it sorts the keys of a map.
func appendJSON(b []byte, o object) []byte {
	b = append(b, '{')
	for i := range o {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendQuoted(b, o[i].name)
		b = append(b, ": "...)
		b = appendValue(b, &o[i])
	}
	return append(b, '}')
}

func appendValue(b []byte, f *field) []byte {
	switch f.kind {
	case text:
		return appendQuoted(b, f.text)
	case literal:
		return append(b, f.text...)
	case nested:
		return appendJSON(b, f.inner.object)
	case list:
		return appendArray(b, f.inner.list, appendJSON)
	case texts:
		return appendArray(b, f.inner.texts, appendQuoted)
	}
	return append(b, "null"...)
}

func appendArray[T any](b []byte, items []T, write func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = write(b, item)
	}
	return append(b, ']')
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends a JSON string. Bytes that are not UTF-8 become U+FFFD, so that every answer
// is valid JSON. It copies runs of characters that need no escape at once.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = appendEscape(append(b, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
