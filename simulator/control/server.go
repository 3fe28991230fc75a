package control

import (
	"net/http"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// Server is what the API tells of the server and its account.
type Server struct {
	Version     string             `json:"version"`
	AccountSID  string             `json:"account_sid"`  // of the request
	AccountName string             `json:"account_name"` // friendly
	Accounts    int                `json:"accounts"`     // how many there are; the test credentials' does not count
	Seed        uint64             `json:"seed"`
	Started     time.Time          `json:"started"` // by the machine's clock
	Clock       Clock              `json:"clock"`
	Counts      Counts             `json:"counts"`
	LastEvent   int64              `json:"last_event"` // the ID of the newest event, 0 before the first
	Numbers     []directory.Number `json:"numbers"`
	Routes      []Route            `json:"routes"`
}

// Route says where a public URL, which is signed, is served on this machine.
type Route struct {
	Public string `json:"public"`
	Local  string `json:"local"`
}

// Counts is how many things of each kind are kept.
type Counts struct {
	Messages int `json:"messages"`
	Webhooks int `json:"webhooks"`
	Requests int `json:"requests"`
	Alerts   int `json:"alerts"`
	Rules    int `json:"rules"`
}

func (s *api) server(*http.Request) (any, error) {
	a := s.account
	routes := []Route{}
	if s.info.Routes != nil {
		for _, route := range s.info.Routes() {
			routes = append(routes, Route(route))
		}
	}
	return &Server{
		Version: s.info.Version, AccountSID: a.SID, AccountName: a.Profile().FriendlyName, Accounts: len(s.accounts.List()), Seed: s.info.Seed, Started: s.info.Started.UTC(), Clock: clockOf(a.Clock),
		Counts: Counts{
			Messages: a.Journal.Count(journal.Messages), Webhooks: a.Journal.Count(journal.Webhooks),
			Requests: a.Journal.Count(journal.Requests), Alerts: a.Journal.Count(journal.Alerts), Rules: len(a.Rules.List()),
		},
		LastEvent: a.Journal.Last(), Numbers: list(a.Numbers()), Routes: routes,
	}, nil
}

// Credentials are what an app needs to be this account's.
type Credentials struct {
	AccountSID   string   `json:"account_sid"`
	AuthToken    string   `json:"auth_token"`
	PhoneNumbers []string `json:"phone_numbers"`
}

func (s *api) credentials(*http.Request) (any, error) {
	c := &Credentials{AccountSID: s.account.SID, AuthToken: s.account.Token, PhoneNumbers: []string{}}
	for _, n := range s.account.Numbers() {
		c.PhoneNumbers = append(c.PhoneNumbers, n.PhoneNumber)
	}
	return c, nil
}

func (s *api) reset(r *http.Request) (any, error) {
	if err := decode(r, &nothing{}); err != nil {
		return nil, err
	}
	removed := s.account.Reset()
	return &removed, nil
}

// list makes a list without elements [] in JSON, not null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
