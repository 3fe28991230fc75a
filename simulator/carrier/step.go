package carrier

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
)

// Step is one change of status and its callback. Times count from the message's acceptance.
type Step struct {
	Status Status
	Code   int           // Twilio's error code, kept on the message and sent as ErrorCode; 0 for none
	At     time.Duration // when the status changes
	Send   time.Duration // when the callback leaves; At or later
	Copies int           // how often the callback is sent, 1 to 100
	Lost   bool          // the callback never leaves, whatever Send and Copies say
}

// stepGap is the time between a step and the previous one if the script gives no time.
const stepGap = 500 * time.Millisecond

// usualCode is the code of a step without a code. Twilio sends ErrorCode only with undelivered and
// failed (F-160, F-161, F-174), so these two need one. No source says which code is usual; 30008
// means a failure of unknown cause (F-242), so it claims nothing more.
func usualCode(s Status) int {
	if s == Undelivered || s == Failed {
		return 30008
	}
	return 0
}

// write appends the step as a script has it, without the parts that have their default values.
// before is the time of the previous step.
func (s Step) write(b *strings.Builder, before time.Duration) {
	if s.Lost {
		b.WriteByte('~')
	}
	b.WriteString(string(s.Status))
	if s.Code != usualCode(s.Status) {
		fmt.Fprintf(b, ":%d", s.Code)
	}
	if s.At != before+stepGap {
		b.WriteString("@" + clock.FormatDuration(s.At))
	}
	if s.Send != s.At {
		b.WriteString(">" + clock.FormatDuration(s.Send))
	}
	if s.Copies > 1 {
		fmt.Fprintf(b, "*%d", s.Copies)
	}
}

// describe returns the step in words for a person: "undelivered 30003 2s", "sent 1s (callback
// twice, at 5s)".
func (s Step) describe() string {
	words := string(s.Status)
	if s.Code != 0 {
		words += " " + strconv.Itoa(s.Code)
	}
	words += " " + clock.DescribeDuration(s.At)
	if note := s.note(); note != "" {
		words += " (callback " + note + ")"
	}
	return words
}

// note returns what is unusual about the callback, "" if nothing is.
func (s Step) note() string {
	if s.Lost {
		return "lost"
	}
	var notes []string
	switch {
	case s.Copies == 2:
		notes = append(notes, "twice")
	case s.Copies > 2:
		notes = append(notes, fmt.Sprintf("%d times", s.Copies))
	}
	if s.Send != s.At {
		notes = append(notes, "at "+clock.DescribeDuration(s.Send))
	}
	return strings.Join(notes, ", ")
}
