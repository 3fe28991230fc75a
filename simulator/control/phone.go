package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
)

func phoneRoutes() []route {
	return []route{
		{
			method: "GET", path: "/phones", name: "phones", tag: "account",
			summary: "The handsets that have sent a text or were set",
			result:  Phones{},
			answer:  (*api).phones,
		},
		{
			method: "PUT", path: "/phones/{number}", name: "setPhone", tag: "account",
			summary: "Put a handset into a state, or name it",
			body:    Phone{},
			example: `{"state":"off","name":"Ana"}`,
			result:  directory.Handset{},
			answer:  (*api).setPhone,
		},
	}
}

// Phones are the handsets that have sent a text or were set, by number.
type Phones struct {
	Phones []directory.Handset `json:"phones"`
	// who gets nothing from whom, because they texted STOP
	OptOuts []directory.OptOut `json:"opt_outs"`
}

func (s *api) phones(*http.Request) (any, error) {
	return &Phones{Phones: list(s.account.Handsets()), OptOuts: list(s.account.OptOuts())}, nil
}

// Phone is the body that changes a handset. What is missing stays as it is.
type Phone struct {
	State carrier.HandsetState `json:"state,omitempty"`
	Name  *string              `json:"name,omitempty"` // "" takes the name away
}

func (s *api) setPhone(r *http.Request) (any, error) {
	var in Phone
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.State == "" && in.Name == nil {
		return nil, bad(`the fields "state" and "name" are missing`, `{"state":"off"}`)
	}
	if in.State != "" {
		if _, err := carrier.ParseHandsetState(string(in.State)); err != nil {
			return nil, err
		}
	}
	var handset directory.Handset
	var err error
	number := r.PathValue("number")
	if in.Name != nil { // first, because the state was checked above and the name was not
		if handset, err = s.account.NameHandset(number, *in.Name); err != nil {
			return nil, err
		}
	}
	if in.State != "" {
		handset, err = s.account.SetHandset(number, in.State)
	}
	return &handset, err
}

// Phones returns the handsets that have sent a text or were set.
func (c *Client) Phones(ctx context.Context) (*Phones, error) {
	return call[Phones](ctx, c, "GET", "/phones", nil)
}

// SetPhone puts a handset into a state, names it, or both.
func (c *Client) SetPhone(ctx context.Context, number string,
	to Phone) (*directory.Handset, error) {
	return call[directory.Handset](ctx, c, "PUT", "/phones/"+url.PathEscape(number), to)
}
