package wrap

import (
	"strings"
	"unicode/utf8"

	"twilsim/simulator/lazy"
)

// column is where the text of a row begins: behind the first gap of two spaces or more.
var column = lazy.Regexp(`^\s*\S+(?: \S+)*\s{2,}`)

// Fit breaks the lines of a help text that are longer than width. A paragraph with such a line is
// broken anew as a whole; a row, which begins with a space, continues below its text.
func Fit(text string, width int) string {
	var b strings.Builder
	var paragraph []string
	flush := func() {
		writeParagraph(&b, paragraph, width)
		paragraph = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "":
			flush()
			b.WriteByte('\n')
		case line[0] == ' ' || line[0] == '\t':
			flush()
			writeRow(&b, line, width)
		default:
			paragraph = append(paragraph, line)
		}
	}
	flush()
	return b.String()
}

func writeParagraph(b *strings.Builder, lines []string, width int) {
	for _, line := range lines {
		if utf8.RuneCountInString(line) > width {
			lines = breakLines(strings.Join(lines, " "), width)
			break
		}
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
}

func writeRow(b *strings.Builder, line string, width int) {
	head := column().FindString(line)
	if head == "" {
		head = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	}
	at := utf8.RuneCountInString(head)
	if utf8.RuneCountInString(line) <= width || at > width/2 {
		b.WriteString(line + "\n")
		return
	}
	for i, part := range breakLines(line[len(head):], width-at) {
		if i > 0 {
			head = strings.Repeat(" ", at)
		}
		b.WriteString(head + part + "\n")
	}
}
