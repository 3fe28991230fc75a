package storage

import "twilsim/simulator/messaging"

// waiting are the rows that are in the log and not yet in their tables, in the order in which they
// were last written. The lock of the log guards it.
type waiting struct {
	rows  []messaging.Row // those that were written again later, or are in their tables, have no kind
	index map[rowKey]int  // in rows
	begin int             // all rows before it are in their tables
	bytes int
}

// rowKey identifies what is stored.
type rowKey struct {
	account int
	kind    string
	place   int64
	id      string
}

func keyOfRow(r messaging.Row) rowKey { return rowKey{r.Account, r.Kind, r.Place, r.ID} }

// add adds rows.
func (w *waiting) add(rows []messaging.Row) {
	if w.index == nil {
		w.index = map[rowKey]int{}
	}
	for _, row := range rows {
		key := keyOfRow(row)
		if i, ok := w.index[key]; ok {
			w.bytes -= len(w.rows[i].Value)
			w.rows[i] = messaging.Row{}
		}
		w.index[key] = len(w.rows)
		w.rows = append(w.rows, row)
		w.bytes += len(row.Value)
	}
}

// empty reports whether all rows are in their tables.
func (w *waiting) empty() bool { return w.begin == len(w.rows) }

// first returns up to limit rows, and where the rows behind them begin. They stay until moved says
// that they are in their tables.
func (w *waiting) first(limit int) (rows []messaging.Row, end int) {
	for end = w.begin; end < len(w.rows) && len(rows) < limit; end++ {
		if w.rows[end].Kind != "" {
			rows = append(rows, w.rows[end])
		}
	}
	return rows, end
}

// moved says that the rows before end are in their tables.
func (w *waiting) moved(end int) {
	if end == len(w.rows) {
		*w = waiting{rows: w.rows[:0]}
		if cap(w.rows) > manyRows {
			w.rows = nil
		}
		return
	}
	for i := w.begin; i < end; i++ {
		if row := w.rows[i]; row.Kind != "" {
			w.bytes -= len(row.Value)
			delete(w.index, keyOfRow(row))
		}
		w.rows[i] = messaging.Row{}
	}
	w.begin = end
}

// manyRows is from how many rows on the list is not used again.
const manyRows = 4096
