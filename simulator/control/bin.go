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
