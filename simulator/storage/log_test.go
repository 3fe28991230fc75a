package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

func openFile(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func commitRows(t *testing.T, f *File, rows ...messaging.Row) {
	t.Helper()
	if err := f.Commit(rows); err != nil {
		t.Fatal(err)
	}
}

// stored returns what a file has, as kind, place or ID, and value.
func stored(t *testing.T, f *File) (all []string) {
	t.Helper()
	use := func(row messaging.Row) error {
		name := row.ID
		if row.Place > 0 {
			name = fmt.Sprint(row.Place)
		}
		all = append(all, row.Kind+" "+name+" "+string(row.Value))
		return nil
	}
	if err := errors.Join(f.State(func(row messaging.Row) error {
		if row.Kind == "message" || row.Kind == messaging.RowMedia { // they are in the history
			return nil
		}
		row.Place = 0
		return use(row)
	}), f.History(use)); err != nil {
		t.Fatal(err)
	}
	return all
}

func thing(place int64, value string) messaging.Row {
	return messaging.Row{Account: 1, Kind: "message", Place: place, Value: []byte(value)}
}

func setting(id, value string) messaging.Row {
	row := messaging.Row{Account: 1, Kind: "bin", ID: id}
	if value != "" {
		row.Value = []byte(value)
	}
	return row
}

var account = messaging.Row{Account: 1, Kind: messaging.RowAccount, ID: "AC1", Value: []byte("{}")}

// killed returns a copy of a file with its logs, as a killed process leaves them behind.
func killed(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data.db")
	for _, suffix := range []string{"", "-wal", "-log"} {
		data, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(to+suffix, data, 0o600)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return to
}

// TestLog checks that what was committed is in the file after a kill, whether it was moved to the
// tables or not, and that a file that was closed has no log.
func TestLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	f := openFile(t, path)
	commitRows(t, f, account, thing(1, "{}"), setting("a", "1"), setting("b", "2"))
	commitRows(t, f, thing(2, "{}"), setting("a", ""), setting("b", "3"))
	commitRows(t, f, thing(1, `{"x":1}`))
	want := []string{"account AC1 {}", "bin b 3", `message 1 {"x":1}`, "message 2 {}"}
	early := killed(t, path)
	if more, err := f.moveOldest(); more || err != nil {
		t.Fatal(more, err)
	}
	late := killed(t, path)
	f.moveWaiting()
	if f.log.size != 0 {
		t.Errorf("the log has %d bytes, and everything was moved", f.log.size)
	}
	commitRows(t, f, messaging.Row{Account: 1, Kind: messaging.RowCleared}, thing(3, "{}"))
	cleared := killed(t, path)
	for name, file := range map[string]string{"early": early, "late": late, "cleared": cleared} {
		want := want
		if name == "cleared" {
			want = []string{"account AC1 {}", "bin b 3", "message 3 {}"}
		}
		again := openFile(t, file)
		if diff := cmp.Diff(want, stored(t, again)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(file + "-log"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: there is a log: %v", name, err)
		}
	}
}

// TestLogIsMoved checks that nobody has to do anything for it.
func TestLogIsMoved(t *testing.T) {
	f := openFile(t, filepath.Join(t.TempDir(), "data.db"))
	commitRows(t, f, account, thing(1, "{}"))
	f.logMu.Lock()
	defer f.logMu.Unlock()
	for f.log.waiting() > 0 {
		f.room.Wait()
	}
}

// TestLogOfEarlierGeneration checks that a log is not used when a large transaction was stored
// after it, even if the process was killed before it could empty the log.
func TestLogOfEarlierGeneration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	f := openFile(t, path)
	commitRows(t, f, account, setting("a", "old"), thing(1, "{}"))
	log, err := os.ReadFile(path + "-log")
	if err != nil {
		t.Fatal(err)
	}
	commitRows(t, f, messaging.Row{Account: 1, Kind: messaging.RowCleared}, setting("a", "new"),
		setting("b", strings.Repeat("x", large)))
	copied := killed(t, path)
	if err := os.WriteFile(copied+"-log", log, 0o600); err != nil {
		t.Fatal(err)
	}
	again := openFile(t, copied)
	got := stored(t, again)
	if len(got) != 3 || got[1] != "bin a new" {
		t.Errorf("%.80q", got)
	}
	commitRows(t, again, setting("a", "newer"))
	if got := stored(t, openFile(t, killed(t, copied))); got[1] != "bin a newer" {
		t.Errorf("what was committed later: %.80q", got)
	}
}

// TestUnusableLog checks what is done with a log that has an end missing, is damaged, or belongs to
// another file.
func TestUnusableLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	f := openFile(t, path)
	commitRows(t, f, account, setting("a", "1"))
	commitRows(t, f, setting("a", "2"))
	copied := killed(t, path)
	log, err := os.ReadFile(copied + "-log")
	if err != nil {
		t.Fatal(err)
	}
	other := openFile(t, filepath.Join(t.TempDir(), "other.db"))
	commitRows(t, other, account)
	foreign, err := os.ReadFile(other.path + "-log")
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(nil), log...)
	changed[logHead+recordHead+3]++
	for _, tt := range []struct {
		name    string
		log     []byte
		want    string // of the setting
		refused string
	}{
		{"whole", log, "bin a 2", ""},
		{"cut", log[:len(log)-1], "bin a 1", ""},
		{"zeros behind it", append(append([]byte(nil), log...), make([]byte, 100)...), "bin a 2", ""},
		{"damaged", changed, "", "cannot be read"},
		{"of another file", foreign, "", "belongs to another file"},
		{"of another program", []byte(strings.Repeat("hello ", 10)), "", "not a log of this version"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := killed(t, copied)
			if err := os.WriteFile(path+"-log", tt.log, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Open(path, Options{})
			var failure *Error
			if tt.refused != "" {
				if !errors.As(err, &failure) || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("got %v, want %q", err, tt.refused)
				}
				now, err := os.ReadFile(path + "-log")
				if err != nil || string(now) != string(tt.log) {
					t.Errorf("the log was changed (%v)", err)
				}
				if _, err := Open(path, Options{}); err == nil || err.Error() != failure.Error() {
					t.Errorf("the second time: %v", err)
				}
				if err := os.Truncate(path+"-log", 0); err != nil { // as the error says
					t.Fatal(err)
				}
				openFile(t, path)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if got := stored(t, f); got[1] != tt.want {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestCopiedAlone checks that a copy of a file that is in use is refused without the files beside
// it, and not changed, and that an empty one says that the rest may be lost.
func TestCopiedAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	first := openFile(t, path)
	commitRows(t, first, account, setting("a", "1"))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openFile(t, killed(t, path)).Close(); err != nil {
		t.Errorf("a file that was closed needs no other: %v", err)
	}
	f := openFile(t, path)
	commitRows(t, f, setting("a", "2"))
	for _, suffix := range []string{"-wal", "-log"} {
		copied := killed(t, path)
		if err := os.Remove(copied + suffix); err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the first attempt must not make it
			_, err = Open(copied, Options{})
			var failure *Error
			if !errors.As(err, &failure) || !strings.Contains(err.Error(), "without "+copied+suffix) {
				t.Errorf("without %s: %v", suffix, err)
			}
		}
		if after, err := os.ReadFile(copied); err != nil || string(after) != string(before) {
			t.Errorf("without %s: the file was changed (%v)", suffix, err)
		}
		if err := os.WriteFile(copied+suffix, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := stored(t, openFile(t, copied)); len(got) != 2 {
			t.Errorf("with an empty %s: %q", suffix, got)
		}
	}
}

// TestRefusedAfterClose checks that a closed file still needs no other after it was refused because
// of a log that is not its own.
func TestRefusedAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	f := openFile(t, path)
	commitRows(t, f, account, setting("a", "1"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"-log", []byte(strings.Repeat("hello ", 10)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil {
		t.Error("it was opened")
	}
	if err := os.Remove(path + "-log"); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, openFile(t, path)); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

// TestLink checks that a file has the same files beside it under all of its names.
func TestLink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := openFile(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	f := openFile(t, link)
	commitRows(t, f, account, setting("a", "1"))
	if got := stored(t, openFile(t, killed(t, path))); len(got) != 2 {
		t.Errorf("under its own name: %q", got)
	}
}

// TestLogThatCannotBeRead checks that a log stays where it is if the disk does not give it back.
func TestLogThatCannotBeRead(t *testing.T) {
	const failing = "/proc/self/mem" // a file that can be opened, and whose first byte cannot be read
	if _, err := os.Stat(failing); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "data.db")
	if err := openFile(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(failing, path+"-log"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil {
		t.Error("it was opened")
	}
	if _, err := os.Lstat(path + "-log"); err != nil {
		t.Error(err)
	}
}

// TestLogWithoutRoom checks that commits wait while too much is in the log only, and go on.
func TestLogWithoutRoom(t *testing.T) {
	f := openFile(t, filepath.Join(t.TempDir(), "data.db"))
	commitRows(t, f, account)
	value := `{"x":"` + strings.Repeat("x", large-100) + `"}`
	for place := int64(1); place <= 2*waitingBytes/large; place++ {
		commitRows(t, f, thing(place, value))
		f.logMu.Lock()
		if n := f.log.waiting(); n > waitingBytes+large {
			t.Errorf("%d bytes wait", n)
		}
		f.logMu.Unlock()
	}
	if got := stored(t, f); len(got) != 1+2*waitingBytes/large {
		t.Errorf("%d are stored", len(got))
	}
}

// TestNewest checks the order of rows, and that only the newest of a thing is left.
func TestNewest(t *testing.T) {
	webhook := messaging.Row{Account: 1, Kind: "webhook", Place: 1, Value: []byte("w")}
	other := thing(1, "o")
	other.Account = 2
	var got []string
	for _, row := range newest([]messaging.Row{thing(1, "a"), thing(2, "b"), webhook, other,
		setting("x", "1"), thing(1, "c"), setting("y", "1"), setting("x", "")}) {
		got = append(got, row.Kind+row.ID+fmt.Sprint(row.Place)+string(row.Value))
	}
	want := []string{"message2b", "webhook1w", "message1o", "message1c", "biny01", "binx0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestReadLog checks that a log is read in parts of whole records, also where one is larger than a
// part.
func TestReadLog(t *testing.T) {
	l := log{path: filepath.Join(t.TempDir(), "log")}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, size := range []int{10, 20, 3000, 10, 500, 30} {
		value := fmt.Sprint(i, strings.Repeat("x", size))
		want = append(want, value)
		if err := l.append([]messaging.Row{thing(int64(i), value)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.file.Close(); err != nil { // as after a kill
		t.Fatal(err)
	}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	defer l.close()
	var got []string
	var buffer []byte
	for parts := 0; l.waiting() > 0; parts++ {
		rows, end, next, err := l.read(l.moved, l.size, 100, buffer)
		if err != nil || parts > 5 {
			t.Fatal(parts, err)
		}
		for _, row := range rows {
			got = append(got, string(row.Value))
		}
		l.moved, buffer = end, next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
