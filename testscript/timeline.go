package testscript

import (
	"fmt"
	"io"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// cmdTimeline prints the events of one message, or of all, for a golden file: with virtual times,
// and names in place of SIDs. The name is the one that as= gave, else it follows from the order in
// which things appear.
//
//	timeline [SID]
func cmdTimeline(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "timeline")
	if len(args) > 1 {
		usage(ts, "timeline [SID]")
	}
	w := of(ts)
	only := ""
	if len(args) == 1 {
		m, err := w.message(args[0])
		ts.Check(err)
		only = m.ID()
	}
	ts.Check(w.account.Clock.AwaitIdle(w.ctx))
	w.printTimeline(ts.Stdout(), only)
}

func (w *world) printTimeline(out io.Writer, only string) {
	events, _ := w.account.Journal.Events(0)
	names := w.storyNames(events)
	width := len("REPLY1")
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, e := range events {
		if only != "" && e.SID != only {
			continue
		}
		if line := w.storyLine(e); line != "" {
			fmt.Fprintf(
				out,
				"%-10s %-*s %s\n",
				"v+"+span(e.At.Sub(start)),
				width,
				names[e.SID],
				line,
			)
		}
	}
}

// storyLine describes an event, or is "" if the event is not about a message. It has nothing that
// differs between two runs with the same seed and app: no ports, no real times.
func (w *world) storyLine(e journal.Event) string {
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated:
		return w.newLine(e)
	case journal.MessageStatus:
		return e.Status + code(e.ErrorCode) + by(e.Rule)
	case journal.WebhookHeld:
		return "webhook " + e.Note + by(e.Rule)
	case journal.WebhookAttempt:
		thing, ok := w.account.Journal.Thing(journal.Webhooks, e.Exchange)
		if !ok {
			return ""
		}
		x := thing.(*journal.Exchange)
		line := fmt.Sprintf("%s %s %s", x.Kind(), w.target(x), httpStatus(x))
		if x.Attempt > 1 {
			line += fmt.Sprintf(" attempt %d", x.Attempt)
		}
		if x.Signature != "valid" {
			line += " signature " + x.Signature
		}
		return line + by(x.Faults.Note())
	case journal.RequestServed:
		return w.requestLine(e)
	case journal.AlertRaised:
		return "alert " + e.Note
	}
	return ""
}

func (w *world) newLine(e journal.Event) string {
	thing, ok := w.account.Journal.Thing(journal.Messages, e.SID)
	if !ok {
		return ""
	}
	f := thing.(*messaging.Message).Snapshot()
	return fmt.Sprintf("%s %s -> %s %q %s", f.Direction, f.From, f.To, f.Body, e.Status)
}

// requestLine describes a request of the app to the API, without the part that all paths have.
func (w *world) requestLine(e journal.Event) string {
	thing, ok := w.account.Journal.Thing(journal.Requests, e.Exchange)
	if !ok {
		return ""
	}
	x := thing.(*journal.Exchange)
	path := strings.TrimPrefix(x.Path(), "/2010-04-01/Accounts/"+w.account.SID+"/")
	if e.SID != "" {
		path = strings.ReplaceAll(path, e.SID, "SID")
	}
	return fmt.Sprintf("api %s %s %s", x.Method, path, httpStatus(x))
}

// target is what a webhook called: the name of a TwiML Bin, else the exchange's summary.
func (w *world) target(x *journal.Exchange) string {
	if bin, ok := w.account.Bin(x.URL); ok {
		return "bin " + bin.Name
	}
	return x.Summary()
}

// httpStatus is the status of the answer, and the error that interrupted it.
func httpStatus(x *journal.Exchange) string {
	switch {
	case x.Status == 0:
		return x.Error
	case x.Status < 300 && x.Error != "":
		return fmt.Sprintf("%d %s", x.Status, x.Error)
	}
	return fmt.Sprint(x.Status)
}

func code(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" %d", n)
}

func by(rule string) string {
	if rule == "" {
		return ""
	}
	return " (" + rule + ")"
}
