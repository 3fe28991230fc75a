package facts

import (
	"slices"
	"strings"
	"unicode"
)

// Search returns the facts that have every one of the words, in their text, their section's
// title, their remark, sources or number. Case does not count, and a word matches the beginning
// of another: "stop" finds STOPALL. Facts whose text alone has all the words come first;
// otherwise the order is that of the number. Without words there is nothing to find.
func Search(words ...string) []Fact {
	var wanted []string
	for _, w := range words {
		wanted = append(wanted, strings.Fields(strings.ToLower(w))...)
	}
	if len(wanted) == 0 {
		return nil
	}
	var direct, indirect []Fact
	for f := range All() {
		own := strings.ToLower(f.Text())
		about := strings.ToLower(strings.Join(
			[]string{own, f.ID(), f.Section.Title, f.Remark, f.Sources}, "\n"))
		switch {
		case hasAll(own, wanted):
			direct = append(direct, f)
		case hasAll(about, wanted):
			indirect = append(indirect, f)
		}
	}
	return append(direct, indirect...)
}

// hasAll reports whether every word begins a word of text, or is a part of it that does not begin
// with a letter or digit, such as <Message>.
func hasAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !hasWord(text, w) })
}

func hasWord(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !isWordRune(rune(text[i-1])) || !isWordRune(rune(word[0])) {
			return true
		}
		from = i + 1
	}
}

// isWordRune is asked about single bytes: those of a letter outside of ASCII count as its parts.
func isWordRune(r rune) bool { return r >= 0x80 || unicode.IsLetter(r) || unicode.IsDigit(r) }
