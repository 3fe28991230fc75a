// Package pattern matches one value of a message or a webhook. Rules, filters and expectations
// share its syntax: a plain value, a glob with * and ?, or a regular expression behind a tilde.
package pattern

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// Pattern matches a string. The zero Pattern matches the empty string only; use [Any] to match
// everything.
type Pattern struct {
	source string
	re     *regexp.Regexp // nil for a plain value
	all    bool           // it is Any
}

// Any matches every value.
var Any = Pattern{source: "*", all: true}

// Parse reads a pattern.
//
//	+12025550142    this value
//	+1202*          a glob: * stands for any run of characters, ? for any one
//	~^code \d{6}    a regular expression (RE2), found anywhere in the value
func Parse(s string) (Pattern, error) {
	switch {
	case strings.HasPrefix(s, "~"):
		re, err := regexp.Compile(s[1:])
		if err != nil {
			return Pattern{}, fmt.Errorf("bad regular expression %q: %w", s[1:], err)
		}
		return Pattern{source: s, re: re}, nil
	case strings.ContainsAny(s, "*?"):
		return Pattern{source: s, re: glob(s)}, nil
	}
	return Pattern{source: s}, nil
}

// Exactly returns the pattern that matches value only, whatever characters it contains.
func Exactly(value string) Pattern { return Pattern{source: value} }

// Match reports whether value matches the pattern.
func (p Pattern) Match(value string) bool {
	if p.re == nil {
		return p.all || p.source == value
	}
	return p.re.MatchString(value)
}

// Literal returns the only value that the pattern matches, and whether there is only one.
func (p Pattern) Literal() (string, bool) { return p.source, p.re == nil && !p.all }

// Needs returns a text of ASCII that each value has that the pattern matches, but for the case of
// its letters; "" if none is known. It is the longest part of the pattern that is neither optional
// nor one of several.
func (p Pattern) Needs() string {
	switch {
	case p.all:
		return ""
	case p.re == nil:
		return longestASCII(p.source)
	}
	parsed, err := syntax.Parse(p.re.String(), syntax.Perl)
	if err != nil {
		return "" // it was compiled, so this does not happen
	}
	return needs(parsed)
}

func needs(re *syntax.Regexp) (text string) {
	switch {
	case re.Op == syntax.OpLiteral:
		return longestASCII(string(re.Rune))
	case re.Op == syntax.OpCapture, re.Op == syntax.OpPlus,
		re.Op == syntax.OpRepeat && re.Min > 0:
		return needs(re.Sub[0])
	case re.Op != syntax.OpConcat:
		return ""
	}
	for _, part := range re.Sub {
		if of := needs(part); len(of) > len(text) {
			text = of
		}
	}
	return text
}

// longestASCII returns the longest part of a text that has only ASCII.
func longestASCII(text string) (longest string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// String returns the pattern as [Parse] read it.
func (p Pattern) String() string { return p.source }

// glob translates * and ? and quotes the rest; (?s) because a message's body has line breaks.
func glob(s string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for _, r := range s {
		switch r {
		case '*':
			b.WriteString(`.*`)
		case '?':
			b.WriteString(`.`)
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String())
}
