package control

import (
	"errors"
	"net/http"
	"strconv"

	"twilsim/simulator/twiml"
)

func twimlRoutes() []route {
	return []route{
		{
			method: "POST", path: "/twiml", name: "checkTwiML", tag: "account",
			summary: "What Twilio's debugger would report about a document",
			body:    twimlBody{},
			example: `{"body":"<Response><Message>Hello</Message></Response>"}`,
			result:  TwiMLCheck{},
			answer:  (*api).checkTwiML,
		},
	}
}

// twimlBody is a document to check.
type twimlBody struct {
	Body string `json:"body"`
}

// TwiMLCheck is what Twilio's debugger would report about a document.
type TwiMLCheck struct {
	Runs     bool           `json:"runs"`  // false if nothing of it runs
	Verbs    int            `json:"verbs"` // how many verbs run
	Problems []TwiMLProblem `json:"problems"`
}

// TwiMLProblem is a debugger code at a place of a document.
type TwiMLProblem struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1
}

// CheckTwiML checks a document without a server.
func CheckTwiML(body string) TwiMLCheck {
	check := TwiMLCheck{Problems: []TwiMLProblem{}}
	add := func(code int, text string, at twiml.Position) {
		check.Problems = append(check.Problems, TwiMLProblem{strconv.Itoa(code), text, at.Line,
			at.Column})
	}
	// the URL is that of a TwiML Bin: relative URLs in the document resolve against it
	document, err := twiml.Parse("https://handler.twilio.com/", "text/xml", []byte(body))
	var broken *twiml.Error
	if errors.As(err, &broken) {
		add(broken.Code, broken.Text, broken.Pos)
		return check
	}
	check.Runs, check.Verbs = true, len(document.Verbs)
	for _, w := range document.Warnings {
		add(w.Code, w.Text, w.Pos)
	}
	return check
}

func (s *api) checkTwiML(r *http.Request) (any, error) {
	var in twimlBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	check := CheckTwiML(in.Body)
	return &check, nil
}
