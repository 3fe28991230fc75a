package storage

import (
	"context"
	"fmt"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// placeBits is how many bits of a key are the place of a thing in its account. A key is one number,
// so that it is SQLite's rowid: the things of an account lie next to each other in their order, and
// no second index has to be written with each row.
const placeBits = 40

func keyOf(account int, place int64) int64 { return int64(account)<<placeBits | place }

func splitKey(key int64) (account int, place int64) {
	return int(key >> placeBits), key & (1<<placeBits - 1)
}

// write writes rows within a transaction, and deletes what is too much.
func (f *File) write(ctx context.Context, rows []messaging.Row) error {
	for _, row := range rows {
		if err := f.put(ctx, row); err != nil {
			return err
		}
	}
	if err := f.trim(ctx); err != nil {
		return err
	}
	return f.shrink(ctx)
}

// put writes one row. It replaces a row with the same key, so that writing one twice changes
// nothing.
func (f *File) put(ctx context.Context, row messaging.Row) error {
	key := keyOf(row.Account, row.Place)
	var args []any
	name := row.Kind
	switch row.Kind {
	case messaging.RowCleared:
		return f.clear(ctx, row.Account)
	case messaging.RowAccount:
		args = []any{row.Account, row.ID, string(row.Value)}
	case string(journal.Messages):
		if row.Value == nil || f.outlived(row) {
			return f.remove(ctx, key)
		}
		args = []any{key, row.Pending, string(row.Value)}
	case string(journal.Webhooks), string(journal.Requests), string(journal.Alerts):
		args = []any{key, string(row.Value)}
	case messaging.RowEvents:
		args = []any{key, row.Last, row.Value}
	case messaging.RowMedia:
		args = []any{key, row.ID, row.Value}
	default:
		name, args = "setting", []any{row.Account, row.Kind, row.ID, string(row.Value)}
		if row.Value == nil {
			name, args = "unset", args[:3]
		}
	}
	statement := f.statements[name]
	if statement == nil {
		return fmt.Errorf("unknown kind %q", row.Kind)
	}
	f.grow(row.Account, table(name), key)
	f.written += int64(len(row.Value))
	_, err := statement.ExecContext(ctx, args...)
	return err
}

// table returns the table of a statement.
func table(name string) string {
	if name == messaging.RowEvents {
		return "event"
	}
	return name
}

// tables are those with the things of accounts, by their key.
var tables = []string{"message", "webhook", "request", "alert", "event", "media"}

// clear deletes all things of an account.
func (f *File) clear(ctx context.Context, account int) error {
	for _, table := range tables {
		_, err := f.conn.ExecContext(ctx, "DELETE FROM "+table+" WHERE key >= ? AND key < ?",
			keyOf(account, 0), keyOf(account+1, 0))
		if err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a message and its files.
func (f *File) remove(ctx context.Context, key int64) error {
	for _, name := range []string{"remove message", "remove media"} {
		if _, err := f.statements[name].ExecContext(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
