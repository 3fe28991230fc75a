package terminal

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/lazy"
)

// colours are the codes of [UI.Paint].
var colours = lazy.Regexp("\x1b\\[[0-9;]*m")

// visible is how many columns a line takes.
func visible(line string) int {
	return utf8.RuneCountInString(colours().ReplaceAllString(line, ""))
}

// words splits a line into words, each with the spaces before it.
var words = lazy.Regexp(` *[^ ]+`)

// fold breaks the lines of text that are longer than width at their spaces. A line continues below
// its second column, if it has columns with two spaces between them, or else a bit further in than
// it begins. A word that is longer than a line stays whole, so that it can be copied.
func fold(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		if visible(bare) > width {
			line = foldLine(bare, width) + line[len(bare):]
		}
		b.WriteString(line)
	}
	return b.String()
}

func foldLine(line string, width int) string {
	indent := strings.Repeat(" ", continuation(line, width))
	var b strings.Builder
	at := 0
	for _, word := range words().FindAllString(line, -1) {
		n := visible(word)
		if at > len(indent) && at+n > width {
			b.WriteString("\n" + indent)
			at = len(indent)
			word = strings.TrimLeft(word, " ")
			n = visible(word)
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// gap ends the first column of a line.
var gap = lazy.Regexp(`^ *[^ ]+(?: [^ ]+)*  +`)

// continuation is where a line continues.
func continuation(line string, width int) int {
	line = colours().ReplaceAllString(line, "")
	if at := utf8.RuneCountInString(gap().FindString(line)); at > 0 && at <= width/2 {
		return at
	}
	return min(len(line)-len(strings.TrimLeft(line, " "))+2, width/2)
}

// Painter is a writer to stdout that folds lines as [UI.Printf] does, and paints the first word of
// a line in the style that styles has for it. The caller must call Flush at the end.
type Painter struct {
	ui     *UI
	styles map[string]string
	part   []byte // of a line
}

// Painter returns a writer that paints words such as ok and FAIL.
func (u *UI) Painter(styles map[string]string) *Painter { return &Painter{ui: u, styles: styles} }

func (p *Painter) Write(data []byte) (int, error) {
	p.part = append(p.part, data...)
	end := bytes.LastIndexByte(p.part, '\n') + 1
	if end == 0 {
		return len(data), nil
	}
	text := string(p.part[:end])
	p.part = append(p.part[:0], p.part[end:]...)
	return len(data), p.write(text)
}

// Flush writes what has no line break yet.
func (p *Painter) Flush() error {
	text := string(p.part)
	p.part = nil
	return p.write(text)
}

func (p *Painter) write(text string) error {
	text = p.ui.mask(cleanText(text))
	if p.ui.color {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(p.paint(line))
		}
		text = b.String()
	}
	if p.ui.width > 0 {
		text = fold(text, p.ui.width)
	}
	_, err := io.WriteString(p.ui.Out, text)
	return err
}

// paint paints the first word, behind the dashes of a heading.
func (p *Painter) paint(line string) string {
	before := line[:len(line)-len(strings.TrimLeft(line, "- "))]
	word := strings.FieldsFunc(line[len(before):]+" ", func(r rune) bool {
		return r == ' ' || r == ':' || r == '\n'
	})
	if len(word) == 0 || p.styles[word[0]] == "" || len(before) > 0 && before != "--- " {
		return line
	}
	return before + string(p.ui.Paint(p.styles[word[0]], word[0])) + line[len(before)+len(word[0]):]
}
