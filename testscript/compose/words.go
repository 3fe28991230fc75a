package compose

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"twilsim/simulator/lazy"
)

// publicURL is the app's URL in a scenario.
const publicURL = "$PUBLIC_URL"

// quote makes s one word of a scenario, or a part of one.
func quote(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			strings.ContainsRune("_@%+=:,./-!", r)
	}
	if s != "" && s != "!" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// oneLine reports whether a text can be quoted.
func oneLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\t' })
}

// isText reports whether a scenario's file can hold bytes unencoded.
func isText(s string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	return utf8.ValidString(s) && !strings.ContainsFunc(s, control) && !fileMark().MatchString(s)
}

// fileMark matches a line that would begin the next file.
var fileMark = lazy.Regexp(`(?m)^-- .* --$`)

// url replaces the app's base URL by the one in the scenario.
func (w *writer) url(target string) string {
	for _, base := range w.appBases {
		if rest, ok := strings.CutPrefix(target, base); ok &&
			(rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
			if rest == "" {
				return publicURL
			}
			return publicURL + quote(rest)
		}
	}
	return quote(target)
}

// exactly is the pattern that matches one value. A question mark is left as it is: it matches
// itself, and is easier to read than an escape.
func exactly(value string) string {
	if oneLine(value) && !strings.Contains(value, "*") &&
		(value == "" || !strings.ContainsAny(value[:1], "~<>")) {
		return quote(value)
	}
	return quote(`~\A` + literal(value) + `\z`)
}

// literal is the regular expression for a text, on one line.
func literal(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsControl(r) {
			fmt.Fprintf(&b, `\x{%x}`, r)
			continue
		}
		b.WriteString(regexp.QuoteMeta(string(r)))
	}
	return b.String()
}

// changing finds what an app generates anew each time: codes of four or more digits, and its own
// address.
var changing = lazy.Regexp(`[0-9]{4,}|https?://[^/\s]+`)

// pattern is the pattern for a body that the app writes. Phone numbers and what the handset wrote
// do not change. An app's codes and its own address differ from run to run; the rest of its text
// must not.
func (w *writer) pattern(body string) string {
	if w.options.Answers {
		return exactly(body)
	}
	var b strings.Builder
	from, changes := 0, false
	for _, at := range changing().FindAllStringIndex(body, -1) {
		found := body[at[0]:at[1]]
		if strings.Contains(w.known, found) {
			continue
		}
		b.WriteString(literal(body[from:at[0]]))
		from, changes = at[1], true
		if found[0] == 'h' {
			b.WriteString(`https?://[^/\s]+`)
		} else {
			fmt.Fprintf(&b, `[0-9]{%d}`, len(found))
		}
	}
	if !changes {
		return exactly(body)
	}
	return quote(`~\A` + b.String() + literal(body[from:]) + `\z`)
}

// shown shortens a text for a comment of one line.
func shown(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, s)), " ")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + " ..."
	}
	return `"` + s + `"`
}
