package messaging

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
	"twilsim/simulator/quirk"
	"twilsim/simulator/sid"
)

// Accounts are the accounts of one server: a main account, its subaccounts, and the account of its
// test credentials. It is safe for concurrent use. Accounts are only ever added, because a place in
// others is also a number in the storage.
type Accounts struct {
	// AnyAccount accepts any Account SID with any token, and makes the account on its first use; up to
	// 10,000 accounts.
	AnyAccount bool

	main, test *Account

	keeper   *keeper   // nil if the accounts are not stored
	known    int       // how many accounts are stored; only collect uses it
	clock    time.Time // as it is stored; only collect uses it
	restored bool
	past     *pastReader // of before this run; nil if the accounts are not stored
	resumed  []*Message  // with work to do; until [Accounts.Resume]

	mu     sync.Mutex
	others []*Account // subaccounts, and accounts made on first use, oldest first
}

// NewAccounts returns the registry of a server with the given main account. Its clock and webhook
// client are for all accounts.
func NewAccounts(main *Account) *Accounts {
	ids := main.ids.Fork("test credentials")
	o := main.options
	o.SID, o.Token, o.Test, o.Clock, o.Hooks = ids.Next("AC"), ids.AuthToken(), true, main.Clock,
		main.hooks
	return &Accounts{main: main, test: openAccount(o, ids, "")}
}

// BeginRun gives all SIDs from now on a part that no other run of the program has, by the number of
// the run, which is above 0. What was made before, such as the numbers and services of a
// configuration, has the same SIDs in each run.
func (r *Accounts) BeginRun(number uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range append([]*Account{r.main, r.test}, r.others...) {
		a.ids.BeginRun(number)
	}
}

// SIDs returns a source for SIDs that belong to no account, such as those of requests.
func (r *Accounts) SIDs(name string) *sid.Source { return r.main.ids.Fork(name) }

// Main returns the main account.
func (r *Accounts) Main() *Account { return r.main }

// Test returns the account of the test credentials (F-464).
func (r *Accounts) Test() *Account { return r.test }

// Create makes a subaccount of the main account. It shares the main account's clock and webhook
// client, and has its own journal, numbers, rules and SIDs.
func (r *Accounts) Create(friendlyName string) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.createLocked("subaccount "+strconv.Itoa(len(r.others)+1), "", "", friendlyName)
}

// createLocked makes an account. Its SIDs depend on the main account's seed and the name only, so
// the order in which accounts are made does not matter. accountSID is "" for a subaccount, whose
// owner is the main account.
func (r *Accounts) createLocked(name, accountSID, token, friendlyName string) *Account {
	ids := r.main.ids.Fork(name)
	o := r.main.options
	o.SID, o.Token, o.Clock, o.Hooks = accountSID, token, r.main.Clock, r.main.hooks
	owner := ""
	if accountSID == "" {
		owner = r.main.SID
	}
	a := openAccount(o, ids, owner)
	if friendlyName != "" {
		_, _ = a.UpdateProfile(func(p *directory.Profile) { p.FriendlyName = friendlyName })
	}
	r.others = append(r.others, a)
	if r.keeper != nil {
		a.recorder = newRecorder(a, len(r.others)+1)
		a.recorder.keeper = r.keeper
		a.startRecording(false)
		r.keeper.note(a.recorder)
	}
	return a
}

// List returns the main account and the others, newest first.
func (r *Accounts) List() []*Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.others)
	slices.Reverse(list)
	return append(list, r.main)
}

// Count returns the length of List.
func (r *Accounts) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.others) + 1
}

// Account returns the account of that SID, which can be that of the test credentials.
func (r *Accounts) Account(accountSID string) (*Account, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accountLocked(accountSID)
}

func (r *Accounts) accountLocked(accountSID string) (*Account, bool) {
	switch accountSID {
	case r.main.SID:
		return r.main, true
	case r.test.SID:
		return r.test, true
	}
	for _, a := range r.others {
		if a.SID == accountSID {
			return a, true
		}
	}
	return nil, false
}

// Authenticate returns the account of a user name and a password: an Account SID and its token, or
// an API key and its secret (F-375). The key is nil for a token. The error is an [*apierr.Error]
// with 20003, or 20005 for an account that is not active.
func (r *Accounts) Authenticate(user, password string) (*Account, *directory.Key, error) {
	a, key := r.find(user, password)
	if a == nil {
		return nil, nil, r.denied()
	}
	if a.Profile().Status != directory.Active { // F-380
		return nil, nil, apierr.New(apierr.Inactive)
	}
	return a, key, nil
}

// find returns nil for wrong credentials. The SID of an account never counts as the name of a key.
func (r *Accounts) find(user, password string) (*Account, *directory.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.accountLocked(user); ok {
		if directory.SameSecret(a.Token, password) {
			return a, nil
		}
		return nil, nil
	}
	for _, a := range append([]*Account{r.main}, r.others...) {
		if key, ok := a.Directory.Key(user, password); ok {
			return a, &key
		}
	}
	if r.AnyAccount && password != "" && sid.Valid(user, "AC") && len(r.others) < manyAccounts {
		return r.createLocked("account "+user, user, password, ""), nil
	}
	return nil, nil
}

// manyAccounts is how many accounts are made on their first use.
const manyAccounts = 10_000

// denied is Twilio's answer to wrong credentials (F-371).
func (r *Accounts) denied() *apierr.Error {
	e := apierr.New(apierr.Authenticate)
	if r.main.quirk().On(quirk.AuthenticateDetail) { // F-498
		e.Detail = "Your AccountSid or AuthToken was incorrect."
	}
	return e
}

// ForPath returns the account whose SID is in a path. A user may access the own account, and the
// main account its subaccounts as well (F-374). The error is an [*apierr.Error]: 20404 if there is
// no such account, 20003 if the user may not access it.
func (r *Accounts) ForPath(user *Account, accountSID string) (*Account, error) {
	if accountSID == user.SID {
		return user, nil
	}
	a, ok := r.Account(accountSID)
	if !ok { // F-373
		return nil, apierr.NotFound()
	}
	if user != r.main || a.Profile().OwnerSID != r.main.SID || a.Test {
		return nil, r.denied()
	}
	return a, nil
}
