package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Report is what [File.Check] has found.
type Report struct {
	Accounts int `json:"accounts"`
	Messages int `json:"messages"`
	Pending  int `json:"pending"` // messages with work to do
	Webhooks int `json:"webhooks"`
	Requests int `json:"requests"`
	Alerts   int `json:"alerts"`
	// Problems are what is wrong, at most 100 of SQLite's own; none in a good file.
	Problems []string `json:"problems"`
}

// Check reads the whole file, and compares its tables with their indexes. A damaged file is a
// Report with problems; the error is that of a file that cannot be read at all. No simulator may
// use the file.
func (f *File) Check() (Report, error) {
	r := Report{Problems: []string{}}
	problems, err := f.integrity()
	if err != nil {
		return r, f.explain("cannot be read", err)
	}
	r.Problems = append(r.Problems, problems...)
	count := func(row messaging.Row) error {
		r.count(row)
		if problem := unreadable(row); problem != "" {
			r.Problems = append(r.Problems, fmt.Sprintf("%s %s of account %d %s", row.Kind, row.ID,
				row.Account, problem))
		}
		return nil
	}
	if err := f.State(func(row messaging.Row) error {
		if row.Kind == string(journal.Messages) || row.Kind == messaging.RowMedia {
			return nil // it comes with the history
		}
		return count(row)
	}); err != nil { // a page that cannot be read
		r.Problems = append(r.Problems, err.Error())
	}
	if err := f.History(count); err != nil {
		r.Problems = append(r.Problems, err.Error())
	}
	return r, nil
}

// unreadable says why the value of a row cannot be read, "" if it can.
func unreadable(row messaging.Row) string {
	switch row.Kind {
	case messaging.RowMedia:
	case messaging.RowEvents:
		if _, err := journal.UnpackEvents(row.Value); err != nil {
			return "is damaged"
		}
	default:
		if !json.Valid(row.Value) {
			return "is not JSON"
		}
	}
	return ""
}

func (r *Report) count(row messaging.Row) {
	switch row.Kind {
	case messaging.RowAccount:
		r.Accounts++
	case "message":
		r.Messages++
		if row.Pending {
			r.Pending++
		}
	case "webhook":
		r.Webhooks++
	case "request":
		r.Requests++
	case "alert":
		r.Alerts++
	}
}

// integrity returns what SQLite finds wrong.
func (f *File) integrity() (problems []string, err error) {
	rows, err := f.conn.QueryContext(context.Background(), "PRAGMA integrity_check")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		if text != "ok" {
			problems = append(problems, text)
		}
	}
	return problems, rows.Err()
}

// Compact rewrites the file without the room of deleted things, and returns its sizes in bytes. It
// needs as much room again on the disk. No simulator may use the file.
func (f *File) Compact() (before, after int64, err error) {
	ctx := context.Background()
	if before, err = f.size(ctx); err != nil {
		return 0, 0, err
	}
	if _, err := f.conn.ExecContext(ctx, "VACUUM"); err != nil {
		return 0, 0, f.explain("cannot be written", err)
	}
	after, err = f.size(ctx)
	return before, after, err
}

// size returns the size of the file when everything is in it. What is in the write-ahead log is
// written into the file for that.
func (f *File) size(ctx context.Context) (int64, error) {
	if _, err := f.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return 0, f.explain("cannot be written", err)
	}
	info, err := os.Stat(f.path)
	if err != nil {
		return 0, &Error{f.path, "cannot be read", "a file that you can read", cause(err)}
	}
	return info.Size(), nil
}

// MainAccount returns the SID of the main account, "" if there is none yet.
func (f *File) MainAccount() (sid string, err error) {
	err = f.conn.QueryRowContext(context.Background(),
		"SELECT coalesce((SELECT sid FROM account WHERE number = 1), '')").Scan(&sid)
	if err != nil {
		return "", f.explain("cannot be read", err)
	}
	return sid, nil
}
