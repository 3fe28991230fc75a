package terminal

import (
	"strings"
	"unicode/utf8"
)

// Table is a table: rows of text below a head. Each column is as wide as its widest value, and two
// spaces separate columns.
type Table struct {
	Head []string
	Rows [][]Cell
}

// Cell is a value of a table and its colour.
type Cell struct{ Value, Style string }

// Add appends a row of plain values.
func (t *Table) Add(values ...string) {
	cells := make([]Cell, len(values))
	for i, value := range values {
		cells[i] = Cell{Value: value}
	}
	t.Rows = append(t.Rows, cells)
}

// widths returns how wide each column is.
func (t *Table) widths() []int {
	widths := make([]int, len(t.Head))
	for i, name := range t.Head {
		widths[i] = len(name)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(Clean(c.Value)))
		}
	}
	return widths
}

// Table prints t. On a terminal the last column is cut at the end of the line.
func (u *UI) Table(t *Table) {
	widths := t.widths()
	if u.width > 0 {
		before := 2 * (len(widths) - 1)
		for _, w := range widths[:len(widths)-1] {
			before += w
		}
		widths[len(widths)-1] = min(widths[len(widths)-1], max(u.width-before, 4))
	}
	head := make([]Cell, len(t.Head))
	for i, name := range t.Head {
		head[i] = Cell{Value: name}
	}
	if t.Head[0] != "" {
		u.Printf("%s\n", u.tableLine(head, widths))
	}
	for _, row := range t.Rows {
		u.Printf("%s\n", u.tableLine(row, widths))
	}
}

func (u *UI) tableLine(cells []Cell, widths []int) Safe {
	var b strings.Builder
	for i, c := range cells {
		value := Clean(c.Value)
		if i == len(cells)-1 {
			b.WriteString(string(u.Paint(c.Style, Cut(value, widths[i]))))
			break
		}
		b.WriteString(string(u.Paint(c.Style, value)))
		b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(value)+2))
	}
	return Safe(strings.TrimRight(b.String(), " "))
}

// Cut shortens s to width characters; three dots show that it was cut.
func Cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:max(width-3, 1)]) + "..."
}
