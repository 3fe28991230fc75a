package testscript

import (
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"

	"twilsim/simulator/journal"
)

// saw lists the requests to the app in the order in which they were sent: time, message, request
// and answer.
//
//	v+0.5s  REPLY  POST /status sent  200  (duplicate)
//
// It leaves out what never left: webhooks that a rule dropped, and those of bins.
func (w *world) saw() []string {
	events, _ := w.account.Journal.Events(0)
	names := w.storyNames(events)
	seen := map[string]*journal.Exchange{}
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

// sawNote says whether a request repeats an earlier one, or is another attempt of it. It notes x in
// seen.
func sawNote(x *journal.Exchange, seen map[string]*journal.Exchange) string {
	key := strings.Join([]string{x.Method, x.URL, x.Body}, "\n")
	before, again := seen[key]
	seen[key] = x
	switch {
	case again && challenged(before) && x.Header.Get("Authorization") != "":
		return "(with credentials)"
	case x.Attempt > 1:
		return fmt.Sprintf("(attempt %d)", x.Attempt)
	case x.Signature != "valid":
		return "(signature " + x.Signature + ")"
	case again:
		return "(duplicate)"
	}
	return ""
}

// challenged reports whether the answer asked for credentials: the request is then sent again.
func challenged(x *journal.Exchange) bool {
	return x.Status == http.StatusUnauthorized && x.ResponseHeader.Get("WWW-Authenticate") != ""
}

// hints lists the hints about the scenario's exchanges and messages, each with what to try. Hints
// of level error are failures of their own.
func (w *world) hints() []string {
	var lines []string
	for _, thing := range w.account.Journal.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		if !alert.Hint() || alert.Level == journal.LevelError || alert.Expected() {
			continue
		}
		line := strings.TrimSpace(alert.Exchange+"  ") + "  " + alert.Code + " " + alert.Title + ": " +
			alert.Text
		lines = append(lines, strings.TrimSpace(line))
		if alert.Try != "" {
			lines = append(lines, "    try: "+alert.Try)
		}
	}
	return lines
}

// refusals lists the newest requests of the app that the API refused, for an expectation that finds
// no message: a message that was refused does not exist.
func (w *world) refusals() string {
	var lines []string
	for _, thing := range w.account.Journal.Things(journal.Requests) {
		x := thing.(*journal.Exchange)
		if x.Status < http.StatusBadRequest {
			continue
		}
		path := strings.TrimPrefix(x.Path(), "/2010-04-01/Accounts/"+w.account.SID+"/")
		line := fmt.Sprintf("\n  %s  %s %s  %d", x.Name, x.Method, path, x.Status)
		if code := x.RefusalCode(); code != "" {
			line += " " + code
		}
		if to := x.Params().Get("To"); to != "" {
			line += "  To " + to
		}
		lines = append(lines, line+bracket(x.Error))
	}
	if lines == nil {
		return ""
	}
	return "\nthe API refused:" + strings.Join(lines[max(0, len(lines)-refusalLines):], "")
}

// refusalLines is how many refused requests are shown.
const refusalLines = 5

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
