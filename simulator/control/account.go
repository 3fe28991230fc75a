package control

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
	"twilsim/simulator/suggest"
)

func accountRoutes() []route {
	return []route{
		{
			method: "GET", path: "/accounts", name: "accounts", tag: "server",
			summary: "The accounts of the server",
			global:  true,
			query:   []param{allParam, skipParam},
			result:  Accounts{},
			answer:  (*api).listAccounts,
		},
		{
			method: "POST", path: "/accounts", name: "createAccount", tag: "server",
			summary: "Make a subaccount",
			global:  true, body: newAccountBody{}, optional: true,
			example: `{"friendly_name":"shop"}`,
			status:  http.StatusCreated, result: Account{},
			answer: (*api).createAccount,
		},
		{
			method: "GET", path: "/account", name: "account", tag: "account",
			summary: "The account of the request",
			result:  Account{},
			answer:  (*api).oneAccount,
		},
		{
			method: "PUT", path: "/account", name: "setAccount", tag: "account",
			summary: "Name, suspend or close an account",
			body:    AccountSettings{},
			example: `{"friendly_name":"shop"}`,
			result:  Account{}, errors: []int{409},
			answer: (*api).setAccount,
		},
	}
}

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
	// how many there are, including those beyond the limit
	Matched int `json:"matched"`
}

// newAccountBody is the body that makes a subaccount.
type newAccountBody struct {
	FriendlyName string `json:"friendly_name,omitempty"` // "" takes Twilio's default
}

// The list begins with the main account and ends with that of the test credentials, so limit and
// skip are about the order of those and the others together.
func (s *api) listAccounts(r *http.Request) (any, error) {
	limit, err := number(r.URL.Query(), "limit", 0)
	if err != nil {
		return nil, err
	}
	skip, err := number(r.URL.Query(), "skip", 0)
	if err != nil {
		return nil, err
	}
	answer := &Accounts{Accounts: []Account{}, Matched: s.accounts.Count() + 1}
	add := func(accounts ...*messaging.Account) {
		for _, a := range accounts {
			if limit == 0 || len(answer.Accounts) < limit {
				answer.Accounts = append(answer.Accounts, s.newAccount(a))
			}
		}
	}
	if skip == 0 {
		add(s.accounts.Main())
	}
	add(s.accounts.Page(max(skip-1, 0), limit)...)
	if skip < answer.Matched {
		add(s.accounts.Test())
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
	// an account made on first use is its own owner, as the main account is
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
	// credentials of an account that is not active are refused (F-380): nobody could use the server
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
// name. SIDs come first, so a friendly name that looks like a SID cannot hide an account. The error
// is 404 or 409.
func (s *api) find(name string) (*messaging.Account, error) {
	if a, ok := s.accounts.Account(name); ok {
		return a, nil
	}
	all := append(s.accounts.List(), s.accounts.Test())
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

// Accounts returns all accounts of the server. It does not use c.Account.
func (c *Client) Accounts(ctx context.Context) (*Accounts, error) {
	return c.FirstAccounts(ctx, 0)
}

// FirstAccounts is Accounts with at most limit of them; 0 means all.
func (c *Client) FirstAccounts(ctx context.Context, limit int) (*Accounts, error) {
	return call[Accounts](ctx, c.For(""), "GET", "/accounts?limit="+strconv.Itoa(limit), nil)
}

// CreateAccount makes a subaccount of the main account. Only this answer contains its auth token.
func (c *Client) CreateAccount(ctx context.Context, friendlyName string) (*Account, error) {
	main := &Client{URL: c.URL, HTTP: c.HTTP, Token: c.Token}
	return call[Account](ctx, main, "POST", "/accounts", newAccountBody{FriendlyName: friendlyName})
}

// OneAccount returns the account of the client.
func (c *Client) OneAccount(ctx context.Context) (*Account, error) {
	return call[Account](ctx, c, "GET", "/account", nil)
}

// SetAccount names, suspends or closes the account of the client. Only a subaccount can be
// suspended or closed; the error is 409 for others, and for a closed one that is to be opened.
func (c *Client) SetAccount(ctx context.Context, settings AccountSettings) (*Account, error) {
	return call[Account](ctx, c, "PUT", "/account", settings)
}
