package testscript

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"twilsim/simulator/journal"
)

// saw lists the requests to the app in the order in which they were sent: time, message, request
// and answer.
//
//	v+0.5s  REPLY  POST /status sent  200  (duplicate)
func (w *world) saw() []string {
	events, _ := w.account.Journal.Events(0)
	names := w.storyNames(events)
	seen := map[string]bool{}
	var rows [][]string
	for _, thing := range w.account.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		if x.Dropped() {
			continue
		}
		if _, ok := w.account.Bin(x.URL); ok {
			continue // the simulator's own
		}
		rows = append(
			rows,
			[]string{
				"v+" + span(x.At.Sub(start)),
				names[x.SID],
				x.Summary(),
				httpStatus(x),
				sawNote(x, seen),
			},
		)
	}
	return columns(rows)
}

// sawNote says whether a request repeats an earlier one, or is another attempt of it.
func sawNote(x *journal.Exchange, seen map[string]bool) string {
	key := strings.Join([]string{x.Method, x.URL, x.Body}, "\n")
	again := seen[key]
	seen[key] = true
	switch {
	case x.Attempt > 1:
		return fmt.Sprintf("(attempt %d)", x.Attempt)
	case x.Signature != "valid":
		return "(signature " + x.Signature + ")"
	case again:
		return "(duplicate)"
	}
	return ""
}

// columns aligns the rows, with two spaces between columns. Empty columns are left out.
func columns(rows [][]string) []string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.DiscardEmptyColumns)
	for _, row := range rows {
		for _, word := range row {
			fmt.Fprintf(w, "%s\t", oneLine(word))
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // a Builder never fails
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return lines
}
