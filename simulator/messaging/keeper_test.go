package messaging

import (
	"errors"
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
		n.rows = append(n.rows, row.ID)
	}
	return nil
}

// TestKeeper checks that what could not be stored is stored with the next change, and that nobody
// waits for what happens after the end.
func TestKeeper(t *testing.T) {
	s := &narrow{full: errors.New("full")}
	next, failures := "a", 0
	k := newKeeper(s, func() []Row { return []Row{{ID: next}} }, func(error) { failures++ })
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
	k.note()
	if err := k.sync(); err == nil || !strings.Contains(err.Error(), "has stopped") {
		t.Errorf("after the end: %v", err)
	}
	if got := strings.Join(s.rows, " "); got != "a b c" {
		t.Errorf("stored were %q", got)
	}
}

// TestKeeperTogether checks that many who wait at once are stored, each with what it has noted.
func TestKeeperTogether(t *testing.T) {
	s := &narrow{}
	var mu sync.Mutex
	noted, stored := 0, 0
	k := newKeeper(s, func() []Row {
		mu.Lock()
		defer mu.Unlock()
		stored = noted
		return nil
	}, func(error) {})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 100 {
				mu.Lock()
				noted++
				own := noted
				mu.Unlock()
				k.note()
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
