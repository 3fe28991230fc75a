package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/directory"
)

func binRoutes() []route {
	return []route{
		{
			method: "GET", path: "/bins", name: "bins", tag: "account",
			summary: "The account's TwiML Bins",
			result:  Bins{},
			answer:  (*api).bins,
		},
		{
			method: "GET", path: "/bins/{name}", name: "bin", tag: "account",
			summary: "A TwiML Bin",
			result:  directory.Bin{}, errors: []int{404},
			answer: (*api).bin,
		},
		{
			method: "DELETE", path: "/bins/{name}", name: "removeBin", tag: "account",
			summary: "Remove a TwiML Bin; answers with the bins that are left",
			result:  Bins{}, errors: []int{404, 409},
			answer: (*api).removeBin,
		},
		{
			method: "PUT", path: "/bins/{name}", name: "setBin", tag: "account",
			summary: "Add a TwiML Bin, or change its document",
			body:    binBody{},
			example: `{"body":"<Response><Message>Hello {{From}}</Message></Response>"}`,
			result:  directory.Bin{},
			answer:  (*api).setBin,
		},
	}
}

// Bins are the account's TwiML Bins, by name.
type Bins struct {
	Bins []directory.Bin `json:"bins"`
}

func (s *api) bins(*http.Request) (any, error) {
	return &Bins{list(s.account.Bins())}, nil
}

func (s *api) bin(r *http.Request) (any, error) {
	bin, ok := s.account.Bin(r.PathValue("name"))
	if !ok {
		return nil, missing("TwiML Bin", r.PathValue("name"), "twilsim bins")
	}
	return &bin, nil
}

func (s *api) removeBin(r *http.Request) (any, error) {
	name := r.PathValue("name")
	if _, ok := s.account.Bin(name); !ok {
		return nil, missing("TwiML Bin", name, "twilsim bins")
	}
	// a number still uses it as its webhook
	if err := s.account.RemoveBin(name); err != nil {
		return nil, conflict(err.Error(), "twilsim numbers set")
	}
	return s.bins(r)
}

// binBody is the document of a bin. It is a pointer because an empty document is allowed and a
// missing one is not.
type binBody struct {
	Body *string `json:"body"`
}

func (s *api) setBin(r *http.Request) (any, error) {
	var in binBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Body == nil {
		return nil, required("body", "")
	}
	bin, err := s.account.SetBin(r.PathValue("name"), *in.Body)
	return &bin, err
}

// Bins returns the account's TwiML Bins.
func (c *Client) Bins(ctx context.Context) (*Bins, error) {
	return call[Bins](ctx, c, "GET", "/bins", nil)
}

// SetBin adds a TwiML Bin, or changes its document.
func (c *Client) SetBin(ctx context.Context, name, body string) (*directory.Bin, error) {
	return call[directory.Bin](ctx, c, "PUT", "/bins/"+url.PathEscape(name), binBody{Body: &body})
}

// Bin returns a TwiML Bin, given by its name or SID.
func (c *Client) Bin(ctx context.Context, name string) (*directory.Bin, error) {
	return call[directory.Bin](ctx, c, "GET", "/bins/"+url.PathEscape(name), nil)
}

// RemoveBin removes a TwiML Bin, and returns the bins that are left.
func (c *Client) RemoveBin(ctx context.Context, name string) (*Bins, error) {
	return call[Bins](ctx, c, "DELETE", "/bins/"+url.PathEscape(name), nil)
}
