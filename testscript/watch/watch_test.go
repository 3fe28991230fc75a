package watch

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestDuringRun(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "scenarios/a.txtar", "a")
	write(t, "scenarios/b.txtar", "b")
	w := New(".")
	if got := w.DuringRun(); len(got) > 0 {
		t.Errorf("nothing has changed: got %q", got)
	}
	write(t, "scenarios/a.txtar", "changed")
	write(t, "scenarios/c/new.txtar", "c")
	write(t, "state.json", "1")
	for _, ignored := range []string{".git/x", "node_modules/x.js", "app.log", "x.db", "x~",
		".hidden"} {
		write(t, ignored, "x")
	}
	if err := os.Remove("scenarios/b.txtar"); err != nil {
		t.Fatal(err)
	}
	want := []string{"scenarios/a.txtar", "scenarios/b.txtar", "scenarios/c/new.txtar", "state.json"}
	if diff := cmp.Diff(want, w.DuringRun()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	// What changes in each run is written by the app itself.
	write(t, "scenarios/b.txtar", "back")
	write(t, "state.json", "22")
	if got := w.DuringRun(); len(got) > 0 {
		t.Errorf("second run: got %q", got)
	}
	write(t, "state.json", "333")
	write(t, "scenarios/c/new.txtar", "changed")
	if diff := cmp.Diff([]string{"scenarios/c/new.txtar"}, w.DuringRun()); diff != "" {
		t.Errorf("third run (-want +got)\n%s", diff)
	}
}

func TestAwait(t *testing.T) {
	t.Chdir(t.TempDir())
	w := New("named.log") // a place is watched even if its name is one that is passed over
	write(t, "named.log", "x")
	if diff := cmp.Diff([]string{"named.log"}, w.Await(t.Context())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := w.Await(ctx); got != nil {
		t.Errorf("after the end: got %q", got)
	}
}
