package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/address"
	"twilsim/simulator/directory"
)

func optoutRoutes() []route {
	return []route{
		{
			method: "GET", path: "/optouts", name: "optOuts", tag: "account",
			summary: "Who gets nothing from whom",
			result:  OptOuts{},
			answer:  (*api).optOuts,
		},
		{
			method: "PUT", path: "/optouts/{recipient}/{sender}", name: "addOptOut", tag: "account",
			summary: "Opt a recipient out of messages from a number or a service",
			body:    nothing{}, optional: true,
			result: OptOuts{}, errors: []int{404},
			answer: (*api).addOptOut,
		},
		{
			method: "DELETE", path: "/optouts/{recipient}/{sender}", name: "removeOptOut",
			tag:     "account",
			summary: "Opt a recipient in again",
			result:  OptOuts{}, errors: []int{404},
			answer: (*api).removeOptOut,
		},
	}
}

// OptOuts are the recipients who get nothing from a sender, by number.
type OptOuts struct {
	OptOuts []directory.OptOut `json:"opt_outs"`
}

func (s *api) optOuts(*http.Request) (any, error) {
	return &OptOuts{list(s.account.OptOuts())}, nil
}

func (s *api) addOptOut(r *http.Request) (any, error) { return s.setOptOut(r, true) }

func (s *api) removeOptOut(r *http.Request) (any, error) { return s.setOptOut(r, false) }

// setOptOut opts the recipient of the path out of messages from the sender of the path, or in
// again.
func (s *api) setOptOut(r *http.Request, out bool) (any, error) {
	recipient, err := address.Parse(r.PathValue("recipient"))
	if err != nil {
		return nil, err
	}
	sender, err := s.sender(r.PathValue("sender"))
	if err != nil {
		return nil, err
	}
	// adding twice is no error, because PUT may be repeated; removing what is not there is a
	// mistake
	if !out && !s.account.OptedOut(sender, recipient) {
		return nil, missing("opt-out of", recipient+" from "+sender, "twilsim optouts")
	}
	s.account.SetOptOut(sender, recipient, out)
	return s.optOuts(r)
}

// sender returns the number or the SID of the service that a path names.
func (s *api) sender(name string) (string, error) {
	if service, err := s.findService(name); err == nil {
		return service.SID, nil
	}
	number, err := address.Parse(name)
	if err != nil {
		return "", missing("number or Messaging Service", name, "twilsim numbers, twilsim services")
	}
	if _, ok := s.account.Number(number); !ok {
		return "", missing("number of the account", number, "twilsim numbers")
	}
	return number, nil
}

// OptOuts returns who gets nothing from whom.
func (c *Client) OptOuts(ctx context.Context) (*OptOuts, error) {
	return call[OptOuts](ctx, c, "GET", "/optouts", nil)
}

// SetOptOut opts a recipient out of messages from a number or a service, or in again.
func (c *Client) SetOptOut(ctx context.Context, recipient, sender string, out bool) (*OptOuts,
	error) {
	method := "DELETE"
	if out {
		method = "PUT"
	}
	path := "/optouts/" + url.PathEscape(recipient) + "/" + url.PathEscape(sender)
	return call[OptOuts](ctx, c, method, path, nil)
}
