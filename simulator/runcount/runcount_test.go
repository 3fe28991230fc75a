package runcount

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestNextCounts(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for want := uint64(1); want <= 3; want++ {
		if got, err := Next(); got != want || err != nil {
			t.Fatalf("run %d, %v, want %d", got, err, want)
		}
	}
}

func TestNextTogether(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	numbers := make([]uint64, 20)
	var wait sync.WaitGroup
	for i := range numbers {
		wait.Go(func() {
			n, err := next(dir)
			if err != nil {
				t.Error(err)
			}
			numbers[i] = n
		})
	}
	wait.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != uint64(i)+1 {
			t.Fatalf("20 runs at once have the numbers %v", numbers)
		}
	}
}

func TestNextRefusesADamagedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "runs"), []byte("many\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := next(dir); err == nil || !strings.Contains(err.Error(), `has no number, but "many"`) {
		t.Errorf("run %d, %v", n, err)
	}
}
