package control

import (
	"net/http"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
)

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
