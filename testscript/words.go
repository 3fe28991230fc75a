package testscript

import (
	"errors"
	"fmt"
	"strings"
)

// word is one word of a line.
type word struct {
	text     string
	variable bool // it contains a variable, which the engine expands
}

// splitWords splits a line as [splitLine] does.
func splitWords(text string) ([]string, error) {
	line, err := splitLine(text)
	if err != nil {
		return nil, err
	}
	var words []string
	for _, w := range line {
		words = append(words, w.text)
	}
	return words, nil
}

// splitLine splits a line at white space outside of single quotes; # ends it, and two quotes in a
// row are one. The engine takes a # inside a word for a comment too, which nobody means: that is an
// error.
func splitLine(text string) ([]word, error) {
	var words []word
	var b strings.Builder
	variable, inWord, quoted := false, false, false
	begin := 0 // of the word, in text
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !inWord {
			begin = i
		}
		switch {
		case c == '\'' && quoted && i+1 < len(text) && text[i+1] == '\'':
			b.WriteByte('\'')
			i++
		case c == '\'':
			quoted, inWord = !quoted, true
		case !quoted && c == '#' && inWord:
			return nil, hashError(text[begin:], i-begin)
		case !quoted && c == '#':
			i = len(text)
		case !quoted && strings.IndexByte(" \t\r", c) >= 0:
			if inWord {
				words = append(words, word{b.String(), variable})
			}
			b.Reset()
			variable, inWord = false, false
		default:
			variable = variable || c == '$' && !quoted
			b.WriteByte(c)
			inWord = true
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed: write '' for one inside a quoted word")
	}
	if inWord {
		words = append(words, word{b.String(), variable})
	}
	return words, nil
}

// hashError shows how to quote the word at the beginning of text, which has a # at an index. Quotes
// that it has already, and variables, stay as they are.
func hashError(text string, at int) error {
	before, rest := text[:at], text[at:]
	if end := strings.IndexAny(rest, " \t\r"); end >= 0 {
		rest = rest[:end]
	}
	right := before + "'" + strings.ReplaceAll(rest, "'", "''") + "'"
	if !strings.ContainsAny(text[:at]+rest, "'$") {
		right = "'" + before + rest + "'"
	}
	return fmt.Errorf("# begins a comment in %s%s: write %s", before, rest, right)
}
