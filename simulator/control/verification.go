package control

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/verify"
)

func verificationRoutes() []route {
	return []route{
		{
			method: "GET", path: "/verifications", name: "verifications", tag: "account",
			summary: "The newest codes of Verify that a query selects",
			query:   listParams(),
			result:  Verifications{},
			answer:  (*api).verifications,
		},
		{
			method: "GET", path: "/verify-services", name: "verifyServices", tag: "account",
			summary: "The account's services of Verify, in the order in which they were made",
			result:  VerifyServices{},
			answer:  (*api).verifyServices,
		},
	}
}

// Verification is a code that Verify has sent to somebody.
type Verification struct {
	SID          string `json:"sid"`
	ServiceSID   string `json:"service_sid"`
	To           string `json:"to"`
	Channel      string `json:"channel"`
	Status       string `json:"status"`
	Code         string `json:"code"`
	FriendlyName string `json:"friendly_name"`
	Sends        int    `json:"sends"`
	Checks       int    `json:"checks"` // wrong codes
	Expires      string `json:"expires"`
}

// Verifications are the newest codes of Verify that a query selects.
type Verifications struct {
	Verifications []Verification `json:"verifications"` // newest first
	Count
}

func (s *api) verifications(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Verifications, defaultLimit)
	if err != nil {
		return nil, err
	}
	list := &Verifications{Verifications: []Verification{}, Count: of}
	for _, t := range found {
		list.Verifications = append(list.Verifications, newVerification(t))
	}
	return list, nil
}

func newVerification(t journal.Thing) Verification {
	text := func(name string) string {
		value, _ := t.Field(name)
		return value
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(text(name)) // Verify writes numbers
		return n
	}
	return Verification{SID: t.ID(), ServiceSID: text("service_sid"), To: text("to"),
		Channel: text("channel"), Status: text("status"), Code: text("code"),
		FriendlyName: text("friendly_name"), Sends: number("sends"), Checks: number("checks"),
		Expires: text("expires")}
}

// VerifyServices are the account's services of Verify.
type VerifyServices struct {
	Services []VerifyService `json:"services"`
}

// VerifyService is a service of Verify.
type VerifyService struct {
	SID          string `json:"sid"`
	FriendlyName string `json:"friendly_name"`
	CodeLength   int    `json:"code_length"`
	// what is switched on, and then what is kept without an effect: lookup-enabled, Totp.Issuer=shop
	Settings    []string  `json:"settings"`
	DateCreated time.Time `json:"date_created"`
}

func (s *api) verifyServices(*http.Request) (any, error) {
	found := &VerifyServices{Services: []VerifyService{}}
	for _, v := range verify.Of(s.account).Services() {
		found.Services = append(found.Services, VerifyService{SID: v.SID, FriendlyName: v.FriendlyName,
			CodeLength: v.CodeLength, Settings: list(v.Settings()), DateCreated: v.Created.UTC()})
	}
	return found, nil
}

// VerifyServices returns the account's services of Verify.
func (c *Client) VerifyServices(ctx context.Context) (*VerifyServices, error) {
	return call[VerifyServices](ctx, c, "GET", "/verify-services", nil)
}

// Verifications returns the newest codes of Verify that the words select. A limit of 0 means all.
func (c *Client) Verifications(ctx context.Context, words []string, limit int) (*Verifications,
	error) {
	return call[Verifications](ctx, c, "GET", "/verifications"+listQuery(words, limit), nil)
}
