package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// narrow is a storage that has room, or not.
type narrow struct {
	mu   sync.Mutex
	full error
	rows []string
}

func (n *narrow) State(func(Row) error) error   { return nil }
func (n *narrow) History(func(Row) error) error { return nil }

func (n *narrow) Commit(rows []Row) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.full != nil {
		return n.full
	}
	for _, row := range rows {
		n.rows = append(n.rows, row.ID+string(row.Value))
	}
	return nil
}

// TestKeeper checks that what could not be stored is stored with the next change, and that nobody
// waits for what happens after the end.
func TestKeeper(t *testing.T) {
	s := &narrow{full: errors.New("full")}
	next, failures := "a", 0
	k := newKeeper(s, func(b *batch, _ []*recorder) {
		b.addValue(Row{ID: next}, append(b.values, next...))
	}, func(error) { failures++ })
	k.noted = 1 // without a timer
	for range 2 {
		if err := k.sync(); !errors.Is(err, s.full) || failures != 1 {
			t.Errorf("%v, %d failures", err, failures)
		}
	}
	s.full, next, k.noted = nil, "b", 2
	if err := k.sync(); err != nil {
		t.Error(err)
	}
	next, k.noted = "c", 3
	if err := k.close(); err != nil {
		t.Error(err)
	}
	k.note(&recorder{})
	if err := k.sync(); err == nil || !strings.Contains(err.Error(), "has stopped") {
		t.Errorf("after the end: %v", err)
	}
	if got := strings.Join(s.rows, " "); got != "aa bb cc" {
		t.Errorf("stored were %q", got)
	}
}

// TestKeeperTogether checks that many who wait at once are stored, each with what it has noted.
func TestKeeperTogether(t *testing.T) {
	s := &narrow{}
	var mu sync.Mutex
	noted, stored := 0, 0
	k := newKeeper(s, func(*batch, []*recorder) {
		mu.Lock()
		defer mu.Unlock()
		stored = noted
	}, func(error) {})
	r := &recorder{}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 100 {
				mu.Lock()
				noted++
				own := noted
				mu.Unlock()
				k.note(r)
				err := k.sync()
				mu.Lock()
				if err != nil || stored < own {
					t.Errorf("%v, %d of %d are stored", err, stored, own)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if err := k.close(); err != nil {
		t.Error(err)
	}
}

// TestKeeperChanged checks that only what has changed is looked at, however many accounts there
// are, and that values stay as they are while others are added.
func TestKeeperChanged(t *testing.T) {
	s, recorders := &narrow{}, []*recorder{{number: 1}, {number: 2}, {number: 3}}
	var asked []int
	k := newKeeper(s, func(b *batch, changed []*recorder) {
		for _, r := range changed {
			asked = append(asked, r.number)
			for i := range 3 {
				b.addValue(Row{ID: string(rune('0' + r.number))}, fmt.Appendf(b.values, "%d%d", i, r.number))
			}
		}
	}, func(error) {})
	for _, numbers := range [][]int{{2}, {}, {3, 1, 3}} {
		for _, n := range numbers {
			k.note(recorders[n-1])
		}
		if err := k.sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.close(); err != nil {
		t.Fatal(err)
	}
	if want := []int{2, 3, 1}; !slices.Equal(asked, want) {
		t.Errorf("asked were %v, want %v", asked, want)
	}
	want := "202 212 222 303 313 323 101 111 121"
	if got := strings.Join(s.rows, " "); got != want {
		t.Errorf("stored were %q, want %q", got, want)
	}
}
