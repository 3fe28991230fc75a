package storage_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// counted is a file that counts the bytes that are committed.
type counted struct {
	*storage.File
	bytes int
}

func (c *counted) Commit(rows []messaging.Row) error {
	for _, row := range rows {
		c.bytes += len(row.ID) + len(row.Value)
	}
	return c.File.Commit(rows)
}

// TestEntriesCostTheSame checks that a new number, bin, service, application or key writes as much
// when there are thousands as when there are few, and that they are all there after a restart.
func TestEntriesCostTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	data := &counted{File: open(t, path)}
	s := &simulator.Server{Data: data, Keep: 10}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	a := s.Account()
	const many, few = 1000, 100 // of each of five kinds
	add := func(i int) {
		t.Helper()
		_, err := a.SetNumber(fmt.Sprintf("+1202555%04d", i), "", "")
		if err == nil {
			_, err = a.SetBin(fmt.Sprint("bin-", i), "<Response/>")
		}
		if err == nil {
			_, err = a.CreateService(func(s *directory.Service) error {
				s.FriendlyName = "shop"
				return nil
			})
		}
		if err == nil {
			_, err = a.CreateApplication(func(*directory.Application) error { return nil })
		}
		a.AddKey("ci")
		if err == nil {
			err = s.Accounts().Sync()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var first, last int
	for i := range many {
		before := data.bytes
		add(i)
		switch {
		case i < few:
			first += data.bytes - before
		case i >= many-few:
			last += data.bytes - before
		}
	}
	t.Logf("the first %d write %d bytes, the last %d", few, first, last)
	if last > first+first/5 {
		t.Errorf("the last %d write %d bytes, the first %d", few, last, first)
	}
	s.Close()
	if err := data.Close(); err != nil {
		t.Fatal(err)
	}

	again := &counted{File: open(t, path)}
	defer again.Close()
	s = &simulator.Server{Data: again, Keep: 10}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a = s.Account()
	if n := len(a.Numbers()); n != many { // one of them is the default number
		t.Errorf("%d numbers", n)
	}
	for what, n := range map[string]int{"bins": len(a.Bins()), "services": len(a.Services()),
		"applications": len(a.Applications()), "keys": len(a.Keys())} {
		if n != many {
			t.Errorf("%d %s", n, what)
		}
	}
	if err := s.Accounts().Sync(); err != nil {
		t.Fatal(err)
	}
	if again.bytes > first {
		t.Errorf("a start writes %d bytes", again.bytes)
	}
}

// TestRenamedKey checks that a key has its new name after a restart.
func TestRenamedKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	for _, name := range []string{"old", "new"} {
		data := open(t, path)
		s := &simulator.Server{Data: data, Keep: 10}
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		if a := s.Account(); name == "old" {
			key, _ := a.AddKey("old")
			if err := s.Accounts().Sync(); err != nil {
				t.Fatal(err)
			}
			if _, err := a.RenameKey(key, "new"); err != nil {
				t.Fatal(err)
			}
		} else if keys := a.Keys(); len(keys) != 1 || keys[0].FriendlyName != "new" {
			t.Errorf("keys %+v", keys)
		}
		s.Close()
		if err := data.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
