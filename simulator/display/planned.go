package display

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// Planned prints a list of planned steps; now is the time of the clock.
func Planned(u *terminal.UI, planned []messaging.Planned, now time.Time) error {
	type row = messaging.Planned
	err := terminal.List(u, planned, []terminal.Column[row]{
		{Head: "ID", Value: func(p row) string { return Short(p.SID) }},
		{Head: "IN", Value: func(p row) string { return p.At.Sub(now).String() }},
		{Head: "WHAT", Value: func(p row) string { return string(p.Kind) }},
		{Head: "STATUS", Value: func(p row) string {
			return cmp.Or(strings.TrimSpace(string(p.Status)+" "+ErrorCode(p.ErrorCode)), "-")
		}},
		{Head: "NOTE", Value: func(p row) string { return cmp.Or(plannedNote(p), "-") }},
		{Head: "BY", Value: func(p row) string { return cmp.Or(p.By, "-") }},
	})
	u.Countf(len(planned), "step", "")
	return err
}

// plannedNote says what is unusual about what is planned.
func plannedNote(p messaging.Planned) string {
	switch {
	case p.Lost:
		return "lost"
	case p.Held:
		return "held back"
	case p.Copies > 1:
		return strconv.Itoa(p.Copies) + " times"
	}
	return ""
}

// Preview prints what would happen to a message.
func Preview(u *terminal.UI, p control.Preview) error {
	if u.JSON {
		return u.Encode(p)
	}
	by := p.By
	if by == "" {
		by = "nothing decides"
	}
	if p.Chance < 1 {
		by += ", in " + strconv.FormatFloat(p.Chance*100, 'f', -1, 64) + " %"
	}
	if p.Left > 0 {
		by += ", for the next " + strconv.Itoa(p.Left)
	}
	u.Printf("%s   %s\n", by, p.Then)
	if p.Refuse != 0 {
		u.Printf("  refused        %d\n", p.Refuse)
	}
	for _, step := range p.Steps {
		u.Printf("  %-8s       %s   %s\n", span(step.At),
			strings.TrimSpace(string(step.Status)+" "+ErrorCode(step.ErrorCode)),
			callbackNote(step))
	}
	return nil
}

// span formats milliseconds.
func span(ms int64) string { return clock.DescribeDuration(time.Duration(ms) * time.Millisecond) }

// callbackNote says when the callback of a step is sent. It says the most unusual thing only.
func callbackNote(step control.PreviewStep) string {
	switch {
	case step.Copies == 0:
		return "callback lost"
	case step.Send > step.At:
		return "callback at " + span(step.Send)
	case step.Copies > 1:
		return "callback " + strconv.Itoa(step.Copies) + " times"
	}
	return "callback"
}
