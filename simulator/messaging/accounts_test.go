package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// TestAuthenticate checks which credentials are accepted, and for which accounts (F-371 to F-375).
func TestAuthenticate(t *testing.T) {
	main := newAccount(t, nil)
	r := NewAccounts(main)
	sub, other := r.Create("shop 2"), r.Create("shop 3")
	keySID, secret := main.AddKey("ci")
	subKey, subSecret := sub.AddKey("ci")
	const (
		denied = "401 20003 Authenticate"
		gone   = "404 20404 Not Found"
	)
	names := map[string]string{main.SID: "main", sub.SID: "sub", other.SID: "other",
		r.Test().SID: "test"}
	for _, tt := range []struct {
		name, user, password, path string
		want                       string
	}{
		{"token", main.SID, main.Token, main.SID, "main"},
		{"wrong token", main.SID, "x", main.SID, denied},
		{"no token", main.SID, "", main.SID, denied},
		{"nobody", "AC" + strings.Repeat("9", 32), main.Token, main.SID, denied},
		{"key", keySID, secret, main.SID, "main"},
		{"wrong secret", keySID, "x", main.SID, denied},
		{"the token of another", sub.SID, main.Token, sub.SID, denied},
		{"a subaccount", sub.SID, sub.Token, sub.SID, "sub"},
		{"a subaccount's key", subKey, subSecret, sub.SID, "sub"},
		{"the main account in a subaccount", main.SID, main.Token, sub.SID, "sub"}, // F-374
		{"a key in a subaccount", keySID, secret, sub.SID, "sub"},
		{"a subaccount in the main account", sub.SID, sub.Token, main.SID, denied},
		{"a subaccount in another", sub.SID, sub.Token, other.SID, denied},
		{"test credentials", r.Test().SID, r.Test().Token, r.Test().SID, "test"}, // F-464
		{"test credentials in the main account", r.Test().SID, r.Test().Token, main.SID, denied},
		{"the main account in that of the test credentials", main.SID, main.Token, r.Test().SID,
			denied},
		{"a path of no account", main.SID, main.Token, "invalid_sid", gone}, // F-373
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, key, err := r.Authenticate(tt.user, tt.password)
			if err == nil {
				if (key != nil) != strings.HasPrefix(tt.user, "SK") {
					t.Errorf("key %v", key)
				}
				a, err = r.ForPath(a, tt.path)
			}
			got := refused(err)
			if err == nil {
				got = names[a.SID]
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if err := main.RemoveKey(keySID); err != nil || len(main.Keys()) != 0 {
		t.Errorf("%v, keys %v", err, main.Keys())
	}
	if _, _, err := r.Authenticate(keySID, secret); refused(err) != denied {
		t.Errorf("a removed key: %v", err)
	}
	if got := refused(main.RemoveKey(keySID)); got != gone {
		t.Errorf("removed twice: %s", got)
	}
	if _, err := sub.UpdateProfile(
		func(p *directory.Profile) { p.Status = directory.Suspended }); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Authenticate(sub.SID,
		sub.Token); refused(err) != "403 20005 Account not active" { // F-380
		t.Errorf("suspended: %v", err)
	}
}

// TestKeysInTurn checks that an app that makes a key, uses it and removes it, again and again,
// leaves no memory of each of them behind.
func TestKeysInTurn(t *testing.T) {
	main := newAccount(t, nil)
	r := NewAccounts(main)
	for range manyKeys + 100 {
		keySID, secret := main.AddKey("in turn")
		if a, _, err := r.Authenticate(keySID, secret); a != main || err != nil {
			t.Fatal(a, err)
		}
		if err := main.RemoveKey(keySID); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.byKey); n > manyKeys {
		t.Errorf("the owners of %d keys are remembered", n)
	}
}

func TestAnyAccount(t *testing.T) {
	r := NewAccounts(newAccount(t, nil))
	sid := "AC" + strings.Repeat("7", 32)
	if _, _, err := r.Authenticate(sid, "secret"); refused(err) != "401 20003 Authenticate" {
		t.Errorf("got %v", err)
	}
	r.AnyAccount = true
	a, _, err := r.Authenticate(sid, "secret")
	if err != nil || a.SID != sid || a.Token != "secret" || a == r.Main() {
		t.Fatalf("%v, %+v", err, a)
	}
	if again, _, err := r.Authenticate(sid, "secret"); err != nil || again != a {
		t.Errorf("the second time: %v", err)
	}
	if _, _, err := r.Authenticate(sid, "other"); refused(err) != "401 20003 Authenticate" {
		t.Errorf("another token: %v", err)
	}
	if _, _, err := r.Authenticate("me", "secret"); err == nil {
		t.Error("anybody got in")
	}
}

// TestSubaccount checks that a subaccount shares nothing but the clock, and that it is the same in
// each run.
func TestSubaccount(t *testing.T) {
	var sids []string
	for range 2 {
		r := NewAccounts(newAccount(t, nil))
		sub := r.Create("shop 2")
		if _, err := sub.SetNumber(shop, "", ""); err != nil {
			t.Fatal(err)
		}
		m := send(t, sub, draft(nil))
		advance(t, r.Main(), time.Minute)
		if m.Snapshot().Status != "delivered" || r.Main().Journal.Count(journal.Messages) != 0 {
			t.Errorf("message %+v", m.Snapshot())
		}
		p := sub.Profile()
		want := directory.Profile{FriendlyName: "shop 2", Status: directory.Active, Type: "Full",
			OwnerSID: r.Main().SID, Created: start, Updated: start}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("profile (-want +got):\n%s", diff)
		}
		if list := r.List(); len(list) != 2 || list[0] != sub || list[1] != r.Main() {
			t.Errorf("accounts %v", list)
		}
		sids = append(sids, sub.SID+sub.Token+m.ID())
	}
	if sids[0] != sids[1] {
		t.Errorf("two runs: %s, %s", sids[0], sids[1])
	}
}
