package storage

import (
	"context"
	"database/sql"
	"errors"

	"twilsim/simulator/messaging"
)

// trimmed is a table of an account, from which the oldest rows are deleted if there are too many.
// Which row is the oldest that stays is known from what was added since the file was opened. Until
// that is enough, SQLite has to walk over all rows that stay.
type trimmed struct {
	account int
	table   string

	newest int64   // the greatest key
	added  int     // rows since the last mark
	marks  []int64 // the key of each markEvery-th row, of no more rows than stay
	grown  bool    // there is a new mark
	cut    int64   // rows before this key are to be deleted; 0 for none
	done   int64   // rows before this key are deleted; 0 is not known
}

const (
	markEvery      = 64 // rows
	eventsPerThing = 10 // that are kept, as in memory
	// trimAtOnce is how many rows a transaction deletes at most: all of them together would hold up
	// others.
	trimAtOnce = 1 << 14
)

// grow notes that a row was written, which may have been there already. Keys grow with time, so one
// that is not above the newest was there before.
func (f *File) grow(account int, table string, key int64) {
	switch table {
	case "message", "webhook", "request", "alert", "event":
	default:
		return
	}
	t := f.trims[trimKey{account, table}]
	if t == nil {
		t = &trimmed{account: account, table: table}
		f.trims[trimKey{account, table}] = t
	}
	if key <= t.newest {
		return
	}
	t.newest = key
	if t.added++; t.added == markEvery {
		t.marks, t.added, t.grown = append(t.marks, key), 0, true
	}
}

// trimKey identifies a [trimmed].
type trimKey struct {
	account int
	table   string
}

// trim deletes some of the oldest rows where there are too many.
func (f *File) trim(ctx context.Context) error {
	if f.options.Keep == 0 {
		return nil
	}
	for _, t := range f.trims {
		if t.grown {
			t.grown = false
			if err := f.findCut(ctx, t); err != nil {
				return err
			}
		}
		if t.cut > 0 {
			if err := f.trimTable(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// findCut finds the oldest row that stays. Events are counted by their IDs.
func (f *File) findCut(ctx context.Context, t *trimmed) error {
	first := keyOf(t.account, 0)
	if t.table == "event" {
		t.cut, t.marks = max(t.newest-int64(f.options.Keep*eventsPerThing), first), nil
		return nil
	}
	stay := (f.options.Keep + markEvery - 1) / markEvery
	if n := len(t.marks); n > stay {
		t.marks = t.marks[n-stay-1:]
		t.cut = t.marks[0]
		return nil
	} else if n%max(stay/4, 1) != 0 {
		return nil
	}
	err := f.conn.QueryRowContext(ctx, "SELECT key FROM "+t.table+
		" WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1 OFFSET ?", first,
		keyOf(t.account+1, 0), f.options.Keep-1).Scan(&t.cut)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// trimTable deletes rows before the cut. Messages with work to do stay; see [File.outlived].
func (f *File) trimTable(ctx context.Context, t *trimmed) error {
	if t.done == 0 {
		err := f.conn.QueryRowContext(ctx, "SELECT coalesce(min(key), ?1) FROM "+t.table+
			" WHERE key >= ?2 AND key < ?1", t.cut, keyOf(t.account, 0)).Scan(&t.done)
		if err != nil {
			return err
		}
	}
	to := min(t.cut, t.done+trimAtOnce)
	queries := []string{"DELETE FROM " + t.table + " WHERE key >= ? AND key < ?"}
	if t.table == "message" {
		queries[0] += " AND NOT pending"
		queries = append(queries, `DELETE FROM media WHERE key >= ? AND key < ? AND
			key NOT IN (SELECT key FROM message)`)
	}
	for _, query := range queries {
		if _, err := f.conn.ExecContext(ctx, query, t.done, to); err != nil {
			return err
		}
	}
	if t.done = to; to >= t.cut {
		t.cut = 0
	}
	return nil
}

// outlived reports whether a message was kept only because there was work to do for it.
func (f *File) outlived(row messaging.Row) bool {
	t := f.trims[trimKey{row.Account, "message"}]
	return t != nil && !row.Pending && keyOf(row.Account, row.Place) < t.done
}
