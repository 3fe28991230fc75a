package control

import (
	"net/http"

	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
)

// Outcome is a delivery script with a name.
type Outcome struct {
	Name   string         `json:"name"`
	Script string         `json:"script"`           // "" where the message stays as it was
	Final  carrier.Status `json:"final"`            // "" where there will be no message
	Code   int            `json:"code,omitempty"`   // that the outcome is about
	Refuse int            `json:"refuse,omitempty"` // with which the API refuses the message at once
	Text   string         `json:"text"`             // for a person
	Retry  string         `json:"retry,omitempty"`  // whether sending again makes sense: yes, later, after a fix, no …
}

// outcomes are all outcomes, first those without a delivery code, then in the order of the code.
type outcomes struct {
	Outcomes []Outcome `json:"outcomes"`
}

func (s *api) outcomes(*http.Request) (any, error) {
	all := &outcomes{}
	for _, o := range carrier.Outcomes() {
		all.Outcomes = append(all.Outcomes, newOutcome(o))
	}
	return all, nil
}

// newOutcome puts an outcome and what Twilio's dictionary says of its code together.
func newOutcome(o carrier.Outcome) Outcome {
	info, _ := errcode.Lookup(o.Code)
	return Outcome{
		Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code, Refuse: o.Refuse, Text: o.Text,
		Retry: string(info.Retry),
	}
}

// MagicNumber is a recipient with a fixed outcome.
type MagicNumber struct {
	Digits  string `json:"digits"` // the last two
	Number  string `json:"number"`
	Outcome string `json:"outcome"` // its name
	Text    string `json:"text"`    // for a person
}

// magicNumbers are the magic recipients in the order of the number.
type magicNumbers struct {
	Magic []MagicNumber `json:"magic"`
}

func (s *api) magic(*http.Request) (any, error) {
	all := &magicNumbers{}
	for _, m := range carrier.MagicTable() {
		all.Magic = append(all.Magic, MagicNumber{Digits: m.Digits, Number: m.Number, Outcome: m.Outcome.Name, Text: m.Text})
	}
	return all, nil
}
