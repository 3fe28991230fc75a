// Package errcode is Twilio's dictionary of error and debugger codes, as data: the part of it that messaging can meet.
//
// Whoever refuses a request, ends a delivery or raises an alert takes the title, the level and the HTTP status from here, so
// that each code is written down once. The rows come from sections C.4, E.1 to E.4 and F-377 of the fact sheet, with the few
// codes that other sections name (20003, 21406, 21421, 21422, 21452 and the 35xxx of scheduling). Titles are those of the
// fact sheet; where it shortens one, or names several codes in one row, the title is the one of Twilio's error list that the
// sheet cites as ERR, and so are the levels.
//
// What is not here: codes that the facts name only as a range (link shortening 30100–30140, toll-free verification
// 30436–30531, contacts 30646–30649, brand registration 30700–30750), the codes of other products, and Twilio's solutions, for
// which [Docs] gives the page; of the causes there are those of C.4, in a few words ([Cause]). 63004 and 63048 do not exist (F-311).
//
// Read errcode.go, then the tables: webhook.go, request.go, delivery.go, schedule.go, channel.go, and cause.go.
package errcode

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// Info is what is known about one code.
type Info struct {
	Code     int
	Title    string // Twilio's title, exactly
	Level    Level  // how Twilio's debugger logs it
	HTTP     int    // status of the answer when the API refuses a call at once; 0: it never does, or no source says
	Final    string // "failed" or "undelivered" when a delivery ends so; "" where none does, or no source says
	Retry    Retry  // what sending again would do
	Fact     string // the fact that names the code, as "F-237"
	Inferred bool   // HTTP or Final follows from the sources but is not stated by them ("i" in the facts, F-499)
}

// Level is the level of an entry in Twilio's debugger, in the words of a Monitor Alert's log_level (F-153).
type Level string

// The levels that Twilio's dictionary uses.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Retry says in a word or three whether sending again is sensible. Where the facts have no such column, a request that
// was refused is RetryAfterFix, because the same request would be refused again.
type Retry string

// What sending again would do. The values are words for people.
const (
	RetryYes           Retry = "yes"
	RetryLater         Retry = "later"
	RetryAfterFix      Retry = "after a fix" // of the request, the registration, the content or the channel
	RetryNo            Retry = "no"
	RetryNotApplicable Retry = "n/a"     // nothing was sent, or all was: webhooks, warnings, inbound messages
	RetryUnknown       Retry = "unknown" // no source says
)

// table holds every row in the order of the code: the sections follow each other without overlap.
var table = slices.Concat(webhook, request, delivery, schedule, channel)

// Lookup returns the row of code and whether there is one.
func Lookup(code int) (Info, bool) {
	i, found := slices.BinarySearchFunc(table, code, func(row Info, code int) int { return cmp.Compare(row.Code, code) })
	if !found {
		return Info{}, false
	}
	return table[i], true
}

// Title returns Twilio's title of code, "" for a code that is not in the dictionary.
func Title(code int) string {
	row, _ := Lookup(code)
	return row.Title
}

// All yields every row in the order of the code.
func All() iter.Seq[Info] { return slices.Values(table) }

// Docs returns the address of Twilio's page about code, as it stands in the more_info of an API error (F-370).
func Docs(code int) string { return fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code) }
