package main

// column is a column of a list of T: its head, and the value of an item, plain or with a colour.
type column[T any] struct {
	head  string
	value func(T) string
	cell  func(T) cell // instead of value, for a colour
}

// printList prints items as JSON, an object a line, or else as a table, which has no head when it has
// no rows.
func printList[T any](u *ui, items []T, columns []column[T]) error {
	if u.json {
		for _, item := range items {
			if err := u.encode(item); err != nil {
				return err
			}
		}
		return nil
	}
	if len(items) == 0 {
		return nil
	}
	t := &grid{}
	for _, c := range columns {
		t.head = append(t.head, c.head)
	}
	for _, item := range items {
		row := make([]cell, len(columns))
		for i, c := range columns {
			if c.cell != nil {
				row[i] = c.cell(item)
			} else {
				row[i] = cell{value: c.value(item)}
			}
		}
		t.rows = append(t.rows, row)
	}
	u.table(t)
	return nil
}

// countf says how many things a list has, on stderr; under --json nothing.
func (u *ui) countf(n int, noun, format string, args ...any) {
	if !u.json {
		u.progressf("%s"+format+"\n", append([]any{count(n, noun)}, args...)...)
	}
}
