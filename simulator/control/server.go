package control

import (
	"context"
	"net/http"
	"os"
	"time"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func serverRoutes() []route {
	return []route{
		{
			method: "GET", path: "", name: "server", tag: "server",
			summary: "What the server is, and the state of the account",
			result:  Server{},
			answer:  (*api).server,
		},
		{
			method: "GET", path: "/openapi.json", name: "openAPI", tag: "server",
			summary:  "This document",
			global:   true,
			produces: map[string]schema{"application/json": anyObject},
			stream:   (*api).openAPI,
		},
		{
			method: "GET", path: "/credentials", name: "credentials", tag: "server",
			summary: "The credentials that an app needs",
			result:  Credentials{},
			answer:  (*api).credentials,
		},
		{
			method: "POST", path: "/reset", name: "reset", tag: "server",
			summary:     "Forget everything but numbers and bins",
			description: "Drops what the account has scheduled; other accounts keep theirs.",
			body:        nothing{}, optional: true,
			result: messaging.Removed{},
			answer: (*api).reset,
		},
	}
}

// Server describes the server and an account.
type Server struct {
	Version     string `json:"version"`
	PID         int    `json:"pid"`          // of the server's process
	AccountSID  string `json:"account_sid"`  // of the request
	AccountName string `json:"account_name"` // friendly
	// how many accounts there are, without the account of the test credentials
	Accounts int       `json:"accounts"`
	Seed     uint64    `json:"seed"`
	Started  time.Time `json:"started"` // by the machine's clock
	Clock    Clock     `json:"clock"`
	Counts   Counts    `json:"counts"`
	// the ID of the newest event, 0 before the first
	LastEvent int64              `json:"last_event"`
	Numbers   []directory.Number `json:"numbers"`
	// the folder of scenarios that it may run and write; "" for none
	Scenarios string  `json:"scenarios"`
	Routes    []Route `json:"routes"`
}

// Route maps a public URL, which is signed, to the URL that serves it on this machine.
type Route struct {
	Public string `json:"public"`
	Local  string `json:"local"`
}

// Counts are the numbers of things that are kept.
type Counts struct {
	Messages int `json:"messages"`
	Webhooks int `json:"webhooks"`
	Requests int `json:"requests"`
	Alerts   int `json:"alerts"`
	Rules    int `json:"rules"`
	Handsets int `json:"handsets"` // that have sent a text or were set
}

func (s *api) server(*http.Request) (any, error) {
	a := s.account
	routes := []Route{}
	if s.info.Routes != nil {
		for _, route := range s.info.Routes() {
			routes = append(routes, Route(route))
		}
	}
	folder := ""
	if s.info.Library != nil {
		folder = s.info.Library.Folder()
	}
	return &Server{
		Scenarios: folder,
		Version:   s.info.Version, PID: os.Getpid(), AccountSID: a.SID,
		AccountName: a.Profile().FriendlyName,
		Accounts:    s.accounts.Count(), Seed: s.info.Seed, Started: s.info.Started.UTC(),
		Clock: clockOf(a.Clock),
		Counts: Counts{
			Messages: a.Journal.Count(journal.Messages),
			Webhooks: a.Journal.Count(journal.Webhooks),
			Requests: a.Journal.Count(journal.Requests), Alerts: a.Journal.Count(journal.Alerts),
			Rules: len(a.Rules.List()), Handsets: a.HandsetCount(),
		},
		LastEvent: a.Journal.Last(), Numbers: list(a.Numbers()), Routes: routes,
	}, nil
}

// Credentials are the credentials that an app needs.
type Credentials struct {
	AccountSID   string   `json:"account_sid"`
	AuthToken    string   `json:"auth_token"`
	PhoneNumbers []string `json:"phone_numbers"`
}

func (s *api) credentials(*http.Request) (any, error) {
	c := &Credentials{AccountSID: s.account.SID, AuthToken: s.account.Token,
		PhoneNumbers: []string{}}
	for _, n := range s.account.Numbers() {
		c.PhoneNumbers = append(c.PhoneNumbers, n.PhoneNumber)
	}
	return c, nil
}

// The body is read only to refuse fields: somebody who sends {"account":…} must not think that it
// chose what was reset.
func (s *api) reset(r *http.Request) (any, error) {
	if err := decode(r, &nothing{}); err != nil {
		return nil, err
	}
	removed := s.account.Reset()
	return &removed, nil
}

// list makes nil an empty list, because a nil list would be null in JSON. openapi.json promises an
// array.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// Server describes the server and the state of the account.
func (c *Client) Server(ctx context.Context) (*Server, error) {
	return call[Server](ctx, c, "GET", "", nil)
}

// Credentials returns the credentials that an app needs.
func (c *Client) Credentials(ctx context.Context) (*Credentials, error) {
	return call[Credentials](ctx, c, "GET", "/credentials", nil)
}

// Reset deletes everything except numbers and bins, and returns how much it deleted. Work in
// progress is not waited for: what it still causes is dropped too.
func (c *Client) Reset(ctx context.Context) (*messaging.Removed, error) {
	return call[messaging.Removed](ctx, c, "POST", "/reset", nil)
}
