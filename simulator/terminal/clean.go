package terminal

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// CleanWriter writes text to another writer, with the characters that may control a terminal
// written as in Go. New lines and tabs stay.
type CleanWriter struct {
	to   io.Writer
	rest []byte // the beginning of a character that the next piece ends
}

// NewCleanWriter returns a CleanWriter that writes to w.
func NewCleanWriter(w io.Writer) *CleanWriter { return &CleanWriter{to: w} }

// Write implements [io.Writer].
func (w *CleanWriter) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	w.rest = nil
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				text, w.rest = text[:len(text)-n], slices.Clone(last)
			}
			break
		}
	}
	if _, err := io.WriteString(w.to, cleanText(string(text))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cleanText cleans the parts of a text between new lines and tabs.
func cleanText(text string) string {
	var b strings.Builder
	for {
		n := strings.IndexAny(text, "\n\t")
		if n < 0 {
			break
		}
		b.WriteString(Clean(text[:n]) + text[n:n+1])
		text = text[n+1:]
	}
	b.WriteString(Clean(text))
	return b.String()
}
