// Package mask makes a text fit to be printed or written into a report or an export: it hides the
// passwords of URLs, and escapes characters that may control a terminal.
package mask

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// hidden is what stands in place of a password, as [net/url.URL.Redacted] has it.
const hidden = "xxxxx"

// Text returns s with the password of each URL hidden, also of a URL that is encoded, as in a form
// or in the query of another URL, or escaped as in JSON or XML. What follows two slashes is taken
// for a URL; it does not need to be a valid one.
//
//	https://user:secret@shop.example       https://user:xxxxx@shop.example
//	Url=https%3A%2F%2Fuser%3Asecret%40x    Url=https%3A%2F%2Fuser%3Axxxxx%40x
//	{"url":"http:\/\/user:secret@x"}       {"url":"http:\/\/user:xxxxx@x"}
func Text(s string) string {
	if !mayHaveAt(s) {
		return s
	}
	var b strings.Builder
	done, slashes, depth := 0, 0, 0
	for i := 0; i < len(s); {
		if s[i] != '/' && s[i] != '%' && s[i] != '\\' && s[i] != '&' && slashes < 2 {
			i, slashes = i+1, 0
			continue
		}
		switch c := next(s[i:]); {
		case c.char == '/' && (slashes == 0 || c.depth == depth):
			i, slashes, depth = i+c.size, slashes+1, c.depth
		case slashes == 1 && c.char == '/':
			slashes = 0 // this one may be the first of two
		case slashes < 2:
			i, slashes = i+c.size, 0
		default:
			from, to, end := password(s[i:], depth)
			if from < to {
				b.WriteString(s[done:i+from] + hidden)
				done = i + to
			}
			i, slashes = i+max(end, 1), 0
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// mayHaveAt reports whether a text may have an @, as it is or encoded. Most have none, and need not
// be read any further.
func mayHaveAt[T string | []byte](s T) bool {
	if contains(s, "@") {
		return true
	}
	encoded := func(sign string, forms ...string) bool {
		return contains(s, sign) &&
			slices.ContainsFunc(forms, func(f string) bool { return contains(s, f) })
	}
	return encoded("%", "%40", "2540") || encoded(`\u`, `\u0040`) ||
		encoded("&", "&commat;", "&#64;", "&#x40;", "&#X40;")
}

func contains[T string | []byte](s T, part string) bool {
	if text, ok := any(s).([]byte); ok {
		return bytes.Contains(text, []byte(part))
	}
	return strings.Contains(string(s), part)
}

// password returns where the password is in a text that begins with the authority of a URL; from is
// not below to if it has none. end is where the authority ends. depth says how its slashes are
// encoded.
func password(s string, depth int) (from, to, end int) {
	from, to = -1, -1
	for end < len(s) {
		c := next(s[end:])
		if c.ends(depth) {
			break
		}
		switch c.char {
		case '@':
			to = end
		case ':':
			if from < 0 {
				from = end + c.size
			}
		}
		end += c.size
	}
	if from < 0 {
		from = to
	}
	return from, to, end
}

// character is the one at the beginning of a text, as it is or encoded.
type character struct {
	char  byte // 0 for one that cannot matter
	depth int  // how often it is percent-encoded
	size  int  // in bytes, as it is written
}

// ends reports whether a character ends an authority whose slashes are encoded to a depth. One that
// is encoded more than these belongs to the password. A form that has an encoded URL ends its
// parameters with &, and has + for a space.
func (c character) ends(depth int) bool {
	if c.depth < depth && (c.char == '&' || c.char == '+') {
		return true
	}
	return c.depth <= depth && c.char > 0 && strings.IndexByte("/?#\\\"<>` \t\r\n", c.char) >= 0
}

// next reads the first character of a text that is not empty.
func next(s string) character {
	switch s[0] {
	case '%':
		return percentEncoded(s)
	case '\\':
		return escaped(s)
	case '&':
		return entity(s)
	}
	return character{char: s[0], size: 1}
}

// percentEncoded reads %XX, or what is left of it when its % was encoded again, as %25XX.
func percentEncoded(s string) character {
	i := 1
	for strings.HasPrefix(s[i:], "25") && len(s) >= i+4 && isHex(s[i+2:i+4]) {
		i += 2
	}
	if len(s) < i+2 || !isHex(s[i:i+2]) {
		return character{char: '%', size: 1}
	}
	value, _ := strconv.ParseUint(s[i:i+2], 16, 8)
	return character{char: byte(value), depth: (i + 1) / 2, size: i + 2}
}

// escaped reads what JSON has for a slash or for another character, \/ or \u0040. A JSON text in
// a JSON text has more backslashes.
func escaped(s string) character {
	n := len(s) - len(strings.TrimLeft(s, `\`))
	rest := s[n:]
	switch {
	case strings.HasPrefix(rest, "/"):
		return character{char: '/', size: n + 1}
	case len(rest) >= 5 && rest[0] == 'u' && isHex(rest[1:5]):
		value, _ := strconv.ParseUint(rest[1:5], 16, 16)
		if value > unicode.MaxASCII {
			value = 0
		}
		return character{char: byte(value), size: n + 5}
	}
	// all at once, or a text of nothing else would take the square of its length
	return character{char: '\\', size: n}
}

// names are the names that HTML has for characters that matter here.
var names = map[string]byte{"amp": '&', "apos": '\'', "colon": ':', "commat": '@', "gt": '>',
	"lt": '<', "num": '#', "quest": '?', "quot": '"', "sol": '/'}

// entity reads a reference to a character, as XML and HTML have it.
func entity(s string) character {
	const longest = len("&#000064;")
	plain := character{char: '&', size: 1}
	n := strings.IndexByte(s[:min(len(s), longest)], ';')
	if n < 0 {
		return plain
	}
	name, size := s[1:n], n+1
	number, numeric := strings.CutPrefix(name, "#")
	if !numeric {
		if char, known := names[name]; known {
			return character{char: char, size: size}
		}
		return plain
	}
	base := 10
	if hex := strings.TrimLeft(number, "xX"); len(hex) == len(number)-1 {
		number, base = hex, 16
	}
	value, err := strconv.ParseUint(number, base, 32)
	switch {
	case err != nil:
		return plain
	case value > unicode.MaxASCII:
		value = 0
	}
	return character{char: byte(value), size: size}
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}
