package storage

import (
	"context"
	"database/sql"
	"errors"
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
}

const (
	markEvery      = 64 // rows
	eventsPerThing = 10 // that are kept, as in memory
	// trimAtOnce is how many rows a transaction deletes at least if there are too many: all of them
	// together would hold up others.
	trimAtOnce = 32
)

// grow notes that a row was written, which may have been there already.
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

// trim deletes some of the oldest rows where there are too many, after a transaction has written
// so many.
func (f *File) trim(ctx context.Context, written int) error {
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
			if err := f.trimTable(ctx, t, trimAtOnce+2*written); err != nil {
				return err
			}
		}
	}
	return nil
}

// findCut finds the oldest row that stays.
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

// trimTable deletes no more than limit rows before the cut.
func (f *File) trimTable(ctx context.Context, t *trimmed, limit int) error {
	condition := "key >= ? AND key < ?"
	if t.table == "message" {
		condition += " AND NOT pending"
	}
	first := keyOf(t.account, 0)
	result, err := f.conn.ExecContext(ctx, "DELETE FROM "+t.table+" WHERE key IN (SELECT key FROM "+
		t.table+" WHERE "+condition+" ORDER BY key LIMIT ?)", first, t.cut, limit)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == int64(limit) {
		return err
	}
	cut := t.cut
	t.cut = 0
	if t.table != "message" {
		return nil
	}
	_, err = f.conn.ExecContext(ctx, `DELETE FROM media WHERE key >= ? AND key < ? AND
		key NOT IN (SELECT key FROM message)`, first, cut)
	return err
}
