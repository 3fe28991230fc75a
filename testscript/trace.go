package testscript

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/console"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/trace"
)

// Limits of the page: for one body and for the app's log in bytes, and for each kind of thing.
const (
	traceBody   = 8 << 10
	traceLog    = 64 << 10
	traceThings = 500
)

// Traced reports whether there is a trace to write: for a scenario that failed, and with
// [Runner.TraceAll] for every one that ran.
func (r Result) Traced() bool { return r.trace != nil }

// TraceData returns the trace, or nil if there is none.
func (r Result) TraceData() *trace.Trace {
	if r.trace == nil {
		return nil
	}
	t := *r.trace
	t.Name, t.File = forReport(r.Name), forReport(r.File)
	t.Outcome, t.Reason = string(r.Outcome), r.Reason
	t.Milliseconds, t.Virtual, t.Seed = r.Time.Milliseconds(), r.Virtual.String(), r.Seed
	t.Account, t.Again = r.Account, forReport(r.Again)
	t.Failures = r.traceFailures()
	return &t
}

// WriteTrace writes the trace as one page of HTML without external resources.
func (r Result) WriteTrace(out io.Writer, place console.TracePlace) error {
	return console.WriteTrace(out, r.TraceData(), place)
}

func (r Result) traceFailures() []trace.Failure {
	failures := []trace.Failure{}
	for _, p := range r.Phases {
		for _, f := range p.Failures {
			failures = append(failures, trace.Failure(f))
		}
	}
	return failures
}

// tracer makes the trace of a world. It looks at the world while the scenario may run.
type tracer struct {
	*world
	names map[string]string            // of messages, by SID
	seen  map[string]*journal.Exchange // calls, for their duplicates
	clean func(string) string
}

// trace takes the trace. clean masks secrets and escapes control characters. Lists are never nil,
// because JSON and templates tell nil and empty apart. Lines and what belongs to the result are
// filled in later.
func (w *world) trace(clean func(string) string) *trace.Trace {
	events, _ := w.account.Journal.Events(0)
	r := tracer{world: w, names: w.storyNames(events), seen: map[string]*journal.Exchange{},
		clean: clean}
	t := &trace.Trace{Events: r.events(events), Lines: []trace.Line{}, Messages: []trace.Message{},
		Webhooks: []trace.Exchange{}, Requests: []trace.Exchange{}, Alerts: []trace.Alert{}}
	for _, thing := range r.newest(journal.Messages) {
		t.Messages = append(t.Messages, r.message(thing.(*messaging.Message)))
	}
	for _, thing := range r.newest(journal.Webhooks) {
		x := r.exchange(thing.(*journal.Exchange))
		x.Note = sawNote(thing.(*journal.Exchange), r.seen)
		t.Webhooks = append(t.Webhooks, x)
	}
	for _, thing := range r.newest(journal.Requests) {
		t.Requests = append(t.Requests, r.exchange(thing.(*journal.Exchange)))
	}
	for _, thing := range r.newest(journal.Alerts) {
		t.Alerts = append(t.Alerts, r.alert(thing.(*journal.Alert)))
	}
	return t
}

// newest returns the newest things of a kind, up to the limit.
func (r tracer) newest(kind journal.Kind) []journal.Thing {
	things := r.account.Journal.Things(kind)
	return things[max(0, len(things)-traceThings):]
}

// events lists what happened, with what the app printed in between. A line of the log has the event
// that was the newest when it was printed, and comes behind it.
func (r tracer) events(events []journal.Event) []trace.Event {
	rows := []trace.Event{}
	marks := r.progress.lines()
	printed := r.printedRows()
	for _, e := range events[max(0, len(events)-4*traceThings):] {
		for len(printed) > 0 && printed[0].event < e.ID {
			rows, printed = append(rows, printed[0].row), printed[1:]
		}
		text := cmp.Or(r.storyLine(e), e.Note)
		if text == "" {
			continue
		}
		rows = append(rows, trace.Event{
			At: "v+" + span(e.At.Sub(start)), Line: lineOf(marks, e.ID), Who: who(e.Type),
			Message: r.names[e.SID], Target: cmp.Or(e.Exchange, e.Alert, e.SID), Text: r.clean(text),
			Bad: r.bad(e),
		})
	}
	for _, p := range printed {
		rows = append(rows, p.row)
	}
	return rows
}

// who says what kind of thing an event is about.
func who(t journal.Type) string {
	switch part, _, _ := strings.Cut(string(t), "."); {
	case t == journal.MessageReceived:
		return "handset"
	case part == "request":
		return "api"
	case slices.Contains([]string{"message", "webhook", "alert"}, part):
		return part
	}
	return "carrier"
}

// bad reports whether something went wrong.
func (r tracer) bad(e journal.Event) bool {
	switch e.Type {
	case journal.MessageStatus:
		return e.ErrorCode != 0
	case journal.AlertRaised:
		return true
	case journal.WebhookAttempt, journal.RequestServed:
		for _, kind := range []journal.Kind{journal.Webhooks, journal.Requests} {
			if thing, ok := r.account.Journal.Thing(kind, e.Exchange); ok {
				return failed(thing.(*journal.Exchange))
			}
		}
	}
	return false
}

// failed reports whether a call was not answered with a status of 2xx.
func failed(x *journal.Exchange) bool { return x.Status < 200 || x.Status > 299 || x.Error != "" }

// printedRow is a line of the app's log with the newest event before it.
type printedRow struct {
	event int64
	row   trace.Event
}

// printedRows are the last lines that the app printed. A line that was printed in several parts is
// one row, with the time of its first part.
func (r tracer) printedRows() []printedRow {
	if r.log == nil {
		return nil
	}
	text, stamps := r.log.stamped()
	var rows []printedRow
	whole, from := true, max(0, len(text)-traceLog)
	for i, s := range stamps {
		end := len(text)
		if i+1 < len(stamps) {
			end = stamps[i+1].at
		}
		if end <= from {
			continue
		}
		part := strings.ToValidUTF8(text[max(s.at, from):end], "\uFFFD")
		for line := range strings.Lines(part) {
			if whole {
				rows = append(rows, printedRow{s.event, trace.Event{
					At: "v+" + span(s.virtual), Line: s.line, Who: "app log"}})
			}
			last := &rows[len(rows)-1].row
			last.Text += r.clean(strings.TrimSuffix(line, "\n"))
			whole = strings.HasSuffix(line, "\n")
		}
	}
	return rows
}

// segments formats a number of segments.
func segments(n int) string {
	if n == 1 {
		return "1 segment"
	}
	return fmt.Sprintf("%d segments", n)
}

func (r tracer) message(m *messaging.Message) trace.Message {
	f := m.Snapshot()
	t := trace.Message{
		ID: f.SID, Name: r.names[f.SID], Direction: string(f.Direction),
		From: r.clean(f.From), To: r.clean(f.To),
		Body: r.clean(
			shorten(f.Body, traceBody),
		), Segments: segments(f.NumSegments) + " in " + string(f.Encoding),
	}
	for _, c := range f.History {
		change := trace.Change{
			At:     "v+" + span(c.At.Sub(start)),
			Status: string(c.Status),
			By:     r.clean(c.By),
		}
		if c.ErrorCode != 0 {
			change.Code, change.Title = fmt.Sprint(c.ErrorCode), f.ErrorMessage()
		}
		t.History = append(t.History, change)
	}
	return t
}

// exchange is a call without credentials.
func (r tracer) exchange(x *journal.Exchange) trace.Exchange {
	x = x.Masked()
	t := trace.Exchange{
		ID: x.Name, At: "v+" +
			span(x.At.Sub(start)), Name: r.names[x.SID], Purpose: string(x.Purpose),
		Summary: r.clean(x.Summary()),
		Status: r.clean(
			httpStatus(x),
		), Bad: failed(x), Method: r.clean(x.Method),
		URL: r.clean(
			x.URL,
		), Dialed: r.clean(x.Dialed), Signature: x.Signature, Attempt: x.Attempt, Replays: x.ReplayOf,
		Milliseconds: fmt.Sprintf("%.1f", float64(x.Duration.Microseconds())/1000),
		Params:       []trace.Pair{}, Header: r.header(x.Header),
		ResponseHeader: r.header(x.ResponseHeader),
		ResponseBody: r.clean(
			shorten(x.ResponseBody, traceBody),
		), Error: r.clean(x.Error), Code: x.Code,
	}
	if x.Truncated {
		t.ResponseBody += "\n... and more that was not kept"
	}
	params := x.Params()
	for _, name := range slices.Sorted(maps.Keys(params)) {
		for _, value := range params[name] {
			t.Params = append(
				t.Params,
				trace.Pair{Name: r.clean(name), Value: r.clean(shorten(value, traceBody))},
			)
		}
	}
	if !strings.HasPrefix(x.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		t.Body = r.clean(shorten(x.Body, traceBody))
	}
	return t
}

// header lists the fields.
func (r tracer) header(h journal.Header) []trace.Pair {
	pairs := []trace.Pair{}
	for name, value := range h.All() {
		pairs = append(pairs, trace.Pair{Name: r.clean(name), Value: r.clean(shorten(value, traceBody))})
	}
	return pairs
}

func (r tracer) alert(a *journal.Alert) trace.Alert {
	return trace.Alert{
		ID: a.Name, At: "v+" +
			span(a.At.Sub(start)), Code: a.Code, Level: string(a.Level), Title: a.Title,
		Text: r.clean(a.Text),
		Try:  r.clean(a.Try), About: cmp.Or(a.Exchange, a.SID),
	}
}

// traceLines are the lines of the script: what each command printed and how it ended. A line's time
// is that at which the next one began. Lines that were not reached are skipped ones.
func (r *Result) traceLines(text string, steps []step, marks []lineMark,
	clean func(string) string) []trace.Line {
	lines := []trace.Line{}
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		l := trace.Line{Number: i + 1, Text: clean(line)}
		switch {
		case strings.HasPrefix(line, "#"):
			l.Kind = "phase"
		case strings.TrimSpace(line) != "":
			l.Kind = string(Skipped)
		}
		lines = append(lines, l)
	}
	for _, s := range steps {
		if s.line < 1 || s.line > len(lines) {
			continue
		}
		l := &lines[s.line-1]
		l.Kind, l.Output = string(Passed), clean(shorten(strings.TrimSpace(s.output), traceBody))
		if s.failed {
			l.Kind = string(Failed)
		}
	}
	for i, m := range marks {
		if m.line < 1 || m.line > len(lines) {
			continue
		}
		if i+1 < len(marks) {
			m.virtual = marks[i+1].virtual
		}
		lines[m.line-1].At = "v+" + span(m.virtual)
	}
	for _, p := range r.Phases {
		if p.Line >= 1 && p.Line <= len(lines) && lines[p.Line-1].Kind == "phase" &&
			p.Outcome != Skipped {
			lines[p.Line-1].At = p.took()
		}
	}
	return lines
}
