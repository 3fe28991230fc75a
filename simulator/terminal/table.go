package terminal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Table is a table: rows of text below a head. Each column is as wide as its widest value, and two
// spaces separate columns.
type Table struct {
	Head []string
	Rows [][]Cell

	drop []int // of each column, as [Column.Drop]; nil if none may be left out
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

// Table prints t. On a terminal that is too narrow, columns are left out that may be, and then the
// last one is cut at the end of the line. A table that is still too wide is stacked: each row has a
// line for each column.
func (u *UI) Table(t *Table) {
	widths := t.widths()
	if u.width > 0 {
		t, widths = t.fit(widths, u.width)
		room := u.width - before(widths)
		if room < min(leastLast, widths[len(widths)-1]) {
			u.stack(t)
			return
		}
		widths[len(widths)-1] = min(widths[len(widths)-1], room)
	}
	head := make([]Cell, len(t.Head))
	for i, name := range t.Head {
		head[i] = Cell{Value: name}
	}
	if t.Head[0] != "" {
		u.Rawf("%s\n", u.tableLine(head, widths))
	}
	for _, row := range t.Rows {
		u.Rawf("%s\n", u.tableLine(row, widths))
	}
}

// leastLast is how many columns of a terminal the last column of a table keeps, where it is cut.
const leastLast = 16

// before is how wide the columns before the last one are, with the spaces behind each.
func before(widths []int) int {
	sum := 2 * (len(widths) - 1)
	for _, w := range widths[:len(widths)-1] {
		sum += w
	}
	return sum
}

// fit leaves out columns until the last one has room.
func (t *Table) fit(widths []int, width int) (*Table, []int) {
	for {
		last := len(widths) - 1
		most := -1
		for i := range t.drop {
			if t.drop[i] > 0 && (most < 0 || t.drop[i] > t.drop[most]) {
				most = i
			}
		}
		if most < 0 || width-before(widths) >= min(leastLast, widths[last]) {
			return t, widths
		}
		less := &Table{Head: without(t.Head, most), drop: without(t.drop, most)}
		for _, row := range t.Rows {
			less.Rows = append(less.Rows, without(row, most))
		}
		t, widths = less, without(widths, most)
	}
}

// without returns a copy of list that does not have its i-th value.
func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

// stack prints each row as lines: the first value, then the head and the value of each other
// column.
func (u *UI) stack(t *Table) {
	wide := 0
	for _, name := range t.Head[1:] {
		wide = max(wide, len(name))
	}
	for _, row := range t.Rows {
		u.Printf("%s\n", u.Paint(row[0].Style, row[0].Value))
		for i, c := range row[1:] {
			u.Printf("  %s  %s\n", Pad(t.Head[i+1], wide), u.Paint(c.Style, c.Value))
		}
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
