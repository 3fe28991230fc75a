package terminal

// Column is a column of a list of T: its head, and the value of an item, plain or with a colour.
type Column[T any] struct {
	Head  string
	Value func(T) string
	Cell  func(T) Cell // instead of value, for a colour
	// Drop is above 0 if the column may be left out on a narrow terminal; the highest goes first.
	Drop int
}

// List prints items as JSON, an object a line, or else as a table, which has no head when it has
// no rows.
func List[T any](u *UI, items []T, columns []Column[T]) error {
	if u.JSON {
		for _, item := range items {
			if err := u.Encode(item); err != nil {
				return err
			}
		}
		return nil
	}
	if len(items) == 0 {
		return nil
	}
	t := &Table{}
	for _, c := range columns {
		t.Head = append(t.Head, c.Head)
		t.drop = append(t.drop, c.Drop)
	}
	for _, item := range items {
		row := make([]Cell, len(columns))
		for i, c := range columns {
			if c.Cell != nil {
				row[i] = c.Cell(item)
			} else {
				row[i] = Cell{Value: c.Value(item)}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	u.Table(t)
	return nil
}

// Countf says how many things a list has, on stderr; under --json nothing.
func (u *UI) Countf(n int, noun, format string, args ...any) {
	if !u.JSON {
		u.Progressf("%s"+format+"\n", append([]any{Count(n, noun)}, args...)...)
	}
}
