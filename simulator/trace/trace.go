// Package trace has the data of one run of a scenario: the lines of its script, what happened while
// each of them ran, and what the app printed in between. Package testscript makes it, the control
// API serves it and package console shows it, in the page Runs or as a file of its own.
//
// All texts are for people: secrets are masked and control characters are escaped. Times named At
// are virtual, counted from the beginning of the scenario: v+1.5s.
package trace

// Trace is one run of a scenario.
type Trace struct {
	Name         string `json:"name"`
	File         string `json:"file"`
	Outcome      string `json:"outcome"` // ok, FAIL, skip or error
	Reason       string `json:"reason,omitempty"`
	Milliseconds int64  `json:"milliseconds"` // of real time
	Virtual      string `json:"virtual"`      // how far its clock advanced: 1h0m5s
	Seed         uint64 `json:"seed"`
	Account      string `json:"account"`
	// the command that runs it again; "" if there is none
	Again string `json:"again,omitempty"`

	Failures []Failure `json:"failures"`
	Lines    []Line    `json:"lines"`
	Events   []Event   `json:"events"`
	// At most the newest 500 of each.
	Messages []Message  `json:"messages"`
	Webhooks []Exchange `json:"webhooks"` // calls to the app
	Requests []Exchange `json:"requests"` // calls from the app
	Alerts   []Alert    `json:"alerts"`
}

// Failure is what was wrong in one line.
type Failure struct {
	Line int    `json:"line"` // from 1
	Text string `json:"text"`
}

// Line is a line of the script.
type Line struct {
	Number int    `json:"number"` // from 1
	Text   string `json:"text"`
	// phase for a # line, else ok, FAIL or skip for a command; "" for a line that does nothing
	Kind string `json:"kind,omitempty"`
	At   string `json:"at,omitempty"` // when it ended, or how long the phase took
	// what a command printed
	Output string `json:"output,omitempty"`
}

// Event is something that happened, or a line that the app printed.
type Event struct {
	At   string `json:"at"`
	Line int    `json:"line"` // of the script, that was running; 0 before the first
	Who  string `json:"who"`  // handset, message, webhook, api, alert, carrier or app log
	// the name of the message that it is about; "" for none
	Message string `json:"message,omitempty"`
	Text    string `json:"text"`
	// the ID of what it is about: a message's, an exchange's or an alert's
	Target string `json:"target,omitempty"`
	Bad    bool   `json:"bad,omitempty"` // a failed status, a failed call, or an alert
}

// Message is a message with the statuses that it had.
type Message struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"` // in the story: TEXT1, or as the script calls it
	Direction string   `json:"direction"`
	From      string   `json:"from"`
	To        string   `json:"to"`
	Body      string   `json:"body"`
	Segments  string   `json:"segments"` // 1 segment in GSM-7
	History   []Change `json:"history"`
}

// Change is a status that a message had.
type Change struct {
	At     string `json:"at"`
	Status string `json:"status"`
	Code   string `json:"code,omitempty"`
	Title  string `json:"title,omitempty"` // of the code
	By     string `json:"by,omitempty"`    // who decided it
}

// Exchange is a call to or from the app.
type Exchange struct {
	ID           string `json:"id"`
	At           string `json:"at"`
	Name         string `json:"name,omitempty"` // of its message
	Purpose      string `json:"purpose"`
	Summary      string `json:"summary"`
	Status       string `json:"status"`
	Note         string `json:"note,omitempty"` // (duplicate)
	Bad          bool   `json:"bad,omitempty"`  // it was not answered with a status of 2xx
	Method       string `json:"method"`
	URL          string `json:"url"`
	Dialed       string `json:"dialed,omitempty"`
	Signature    string `json:"signature,omitempty"`
	Attempt      int    `json:"attempt"`
	Milliseconds string `json:"milliseconds"`
	Error        string `json:"error,omitempty"`
	Code         string `json:"code,omitempty"` // of the error
	Replays      string `json:"replays,omitempty"`

	Params         []Pair `json:"params"`
	Header         []Pair `json:"header"`
	Body           string `json:"body,omitempty"` // unless the parameters are all of it
	ResponseHeader []Pair `json:"response_header"`
	ResponseBody   string `json:"response_body,omitempty"`
}

// Pair is a name with a value.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Alert is an alert of the debugger.
type Alert struct {
	ID    string `json:"id"`
	At    string `json:"at"`
	Code  string `json:"code"`
	Level string `json:"level"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Try   string `json:"try,omitempty"`
	About string `json:"about,omitempty"` // the ID of a message or an exchange
}

// First is the line of the first failure; 0 without one.
func (t *Trace) First() int {
	if len(t.Failures) == 0 {
		return 0
	}
	return t.Failures[0].Line
}
