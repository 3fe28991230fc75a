package display

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

// Repeats lists the codes of more than one alert with their counts, the most frequent first.
func Repeats(alerts []*journal.Alert) string {
	counts := map[string]int{}
	for _, a := range alerts {
		counts[a.Code]++
	}
	codes := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	})
	var b strings.Builder
	for _, code := range codes {
		if counts[code] > 1 {
			fmt.Fprintf(&b, "   %s x%d", code, counts[code])
		}
	}
	return b.String()
}

func YesOr(yes bool) string {
	if yes {
		return "yes"
	}
	return "-"
}

func LevelStyle(l journal.Level) string {
	switch l {
	case journal.LevelWarning:
		return terminal.Yellow
	case journal.LevelInfo:
		return terminal.Dim
	}
	return terminal.Red
}

func Acknowledged(a *journal.Alert) string {
	if a.Acknowledged.Load() {
		return "   (acknowledged)"
	}
	return ""
}

// Alert prints an alert, and what to try.
func Alert(u *terminal.UI, a *journal.Alert) {
	u.Printf("  %s    %s %s %s\n", u.Paint(LevelStyle(a.Level), "alert"), a.Name, a.Code, AlertText(a.Title, a.Text))
	if a.Try != "" {
		u.Printf("  try      %s\n", a.Try)
	}
}
