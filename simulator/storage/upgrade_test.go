package storage_test

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// TestUpgrade makes a file what version 1 would have written, and opens it.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, stop := serve(t, path, start)
	fill(t, s)
	a := s.Account()
	a.AddKey("second")
	want, _ := a.Journal.Events(0)
	wantState := stateOf(s)
	stop()

	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	values := map[int64][]byte{}
	rows, err := db.Query("SELECT key, value FROM event")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var key int64
		var value []byte
		if err := rows.Scan(&key, &value); err != nil {
			t.Fatal(err)
		}
		events, err := journal.UnpackEvents(value)
		if err != nil {
			t.Fatal(err)
		}
		if values[key], err = json.Marshal(events); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil || len(values) == 0 {
		t.Fatal(err, len(values))
	}
	for key, value := range values {
		exec("UPDATE event SET value = ? WHERE key = ?", string(value), key)
	}
	exec("DROP INDEX pending")
	for _, kind := range []string{"numbers", "services", "applications", "keys", "bins"} {
		exec(`INSERT INTO setting SELECT account, kind, '', json_group_array(json_remove(value,
			'$.Number') ORDER BY value ->> 'Number') FROM setting WHERE kind = ? GROUP BY account`, kind)
		exec("DELETE FROM setting WHERE kind = ? AND id != ''", kind)
	}
	exec("PRAGMA user_version = 1")
	exec("PRAGMA wal_checkpoint(TRUNCATE)")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	s, stop = serve(t, path, start)
	got, _ := s.Account().Journal.Events(0)
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("other events (-want +got):\n%s", diff)
	}
	gotState := stateOf(s)
	for _, pair := range [][2]any{
		{wantState.Numbers, gotState.Numbers}, {wantState.Services, gotState.Services},
		{wantState.Senders, gotState.Senders}, {wantState.Applications, gotState.Applications},
		{wantState.Keys, gotState.Keys}, {wantState.Bins, gotState.Bins},
	} {
		if diff := cmp.Diff(pair[0], pair[1], cmpopts.IgnoreUnexported(directory.Service{},
			directory.Key{})); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	stop()
	file := open(t, path)
	defer file.Close()
	if report, err := file.Check(); err != nil || len(report.Problems) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
