package display

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

// Repeats lists the codes of the alerts with their counts, the most frequent first, if any code is
// there more than once: the list itself shows the others.
func Repeats(alerts []*journal.Alert) string {
	counts := map[string]int{}
	for _, a := range alerts {
		counts[a.Code]++
	}
	codes := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	})
	if len(codes) == len(alerts) {
		return ""
	}
	var b strings.Builder
	for _, code := range codes {
		fmt.Fprintf(&b, "   %s x%d", code, counts[code])
	}
	return b.String()
}

// yesOr writes yes, or - for no.
func yesOr(yes bool) string {
	if yes {
		return "yes"
	}
	return "-"
}

// levelStyle is the colour of an alert's level.
func levelStyle(l journal.Level) string {
	switch l {
	case journal.LevelWarning:
		return terminal.Yellow
	case journal.LevelInfo:
		return terminal.Dim
	}
	return terminal.Red
}

// acknowledged notes that an alert was marked as read.
func acknowledged(a *journal.Alert) string {
	if a.Acknowledged.Load() {
		return "   (acknowledged)"
	}
	return ""
}

// Alert prints an alert, and what to try. It is for an alert beside something else, such as a
// receipt; [AlertInFull] is for one alone.
func Alert(u *terminal.UI, a *journal.Alert) {
	u.Printf("  %s    %s %s %s\n", u.Paint(levelStyle(a.Level), "alert"), a.Name, a.Code,
		alertText(a.Title, a.Text))
	if a.Try != "" {
		u.Printf("  try      %s\n", a.Try)
	}
}

// Alerts prints a list of alerts, as a table or under --json an object a line. Drop says which
// columns go first where the terminal is narrow, 5 before 1; those without it always stay.
func Alerts(u *terminal.UI, found *control.Alerts, t terminal.Times) error {
	err := terminal.List(u, found.Alerts, []terminal.Column[*journal.Alert]{
		{Head: "ID", Value: func(a *journal.Alert) string { return a.Name }},
		{Head: "TIME", Drop: 1, Value: func(a *journal.Alert) string {
			return strings.TrimSpace(u.Stamp(a.At, t))
		}},
		{Head: "LEVEL", Cell: func(a *journal.Alert) terminal.Cell {
			return terminal.Cell{Value: string(a.Level), Style: levelStyle(a.Level)}
		}},
		{Head: "CODE", Value: func(a *journal.Alert) string { return a.Code }},
		{Head: "ACK", Drop: 5, Value: func(a *journal.Alert) string {
			return yesOr(a.Acknowledged.Load())
		}},
		{Head: "FOR", Drop: 2,
			Value: func(a *journal.Alert) string { return cmp.Or(Short(a.SID), "-") }},
		{Head: "IN", Drop: 3,
			Value: func(a *journal.Alert) string { return cmp.Or(a.Exchange, "-") }},
		{Head: "WHAT", Value: func(a *journal.Alert) string { return alertText(a.Title, a.Text) }},
	})
	u.Countf(len(found.Alerts), "alert", "%s%s", ofAll(len(found.Alerts), found.Count),
		Repeats(found.Alerts))
	return err
}

// AlertGroups prints how many alerts there are of each code and title.
func AlertGroups(u *terminal.UI, found *control.AlertGroups) error {
	err := terminal.List(u, found.Groups, []terminal.Column[*control.AlertGroup]{
		{Head: "CODE", Value: func(g *control.AlertGroup) string { return g.Code }},
		{Head: "LEVEL", Value: func(g *control.AlertGroup) string { return string(g.Level) }},
		{Head: "COUNT", Value: func(g *control.AlertGroup) string { return strconv.Itoa(g.Count) }},
		{Head: "OPEN", Drop: 2, Value: func(g *control.AlertGroup) string {
			return strconv.Itoa(g.Open)
		}},
		{Head: "LATEST", Value: func(g *control.AlertGroup) string { return g.Last.Name }},
		{Head: "WHAT", Value: func(g *control.AlertGroup) string { return g.Title }},
	})
	u.Countf(len(found.Groups), "kind", "")
	return err
}
