package journal

import (
	"strconv"
	"sync/atomic"
	"time"
)

// Level is an alert's level, in the words of Twilio's debugger.
type Level string

// The levels of an alert.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
)

// Alert is what Twilio's debugger would show, under its code, or a hint of our own, under a code that begins with SIM-.
type Alert struct {
	Name     string    `json:"id"` // A4
	At       time.Time `json:"at"`
	Code     string    `json:"code"` // 11200, SIM-1
	Level    Level     `json:"level"`
	Title    string    `json:"title"`         // Twilio's title of the code
	Text     string    `json:"text"`          // what happened here
	Try      string    `json:"try,omitempty"` // what to do about it
	SID      string    `json:"sid,omitempty"`
	Exchange string    `json:"exchange,omitempty"`
	Line     int       `json:"line,omitempty"`   // where in the TwiML, from 1
	Column   int       `json:"column,omitempty"` // where in the line, from 1

	expected atomic.Bool
}

// Expect marks the alert as one that a scenario asked for; it then fails nothing.
func (a *Alert) Expect() { a.expected.Store(true) }

// Expected reports whether [Alert.Expect] was called.
func (a *Alert) Expected() bool { return a.expected.Load() }

// ID returns the alert's name.
func (a *Alert) ID() string { return a.Name }

// AlertFields are the names that a query may use for an alert.
func AlertFields() []string {
	return []string{"id", "code", "level", "title", "text", "sid", "exchange", "line", "column"}
}

// Field returns a field of [AlertFields].
func (a *Alert) Field(name string) (string, bool) {
	switch name {
	case "id":
		return a.Name, true
	case "code":
		return a.Code, true
	case "level":
		return string(a.Level), true
	case "title":
		return a.Title, true
	case "text":
		return a.Text, true
	case "sid":
		return a.SID, true
	case "exchange":
		return a.Exchange, true
	case "line":
		return strconv.Itoa(a.Line), true
	case "column":
		return strconv.Itoa(a.Column), true
	}
	return "", false
}

// Summary returns the code and its title.
func (a *Alert) Summary() string { return a.Code + " " + a.Title }
