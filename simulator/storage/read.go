package storage

import (
	"context"
	"database/sql"
	"strings"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// scanRow reads a row of a query, and into more the columns behind its own.
type scanRow func(rows *sql.Rows, more ...any) (messaging.Row, error)

// State implements [messaging.Storage]. The order is that in which things can be restored: accounts
// before what they have, sticky senders after the numbers and services that they name, files before
// their messages. It looks at no row that it does not read, so that a start is as fast with a long
// history as without one.
func (f *File) State(use func(messaging.Row) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.moveAll(); err != nil {
		return f.explain("cannot be written", err)
	}
	for _, read := range []struct {
		query string
		scan  scanRow
	}{
		{"SELECT number, sid, value, " + newestPlace + " FROM account ORDER BY number", scanAccount},
		{"SELECT account, kind, id, value FROM setting ORDER BY account, kind = '" +
			string(directory.Sticky) + "', kind, id", scanSetting},
		{"SELECT media.key, media.id, content FROM message JOIN media USING (key) WHERE pending",
			scanMedia},
		{"SELECT key, pending, value FROM message WHERE pending ORDER BY key", scanMessage},
	} {
		rows, err := f.read(read.scan, read.query)
		if err != nil {
			return f.explain("is damaged", err)
		}
		if err := f.use(rows, use); err != nil {
			return err
		}
	}
	return nil
}

// newestPlace is the place of the newest thing of an account.
var newestPlace = func() string {
	var query strings.Builder
	query.WriteString("max(0")
	for _, table := range []string{"message", "webhook", "request", "alert"} {
		query.WriteString(", coalesce((SELECT max(key) FROM " + table +
			" WHERE key >= number << 40 AND key < (number + 1) << 40) & ((1 << 40) - 1), 0)")
	}
	return query.String() + ")"
}()

// History implements [messaging.Storage]. use is called without a lock, as it may take long.
func (f *File) History(use func(messaging.Row) error) error {
	f.mu.Lock()
	err := f.moveAll()
	f.mu.Unlock()
	if err != nil {
		return f.explain("cannot be written", err)
	}
	for _, part := range []struct {
		table, columns string
		scan           scanRow
	}{
		{"media", "key, id, content", scanMedia},
		{"message", "key, pending, value", scanMessage},
		{"webhook", "key, value", scanThing(journal.Webhooks)},
		{"request", "key, value", scanThing(journal.Requests)},
		{"alert", "key, value", scanThing(journal.Alerts)},
		{"event", "key, last, value", scanEvents},
	} {
		query := "SELECT " + part.columns + ", rowid FROM " + part.table +
			" WHERE rowid > ? ORDER BY rowid LIMIT ?"
		for last, more := int64(-1), true; more; {
			rows, newest, err := f.page(part.scan, query, last)
			if err != nil {
				return f.explain("is damaged", err)
			}
			if err := f.use(rows, use); err != nil {
				return err
			}
			last, more = newest, len(rows) > 0
		}
	}
	return nil
}

const (
	pageRows  = 256
	pageBytes = 1 << 20
)

// page reads some rows behind the one with the rowid last, and returns the rowid of the last of
// them. What happens meanwhile is stored between two pages. Rows with a greater rowid that are
// written meanwhile are read as well.
func (f *File) page(scan scanRow, query string, last int64) (
	page []messaging.Row, newest int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rows, err := f.conn.QueryContext(context.Background(), query, last, pageRows)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for bytes := 0; bytes < pageBytes && rows.Next(); {
		row, err := scan(rows, &newest)
		if err != nil {
			return nil, 0, err
		}
		bytes += len(row.Value)
		page = append(page, row)
	}
	return page, newest, rows.Err()
}

// read returns all rows of a query.
func (f *File) read(scan scanRow, query string) (all []messaging.Row, err error) {
	rows, err := f.conn.QueryContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// use calls use with each row.
func (f *File) use(rows []messaging.Row, use func(messaging.Row) error) error {
	for _, row := range rows {
		if err := use(row); err != nil {
			return &Error{f.path, "is damaged", "twilsim data check " + f.path, err}
		}
	}
	return nil
}

func scanAccount(rows *sql.Rows, more ...any) (messaging.Row, error) {
	row := messaging.Row{Kind: messaging.RowAccount}
	err := rows.Scan(append([]any{&row.Account, &row.ID, &row.Value, &row.Place}, more...)...)
	return row, err
}

func scanSetting(rows *sql.Rows, more ...any) (row messaging.Row, err error) {
	err = rows.Scan(append([]any{&row.Account, &row.Kind, &row.ID, &row.Value}, more...)...)
	return row, err
}

func scanMedia(rows *sql.Rows, more ...any) (messaging.Row, error) {
	row := messaging.Row{Kind: messaging.RowMedia}
	err := scanKeyed(rows, &row, append([]any{&row.ID, &row.Value}, more...))
	return row, err
}

func scanEvents(rows *sql.Rows, more ...any) (messaging.Row, error) {
	row := messaging.Row{Kind: messaging.RowEvents}
	err := scanKeyed(rows, &row, append([]any{&row.Last, &row.Value}, more...))
	return row, err
}

func scanMessage(rows *sql.Rows, more ...any) (messaging.Row, error) {
	row := messaging.Row{Kind: string(journal.Messages)}
	err := scanKeyed(rows, &row, append([]any{&row.Pending, &row.Value}, more...))
	return row, err
}

func scanThing(kind journal.Kind) scanRow {
	return func(rows *sql.Rows, more ...any) (messaging.Row, error) {
		row := messaging.Row{Kind: string(kind)}
		err := scanKeyed(rows, &row, append([]any{&row.Value}, more...))
		return row, err
	}
}

// scanKeyed reads a row that begins with a key.
func scanKeyed(rows *sql.Rows, row *messaging.Row, columns []any) error {
	var key int64
	err := rows.Scan(append([]any{&key}, columns...)...)
	row.Account, row.Place = splitKey(key)
	return err
}
