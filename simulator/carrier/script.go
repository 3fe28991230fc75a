package carrier

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Script is what happens to a message after it was accepted, in steps of increasing time. With the
// empty script the status does not change. [ParseScript] makes a Script.
type Script []Step

// String returns the script in its shortest form, which [ParseScript] reads back. The empty script
// gives "", which [ParseScript] does not read.
func (s Script) String() string {
	var b strings.Builder
	var before time.Duration
	for i, step := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		step.write(&b, before)
		before = step.At
	}
	return b.String()
}

// Describe returns the script in words for a person: "sent 0.5s, undelivered 30003 2s".
func (s Script) Describe() string {
	if len(s) == 0 {
		return "no change"
	}
	words := make([]string, len(s))
	for i, step := range s {
		words[i] = step.describe()
	}
	return strings.Join(words, ", ")
}

// Duration returns the time from acceptance to the last change of status or the last callback. A
// callback that leaves late counts, a lost one does not.
func (s Script) Duration() time.Duration {
	var end time.Duration
	for _, step := range s {
		end = max(end, step.At)
		if !step.Lost {
			end = max(end, step.Send)
		}
	}
	return end
}

// Check returns an [*IllegalError] for the first change of status, starting at initial, that
// Twilio's messages do not make (F-167). A script may end at any status (F-168).
func (s Script) Check(initial Status) error {
	from := initial
	for _, step := range s {
		if !Legal(from, step.Status) {
			return &IllegalError{From: from, To: step.Status, Legal: nextStatuses(from)}
		}
		from = step.Status
	}
	return nil
}

// IllegalError is a change of status that Twilio's messages do not make.
type IllegalError struct {
	From, To Status
	Legal    []Status // what can follow From; empty if nothing can
}

func (e *IllegalError) Error() string {
	if len(e.Legal) == 0 {
		return fmt.Sprintf("a message that is %s cannot become %s: nothing follows %s",
			e.From, e.To,
			e.From)
	}
	return fmt.Sprintf("a message that is %s cannot become %s, only %s", e.From, e.To,
		orList(e.Legal))
}

// orList joins "sending", "sent", "failed" to "sending, sent or failed".
func orList[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// ScriptError says what is wrong with a script, and where.
type ScriptError struct {
	Script string // as it was given
	// in bytes, of the first wrong character; len(Script) if something is missing at the end
	Offset int
	What   string // what is wrong: `unknown status "delivrd"`
	Try    string // what to write in its place
}

// Error returns four lines: what is wrong, the script, a caret under the place, and what to try.
//
//	unknown status "delivrd"
//	  sent,delivrd
//	       ^
//	  try     delivered   (statuses: queued sending sent delivered …)
func (e *ScriptError) Error() string {
	caret := len([]rune(e.Script[:e.Offset]))
	return fmt.Sprintf("%s\n  %s\n  %s^\n  try     %s", e.What, printable(e.Script),
		strings.Repeat(" ", caret), e.Try)
}

// printable replaces the characters that a terminal would not print, or would take for a command.
// The caret of the error counts one column for each character.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// Reads reports whether the script has the status read, which messages on channels alone have
// (F-162).
func (s Script) Reads() bool {
	return slices.ContainsFunc(s, func(step Step) bool { return step.Status == Read })
}

// Unread returns the script without the status read.
func (s Script) Unread() Script {
	return slices.DeleteFunc(slices.Clone(s), func(step Step) bool { return step.Status == Read })
}
