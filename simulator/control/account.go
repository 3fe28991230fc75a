package control

import (
	"net/http"
	"slices"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
	"twilsim/simulator/suggest"
)

// Account is an account of the server.
type Account struct {
	SID          string      `json:"sid"`
	FriendlyName string      `json:"friendly_name"`
	Kind         accountKind `json:"kind"`
	Status       string      `json:"status"` // active, suspended or closed
	DateCreated  time.Time   `json:"date_created"`
	// only in the answer that creates the account
	AuthToken string `json:"auth_token,omitempty"`
}

// accountKind says how an account came to be.
type accountKind string

// The kinds of accounts.
const (
	mainAccount accountKind = "main"
	subaccount  accountKind = "subaccount"
	firstUse    accountKind = "first-use" // made on first use, where the server lets any account in
	// of the test credentials, which store and send nothing (F-464)
	TestAccount accountKind = "test"
)

// Accounts are the accounts of a server: the main account first, then the others, newest first,
// then the account of the test credentials.
type Accounts struct {
	Accounts []Account `json:"accounts"`
}

// newAccountBody is the body that makes a subaccount.
type newAccountBody struct {
	FriendlyName string `json:"friendly_name,omitempty"` // "" takes Twilio's default
}

// allAccounts returns the accounts in the order of [Accounts].
func (s *api) allAccounts() []*messaging.Account {
	list := s.accounts.List()
	main := len(list) - 1
	return append(append([]*messaging.Account{list[main]}, list[:main]...), s.accounts.Test())
}

func (s *api) listAccounts(*http.Request) (any, error) {
	answer := &Accounts{Accounts: []Account{}}
	for _, a := range s.allAccounts() {
		answer.Accounts = append(answer.Accounts, s.newAccount(a))
	}
	return answer, nil
}

func (s *api) newAccount(a *messaging.Account) Account {
	profile := a.Profile()
	shown := Account{
		SID: a.SID, FriendlyName: profile.FriendlyName, Kind: firstUse,
		Status: profile.Status, DateCreated: profile.Created.UTC(),
	}
	switch {
	case a == s.accounts.Main():
		shown.Kind = mainAccount
	case a == s.accounts.Test():
		shown.Kind = TestAccount
	case profile.OwnerSID != a.SID:
		shown.Kind = subaccount
	}
	return shown
}

func (s *api) createAccount(r *http.Request) (any, error) {
	var in newAccountBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	a := s.accounts.Create(in.FriendlyName)
	shown := s.newAccount(a)
	shown.AuthToken = a.Token
	return &shown, nil
}

// AccountSettings changes an account. A nil field does not change anything.
type AccountSettings struct {
	FriendlyName *string `json:"friendly_name,omitempty"`
	// active, suspended or closed; a closed account stays closed
	Status *string `json:"status,omitempty"`
}

func (s *api) oneAccount(*http.Request) (any, error) {
	shown := s.newAccount(s.account)
	return &shown, nil
}

func (s *api) setAccount(r *http.Request) (any, error) {
	var in AccountSettings
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Status != nil && *in.Status != directory.Active &&
		(s.account == s.accounts.Main() || s.account == s.accounts.Test()) {
		return nil, conflict("only a subaccount can be suspended or closed", "twilsim accounts")
	}
	_, err := s.account.UpdateProfile(func(p *directory.Profile) {
		if in.FriendlyName != nil {
			p.FriendlyName = *in.FriendlyName
		}
		if in.Status != nil {
			p.Status = *in.Status
		}
	})
	if err != nil {
		return nil, err
	}
	return s.oneAccount(r)
}

// find returns the account with this SID or, where there is none, the only one with this friendly
// name.
func (s *api) find(name string) (*messaging.Account, error) {
	if a, ok := s.accounts.Account(name); ok {
		return a, nil
	}
	all := s.allAccounts()
	var names []string
	var found *messaging.Account
	for _, a := range all {
		friendly := a.Profile().FriendlyName
		names = append(names, friendly)
		if friendly != name {
			continue
		}
		if found != nil {
			return nil, conflict("several accounts have the name "+quote(name),
				"the SID of one: twilsim accounts")
		}
		found = a
	}
	if found != nil {
		return found, nil
	}
	near := suggest.Nearest(name, slices.DeleteFunc(names, func(n string) bool { return n == "" }))
	if near == "" {
		near = "twilsim accounts"
	}
	return nil, missing("account", name, near)
}
