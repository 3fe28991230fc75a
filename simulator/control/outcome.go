package control

import (
	"net/http"

	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
)

func outcomeRoutes() []route {
	return []route{
		{
			method: "GET", path: "/outcomes", name: "outcomes", tag: "carrier",
			summary: "The delivery scripts that have names",
			result:  outcomes{},
			answer:  (*api).outcomes,
		},
		{
			method: "GET", path: "/magic", name: "magic", tag: "carrier",
			summary: "The recipients with a fixed outcome",
			result:  magicNumbers{},
			answer:  (*api).magic,
		},
	}
}

// Outcome is a delivery script with a name.
type Outcome struct {
	Name   string         `json:"name"`
	Script string         `json:"script"`         // "" if the message stays as it was
	Final  carrier.Status `json:"final"`          // "" if there will not be a message
	Code   int            `json:"code,omitempty"` // the code that the outcome is about
	// the code with which the API refuses the message at once
	Refuse int    `json:"refuse,omitempty"`
	Text   string `json:"text"` // for a person
	// whether sending again makes sense: yes, later, after a fix, no …
	Retry string `json:"retry,omitempty"`
}

// outcomes are all outcomes: first those without a delivery code, then by code.
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

// newOutcome adds to an outcome what Twilio's error dictionary says about its code.
func newOutcome(o carrier.Outcome) Outcome {
	info, _ := errcode.Lookup(o.Code)
	return Outcome{
		Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code, Refuse: o.Refuse,
		Text:  o.Text,
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

// magicNumbers are the magic recipients, by number.
type magicNumbers struct {
	Magic []MagicNumber `json:"magic"`
}

func (s *api) magic(*http.Request) (any, error) {
	all := &magicNumbers{}
	for _, m := range carrier.MagicTable() {
		all.Magic = append(all.Magic, MagicNumber{Digits: m.Digits, Number: m.Number,
			Outcome: m.Outcome.Name, Text: m.Text})
	}
	return all, nil
}
