package terminal

import (
	"strings"
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

// Line prints the columns of a line.
func (u *UI) Line(l Line) {
	columns := []Cell{{l.When, Dim}, {Pad(l.Kind, 8), ""}, {Pad(Clean(l.What), 28), ""},
		{Pad(l.Code, 5), l.Style}, {Pad(l.Took, 6), ""},
		{l.About, ""}}
	if l.Code == "" {
		columns[1].Style, columns[3].Style = l.Style, ""
	}
	last := len(columns) - 1
	for last > 0 && strings.TrimSpace(columns[last].Value) == "" {
		last--
	}
	columns[last].Value = strings.TrimRight(columns[last].Value, " ")
	parts := make([]string, last+1)
	for i := range parts {
		parts[i] = string(u.Paint(columns[i].Style, columns[i].Value))
	}
	u.Printf("%s\n", Safe(strings.Join(parts, " ")))
}
