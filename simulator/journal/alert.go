package journal

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Level is an alert's level, in the words of Twilio's debugger.
type Level string

// The levels of an alert. Only our own hints are of level info.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelInfo    Level = "info"
)

// Alert is an entry of Twilio's debugger, or a hint of our own, whose code begins with SIM-. Once
// it is in the journal it does not change, but for Acknowledged and whether it was expected.
type Alert struct {
	Name  string    `json:"id"` // A4
	At    time.Time `json:"at"`
	Code  string    `json:"code"` // 11200, SIM-1
	Level Level     `json:"level"`
	Title string    `json:"title"` // Twilio's title of the code
	// the fact about Twilio behind it, as F-118, see package facts
	Fact string `json:"fact,omitempty"`
	// what the code means, in Twilio's words, or the reason for a hint
	Cause    string `json:"cause,omitempty"`
	Text     string `json:"text"`               // what happened here
	Try      string `json:"try,omitempty"`      // what to do about it
	SID      string `json:"sid,omitempty"`      // the message that it is about
	Exchange string `json:"exchange,omitempty"` // the webhook or the API request that it came from
	Line     int    `json:"line,omitempty"`     // where in the TwiML, from 1
	Column   int    `json:"column,omitempty"`   // where in the line, from 1
	// Place is where the alert is stored, 0 if it is not.
	Place int64 `json:"-"`
	// MonitorSID is the alert's SID in Twilio's Monitor API, NO and 32 hex digits (F-153); "" for a
	// hint, because Twilio has no hints.
	MonitorSID string `json:"monitor_sid,omitempty"`
	// Acknowledged is set when a user has read the alert.
	Acknowledged Flag `json:"acknowledged"`

	expected atomic.Bool
}

// Flag is a boolean that can be set and read concurrently. A Flag must not be copied.
type Flag struct{ set atomic.Bool }

// Set sets the flag, and reports whether it was unset before. Of several callers at once one gets
// true.
func (f *Flag) Set() bool { return !f.set.Swap(true) }

// Load reports whether the flag is set.
func (f *Flag) Load() bool { return f.set.Load() }

// MarshalJSON writes true or false.
func (f *Flag) MarshalJSON() ([]byte, error) { return strconv.AppendBool(nil, f.Load()), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Flag) UnmarshalJSON(data []byte) error {
	var set bool
	err := json.Unmarshal(data, &set)
	f.set.Store(set)
	return err
}

// Hint reports whether the alert is a hint of our own.
func (a *Alert) Hint() bool { return strings.HasPrefix(a.Code, "SIM-") }

// Expect marks the alert as expected by a scenario, so that it fails no test.
func (a *Alert) Expect() { a.expected.Store(true) }

// Expected reports whether [Alert.Expect] was called.
func (a *Alert) Expected() bool { return a.expected.Load() }

// ID returns the alert's name.
func (a *Alert) ID() string { return a.Name }

// AlertFields are the names that a query may use for an alert.
func AlertFields() []string {
	return []string{"id", "code", "level", "title", "cause", "text", "sid", "exchange", "line",
		"column", "acknowledged", "monitor_sid",
		"fact"}
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
	case "cause":
		return a.Cause, true
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
	case "acknowledged":
		return strconv.FormatBool(a.Acknowledged.Load()), true
	case "monitor_sid":
		return a.MonitorSID, true
	case "fact":
		return a.Fact, true
	}
	return "", false
}

// Summary returns the code and its title.
func (a *Alert) Summary() string { return a.Code + " " + a.Title }
