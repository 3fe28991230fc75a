package messaging

import (
	"slices"
	"strconv"
	"strings"
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
	// the others by their SIDs, and the owners of API keys that have been used by those of the keys:
	// every request looks for its account, and there may be thousands
	bySID map[string]*Account
	byKey map[string]*Account
	// accounts with a switch that somebody has set since; the others have those of the main account's
	// options
	quirked map[*Account]bool
}

// NewAccounts returns the registry of a server with the given main account. Its clock and webhook
// client are for all accounts.
func NewAccounts(main *Account) *Accounts {
	ids := main.ids.Fork("test credentials")
	o := main.options
	o.SID, o.Token, o.Test, o.Clock, o.Hooks = ids.Next("AC"), ids.AuthToken(), true, main.Clock,
		main.hooks
	r := &Accounts{main: main, test: openAccount(o, ids, ""), bySID: map[string]*Account{},
		byKey: map[string]*Account{}, quirked: map[*Account]bool{}}
	main.quirkSet = func() { r.noteQuirk(main) }
	return r
}

func (r *Accounts) noteQuirk(a *Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.quirked[a] = true
}

// WithQuirks returns the accounts whose switches fit, in the order of [Accounts.List]. It does not
// ask each of thousands of accounts that have the switches of the server.
func (r *Accounts) WithQuirks(fit func(*quirk.Set) bool) (list []*Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !fit(&r.main.options.Quirks) && len(r.quirked) == 0 {
		return nil
	}
	for _, a := range slices.Backward(append([]*Account{r.main}, r.others...)) {
		if fit(a.quirk()) {
			list = append(list, a)
		}
	}
	return list
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
	r.bySID[a.SID] = a
	a.quirkSet = func() { r.noteQuirk(a) }
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

// Page returns up to limit of the accounts of [Accounts.List] behind the first skip, without the
// main account; 0 means no limit.
func (r *Accounts) Page(skip, limit int) []*Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	high := len(r.others) - min(skip, len(r.others))
	low := 0
	if limit > 0 {
		low = max(0, high-limit)
	}
	list := slices.Clone(r.others[low:high])
	slices.Reverse(list)
	return list
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
	a, ok := r.bySID[accountSID]
	return a, ok
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
	if a, key := r.ownerLocked(user, password); a != nil {
		return a, key
	}
	if r.AnyAccount && password != "" && sid.Valid(user, "AC") && len(r.others) < manyAccounts {
		return r.createLocked("account "+user, user, password, ""), nil
	}
	return nil, nil
}

// ownerLocked returns the account of an API key, and the key. It asks the account that had it the
// last time, and then all: a key may belong to another account only after a restore.
func (r *Accounts) ownerLocked(sid, secret string) (*Account, *directory.Key) {
	if !strings.HasPrefix(sid, "SK") {
		return nil, nil
	}
	if a := r.byKey[sid]; a != nil {
		if key, ok := a.Directory.Key(sid, secret); ok {
			return a, &key
		}
	}
	for _, a := range append([]*Account{r.main}, r.others...) {
		if key, ok := a.Directory.Key(sid, secret); ok {
			if len(r.byKey) >= manyKeys { // of which most may have been removed
				clear(r.byKey)
			}
			r.byKey[sid] = a
			return a, &key
		}
	}
	delete(r.byKey, sid)
	return nil, nil
}

// manyKeys is of how many API keys the owners are remembered.
const manyKeys = 10_000

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
