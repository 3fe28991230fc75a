package verify_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
	"twilsim/simulator/verify"
)

var start = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

// newAccount returns an account with a virtual clock.
func newAccount() *messaging.Account {
	return messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(start),
		Products: []messaging.ProductType{verify.Type}})
}

// restart calls do with the state of an account that is stored in a file, which stays for the next
// call.
func restart(t *testing.T, file string, do func(*messaging.Account, *verify.State)) {
	t.Helper()
	f, err := storage.Open(file, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a := newAccount()
	defer a.Close()
	accounts := messaging.NewAccounts(a)
	err = accounts.Store(f, func(string) bool { return true }, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	accounts.Resume()
	do(a, verify.Of(a))
	if err := accounts.CloseStorage(); err != nil {
		t.Error(err)
	}
}

func named(name string) func(*verify.Service) error {
	return func(s *verify.Service) error {
		s.FriendlyName = name
		return nil
	}
}

// TestRestart: services are there again after a restart, with their order.
func TestRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	var want []verify.Service
	restart(t, file, func(a *messaging.Account, s *verify.State) {
		for _, name := range []string{"Shop", "Bank", "Gone"} {
			if _, err := s.CreateService(named(name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.DeleteService(s.Services()[0].SID); err != nil {
			t.Fatal(err)
		}
		a.Reset() // services stay
		want = s.Services()
	})
	restart(t, file, func(_ *messaging.Account, s *verify.State) {
		if diff := cmp.Diff(want, s.Services()); diff != "" || len(want) != 2 {
			t.Errorf("after a restart (-want +got):\n%s", diff)
		}
		if _, err := s.CreateService(named("Third")); err != nil {
			t.Fatal(err)
		}
		if newest := s.Services()[0]; newest.FriendlyName != "Third" {
			t.Errorf("the newest is %s", newest.FriendlyName)
		}
	})
}
