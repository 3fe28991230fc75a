// Package errcode is Twilio's dictionary of error and debugger codes, as data: the codes that
// messaging can meet.
//
// Code that refuses a request, ends a delivery or raises an alert takes the title, the level and
// the HTTP status from here, so that each code is written down once. The rows come from sections
// C.4, E.1 to E.4 and F-377 of package facts, with a few codes that other sections name (20003,
// 21406, 21421, 21422, 21452 and the scheduling codes 35xxx). Titles and levels are those of the
// facts. Where a fact shortens a title, or names several codes, they are those of Twilio's own
// list, the source ERR.
//
// Not here are the codes that the facts name only as a range (link shortening 30100–30140,
// toll-free verification 30436–30531, contacts 30646–30649, brand registration 30700–30750), the
// codes of other products, and Twilio's solutions, which are on the page that [Docs] names.
// Causes are here for the codes of C.4 only; see [Cause]. The codes 63004 and 63048 do not exist
// (F-311).
//
// Read errcode.go, then the tables webhook.go, request.go, delivery.go, schedule.go and channel.go,
// then cause.go, and unraised.go about the codes that the simulator never raises.
package errcode

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// Info is what is known about one code.
type Info struct {
	Code     int
	Title    string // Twilio's title, exactly
	Level    Level  // how Twilio's debugger logs it
	HTTP     int    // the status of an API call that is refused; 0: never refused, or not known
	Final    string // "failed" or "undelivered" if messages end with it; "": none do, or not known
	Retry    Retry  // whether sending again helps
	Fact     string // the number of the fact that names the code: "F-237"
	Inferred bool   // HTTP or Final follows from a source that does not state it ("i" in E.2)
}

// Level is the level of an entry in Twilio's debugger. The values are those of log_level in
// Twilio's Monitor API (F-153).
type Level string

// The levels that Twilio's dictionary uses.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Retry says whether it helps to send again. Where the facts do not say, a refused request is
// RetryAfterFix, because the same request would be refused again.
type Retry string

// Whether it helps to send again. The values are words for people.
const (
	RetryYes           Retry = "yes"
	RetryLater         Retry = "later"
	RetryAfterFix      Retry = "after a fix" // of request, registration, content or channel
	RetryNo            Retry = "no"
	RetryNotApplicable Retry = "n/a"     // no message failed: webhooks, warnings, inbound messages
	RetryUnknown       Retry = "unknown" // no source says
)

// table returns every row, sorted by code: the ranges of the sections do not overlap. It is made on
// the first use, because it takes 30 KB, which most commands do not need.
var table = sync.OnceValue(func() []Info {
	return slices.Concat(webhook, request, delivery, schedule, verify, channel, content, events)
})

// Lookup returns what is known about a code, and whether the code is in the dictionary.
func Lookup(code int) (Info, bool) {
	byCode := func(row Info, code int) int { return cmp.Compare(row.Code, code) }
	i, found := slices.BinarySearchFunc(table(), code, byCode)
	if !found {
		return Info{}, false
	}
	return table()[i], true
}

// Title returns Twilio's title of a code, "" for a code that is not in the dictionary.
func Title(code int) string {
	row, _ := Lookup(code)
	return row.Title
}

// All yields every row, sorted by code.
func All() iter.Seq[Info] { return slices.Values(table()) }

// Docs returns the address of Twilio's page about a code. API errors have it as more_info (F-370).
func Docs(code int) string { return fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code) }
