package testscript

import (
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// cmdTimeline prints the story of one message, or of all, for a golden file: virtual times, and names in the place of
// SIDs. A thing that as= named is called by that name, any other by the order in which it appears.
//
//	timeline [SID]
func cmdTimeline(ts *testscript.TestScript, neg bool, args []string) {
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
	names := map[string]string{}
	for _, e := range events {
		name := w.storyName(names, e.SID)
		if only != "" && e.SID != only {
			continue
		}
		if line := w.storyLine(e); line != "" {
			fmt.Fprintf(out, "%-10s %-6s %s\n", "v+"+span(e.At.Sub(start)), name, line)
		}
	}
}

// storyName returns what a timeline calls a message.
func (w *world) storyName(names map[string]string, sid string) string {
	if name, ok := w.names[sid]; ok {
		return name
	}
	if _, ok := names[sid]; !ok && sid != "" {
		names[sid] = fmt.Sprintf("SM%d", len(names)+1)
	}
	return names[sid]
}

// storyLine says what happened in an event, or "" where that is no part of a message's story.
func (w *world) storyLine(e journal.Event) string {
	switch e.Type {
	case journal.MessageReceived, journal.MessageCreated:
		return w.newLine(e)
	case journal.MessageStatus:
		return e.Status + code(e.ErrorCode) + by(e.Rule)
	case journal.WebhookAttempt:
		thing, ok := w.account.Journal.Thing(journal.Webhooks, e.Exchange)
		if !ok {
			return ""
		}
		x := thing.(*journal.Exchange)
		line := fmt.Sprintf("webhook %s %s", x.Summary(), httpStatus(x))
		if x.Signature != "valid" {
			line += " signature " + x.Signature
		}
		return line
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
	f := thing.(*messaging.Message).Facts()
	return fmt.Sprintf("%s %s -> %s %q %s", f.Direction, f.From, f.To, f.Body, e.Status)
}

func httpStatus(x *journal.Exchange) string {
	if x.Status == 0 {
		return x.Error
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
