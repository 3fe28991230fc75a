package control

import (
	"net/http"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
)

// Phones are the handsets that have sent a text or were set, by number.
type Phones struct {
	Phones []directory.Handset `json:"phones"`
}

func (s *api) phones(*http.Request) (any, error) {
	return &Phones{list(s.account.Handsets())}, nil
}

// phoneState is the body that sets the state of a handset.
type phoneState struct {
	State carrier.HandsetState `json:"state"`
}

func (s *api) setPhone(r *http.Request) (any, error) {
	var in phoneState
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("state", string(in.State)); err != nil {
		return nil, err
	}
	state, err := carrier.ParseHandsetState(string(in.State))
	if err != nil {
		return nil, err
	}
	handset, err := s.account.SetHandset(r.PathValue("number"), state)
	return &handset, err
}
