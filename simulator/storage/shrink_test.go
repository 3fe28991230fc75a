package storage_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// TestKeepBytes checks that a file does not grow beyond its limit: files of messages go first, and
// a message with work to do stays.
func TestKeepBytes(t *testing.T) {
	const limit = 1 << 20
	path := filepath.Join(t.TempDir(), "data.db")
	file, err := storage.Open(path, storage.Options{KeepBytes: limit})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	commit := func(rows ...messaging.Row) {
		t.Helper()
		if err := file.Commit(rows); err != nil {
			t.Fatal(err)
		}
	}
	count := func() map[string]int {
		t.Helper()
		counts := map[string]int{}
		if err := file.History(func(row messaging.Row) error {
			counts[row.Kind]++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return counts
	}
	commit(messaging.Row{Account: 1, Kind: messaging.RowAccount, ID: "AC1", Value: []byte("{}")})
	for place := int64(1); place <= 20; place++ {
		commit(messaging.Row{Account: 1, Kind: "message", Place: place, Pending: place == 2,
			Value: []byte("{}")}, messaging.Row{
			Account: 1, Kind: messaging.RowMedia, ID: fmt.Sprint(place), Place: place,
			Value: bytes.Repeat([]byte("x"), 100_000)})
	}
	if got := count(); got["message"] != 20 || got["media"] < 2 || got["media"] > 19 {
		t.Errorf("after files: %v are kept", got)
	}
	for place := int64(101); place <= 300; {
		var rows []messaging.Row
		for range 50 {
			rows = append(rows, messaging.Row{Account: 1, Kind: "webhook", Place: place,
				Value: fmt.Appendf(nil, `{"body":%q}`, bytes.Repeat([]byte("y"), 10_000))})
			place++
		}
		commit(rows...)
	}
	got := count()
	if got["media"] > 0 || got["webhook"] < 30 || got["webhook"] > 190 || got["message"] == 0 {
		t.Errorf("after webhooks: %v are kept", got)
	}
	pending := false
	if err := file.History(func(row messaging.Row) error {
		pending = pending || row.Pending
		return nil
	}); err != nil || !pending {
		t.Errorf("the message with work to do is gone (%v)", err)
	}
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err != nil || info.Size() > limit+limit/2+16<<20 {
			t.Errorf("%s: %v bytes, %v", name, info.Size(), err)
		}
	}
}
