package terminal

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Line is one event, as serve logs it and messages watch prints it.
type Line struct {
	When  string
	Kind  string // api, message, webhook, fallback, ALERT
	What  string
	Code  string // an HTTP status or an error code
	Took  string
	About string
	Style string // of the code, or of the kind where there is no code
}

// Line prints the columns of a line. It appends them to one buffer, because a flow has eight lines,
// which with a string for each column and its padding took a tenth of the CPU time of serve.
func (u *UI) Line(l Line) {
	kindStyle, codeStyle := "", l.Style
	if l.Code == "" {
		kindStyle, codeStyle = l.Style, ""
	}
	columns := [...]struct {
		value, style string
		width        int
	}{
		{l.When, Dim, 0}, {l.Kind, kindStyle, 8}, {l.What, "", 28}, {l.Code, codeStyle, 5},
		{l.Took, "", 6}, {l.About, "", 0},
	}
	last := len(columns) - 1
	for last > 0 && strings.TrimSpace(columns[last].value) == "" {
		last--
	}
	var room [256]byte // on the stack
	b := room[:0]
	for i, c := range columns[:last+1] {
		if i > 0 {
			b = append(b, ' ')
		}
		value, width := Clean(c.value), c.width
		if i == last {
			value, width = strings.TrimRight(value, " "), 0
		}
		painted := u.color && c.style != ""
		if painted {
			b = append(append(append(b, "\x1b["...), c.style...), 'm')
		}
		b = append(b, value...)
		for n := utf8.RuneCountInString(value); n < width; n++ {
			b = append(b, ' ')
		}
		if painted {
			b = append(b, "\x1b[0m"...)
		}
	}
	u.print(string(append(b, '\n')))
}

// print writes a text that is clean already to stdout, with the passwords of URLs hidden, and on a
// terminal with lines that fit it.
func (u *UI) print(text string) {
	if text = u.mask(text); u.width > 0 {
		text = fold(text, u.width)
	}
	_, _ = io.WriteString(u.Out, text)
}
