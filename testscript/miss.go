package testscript

import (
	"fmt"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// missText describes the things nearest to an expectation, with each field that differs and its
// cause.
//
//	no webhook matched path=/status MessageStatus=delivered in v 5s; closest of 3:
//	  W7  POST /status undelivered
//	      MessageStatus
//	      - expected  delivered
//	      + got       undelivered  (ErrorCode 30003, rule r1)
func (w *world) missText(e expectation, miss *journal.MissError) string {
	within := ""
	if e.within > 0 {
		within = " in v " + short(e.within)
	}
	if miss.Of == 0 {
		return fmt.Sprintf("there was no %s at all%s", e.query.Kind, within)
	}
	var b strings.Builder
	words := strings.TrimPrefix(e.query.String(), string(e.query.Kind)+" ")
	fmt.Fprintf(&b, "no %s matched %s%s; closest of %d:", e.query.Kind, words, within, miss.Of)
	for _, near := range miss.Nearest {
		fmt.Fprintf(&b, "\n  %s  %s", near.Thing.ID(), near.Thing.Summary())
		for _, d := range near.Wrong {
			fmt.Fprintf(
				&b,
				"\n      %s\n      - expected  %s\n      + got       %s%s",
				d.Field,
				d.Want,
				d.Got,
				w.because(near.Thing, d.Field),
			)
		}
	}
	return b.String()
}

// because returns the cause of a field's value: the error code of a status and the rule that
// decided it, or the error of an exchange.
func (w *world) because(thing journal.Thing, field string) string {
	switch thing := thing.(type) {
	case *messaging.Message:
		if f := thing.Snapshot(); field == "status" || field == "error_code" {
			return behindStatus(f, string(f.Status), field == "status")
		}
	case *journal.Exchange:
		if field == "http" || field == "code" {
			return bracket(thing.Error)
		}
		if m, ok := w.account.Journal.Thing(journal.Messages, thing.SID); ok &&
			(field == "MessageStatus" || field == "ErrorCode") {
			return behindStatus(m.(*messaging.Message).Snapshot(), thing.Params().Get("MessageStatus"),
				field == "MessageStatus")
		}
	}
	return ""
}

// behindStatus describes the step of a message's history that set a status.
func behindStatus(f messaging.Snapshot, status string, withCode bool) string {
	for _, change := range f.History {
		if string(change.Status) != status {
			continue
		}
		var parts []string
		if withCode && change.ErrorCode != 0 {
			parts = append(parts, fmt.Sprintf("ErrorCode %d", change.ErrorCode))
		}
		if change.By != "" {
			parts = append(parts, change.By)
		}
		return bracket(strings.Join(parts, ", "))
	}
	return ""
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return "  (" + s + ")"
}
