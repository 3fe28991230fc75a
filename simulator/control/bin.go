package control

import (
	"net/http"

	"twilsim/simulator/directory"
)

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
