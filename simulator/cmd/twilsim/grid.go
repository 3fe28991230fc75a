package main

import (
	"strings"
	"unicode/utf8"
)

// grid is a table: rows of text below a head. Each column is as wide as its widest value, and two
// spaces separate columns.
type grid struct {
	head []string
	rows [][]cell
}

// cell is a value of a table and its colour.
type cell struct{ value, style string }

// add appends a row of plain values.
func (t *grid) add(values ...string) {
	cells := make([]cell, len(values))
	for i, value := range values {
		cells[i] = cell{value: value}
	}
	t.rows = append(t.rows, cells)
}

// widths returns how wide each column is.
func (t *grid) widths() []int {
	widths := make([]int, len(t.head))
	for i, name := range t.head {
		widths[i] = len(name)
	}
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(clean(c.value)))
		}
	}
	return widths
}

// table prints t. On a terminal the last column is cut at the end of the line.
func (u *ui) table(t *grid) {
	widths := t.widths()
	if u.width > 0 {
		before := 2 * (len(widths) - 1)
		for _, w := range widths[:len(widths)-1] {
			before += w
		}
		widths[len(widths)-1] = min(widths[len(widths)-1], max(u.width-before, 4))
	}
	head := make([]cell, len(t.head))
	for i, name := range t.head {
		head[i] = cell{value: name}
	}
	if t.head[0] != "" {
		u.printf("%s\n", u.tableLine(head, widths))
	}
	for _, row := range t.rows {
		u.printf("%s\n", u.tableLine(row, widths))
	}
}

func (u *ui) tableLine(cells []cell, widths []int) text {
	var b strings.Builder
	for i, c := range cells {
		value := clean(c.value)
		if i == len(cells)-1 {
			b.WriteString(string(u.paint(c.style, cut(value, widths[i]))))
			break
		}
		b.WriteString(string(u.paint(c.style, value)))
		b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(value)+2))
	}
	return text(strings.TrimRight(b.String(), " "))
}

// cut shortens s to width characters; three dots show that it was cut.
func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:max(width-3, 1)]) + "..."
}
