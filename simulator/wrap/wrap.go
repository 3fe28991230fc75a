// Package wrap breaks text into lines for help texts, which have to fit a terminal of 80 columns.
package wrap

import (
	"strings"
	"unicode/utf8"
)

// maxWidth is the longest line of a help text, in characters. It leaves room for the two columns by
// which go doc indents the same text further.
const maxWidth = 77

// breakLines breaks text at its spaces into lines of at most width characters. A longer word has a
// line of its own.
func breakLines(text string, width int) []string {
	var lines []string
	line, length := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if line != "" && length+1+n > width {
			lines = append(lines, line)
			line, length = "", 0
		}
		if line != "" {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	return append(lines, line)
}

// Row returns a row of a help text, with a line break at its end: head, then text from the given
// column on, in as many lines as it needs up to maxWidth. A head that leaves no room for a space
// before the column has a line of its own.
//
//	delay:TIME         it leaves so much later; the callbacks behind it
//	                   wait
func Row(head string, column int, text string) string {
	var b strings.Builder
	b.WriteString(head)
	at := utf8.RuneCountInString(head)
	for i, line := range breakLines(text, maxWidth-column) {
		if i > 0 || at >= column {
			b.WriteByte('\n')
			at = 0
		}
		b.WriteString(strings.Repeat(" ", column-at) + line)
	}
	b.WriteByte('\n')
	return b.String()
}
