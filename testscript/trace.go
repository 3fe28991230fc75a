package testscript

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// trace is the content of the page about a run of a scenario. It is taken while the scenario's
// world still exists, with secrets masked and control characters escaped.
type trace struct {
	Result   Result
	Script   []traceLine
	Timeline []traceEvent
	Messages []traceMessage
	Webhooks []traceExchange // calls to the app
	Requests []traceExchange // calls from the app
	Alerts   []traceAlert
	AppLog   string
}

// traceLine is a line of the script.
type traceLine struct {
	Number   int
	Text     string
	Failures []string // the first line of each
}

// traceEvent is a line of the timeline. Target is the ID on the page of what it is about, "" for
// nothing.
type traceEvent struct{ At, Message, Target, Text string }

type traceMessage struct {
	ID, Name, Direction, From, To, Body string
	Segments                            string
	History                             []traceChange
}

type traceChange struct{ At, Status, Code, Title, By string }

type traceExchange struct {
	ID, At, Name, Purpose, Summary, Status   string
	Note                                     string // that it is a duplicate
	Bad                                      bool   // the request failed
	Method, URL, Dialed, Signature           string
	Attempt                                  int
	Milliseconds                             string
	Params, Header, ResponseHeader           []tracePair
	Body, ResponseBody, Error, Code, Replays string
}

type tracePair struct{ Name, Value string }

type traceAlert struct{ ID, At, Code, Level, Title, Text, Try, About string }

// Limits of the page: for one body and for the app's log in bytes, and for each kind of thing.
const (
	traceBody   = 8 << 10
	traceLog    = 64 << 10
	traceThings = 500
)

//go:embed trace.html
var tracePage string

// Traced reports whether there is a trace to write: for a scenario that failed, and with
// [Runner.TraceAll] for every one that ran.
func (r Result) Traced() bool { return r.trace != nil }

// WriteTrace writes the trace as one page of HTML, without scripts and external resources.
func (r Result) WriteTrace(out io.Writer) error {
	page, err := template.New("trace").Parse(tracePage)
	if err != nil {
		return err
	}
	t := *r.trace
	t.Result = r
	return page.Execute(out, t)
}

// tracer makes the trace of a world.
type tracer struct {
	*world
	names map[string]string            // of messages, by SID
	seen  map[string]*journal.Exchange // calls, for their duplicates
	clean func(string) string
}

// trace takes the trace. clean masks secrets and escapes control characters.
func (w *world) trace(clean func(string) string) *trace {
	events, _ := w.account.Journal.Events(0)
	r := tracer{world: w, names: w.storyNames(events), seen: map[string]*journal.Exchange{},
		clean: clean}
	t := &trace{Timeline: r.timeline(events)}
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
	if w.log != nil {
		text, _ := w.log.read()
		t.AppLog = clean(lastBytes(text, traceLog))
	}
	return t
}

// newest returns the newest things of a kind, up to the limit.
func (r tracer) newest(kind journal.Kind) []journal.Thing {
	things := r.account.Journal.Things(kind)
	return things[max(0, len(things)-traceThings):]
}

func (r tracer) timeline(events []journal.Event) []traceEvent {
	var rows []traceEvent
	for _, e := range events[max(0, len(events)-4*traceThings):] {
		text := cmp.Or(r.storyLine(e), e.Note)
		if text == "" {
			continue
		}
		rows = append(rows, traceEvent{
			At: "v+" + span(
				e.At.Sub(start),
			), Message: r.names[e.SID], Target: cmp.Or(e.Exchange, e.Alert, e.SID), Text: r.clean(text),
		})
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

func (r tracer) message(m *messaging.Message) traceMessage {
	f := m.Snapshot()
	t := traceMessage{
		ID: f.SID, Name: r.names[f.SID], Direction: string(f.Direction), From: r.clean(f.From), To: r.clean(f.To),
		Body: r.clean(
			shorten(f.Body, traceBody),
		), Segments: segments(f.NumSegments) + " in " + string(f.Encoding),
	}
	for _, c := range f.History {
		change := traceChange{
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
func (r tracer) exchange(x *journal.Exchange) traceExchange {
	x = x.Masked()
	t := traceExchange{
		ID: x.Name, At: "v+" +
			span(x.At.Sub(start)), Name: r.names[x.SID], Purpose: string(x.Purpose), Summary: r.clean(x.Summary()),
		Status: r.clean(
			httpStatus(x),
		), Bad: x.Status < 200 || x.Status > 299 || x.Error != "", Method: r.clean(x.Method),
		URL: r.clean(
			x.URL,
		), Dialed: r.clean(x.Dialed), Signature: x.Signature, Attempt: x.Attempt, Replays: x.ReplayOf,
		Milliseconds: fmt.Sprintf("%.1f", float64(x.Duration.Microseconds())/1000),
		Header:       r.header(x.Header), ResponseHeader: r.header(x.ResponseHeader),
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
				tracePair{r.clean(name), r.clean(shorten(value, traceBody))},
			)
		}
	}
	if !strings.HasPrefix(x.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		t.Body = r.clean(shorten(x.Body, traceBody))
	}
	return t
}

// header lists the fields.
func (r tracer) header(h journal.Header) []tracePair {
	var pairs []tracePair
	for name, value := range h.All() {
		pairs = append(pairs, tracePair{r.clean(name), r.clean(shorten(value, traceBody))})
	}
	return pairs
}

func (r tracer) alert(a *journal.Alert) traceAlert {
	return traceAlert{
		ID: a.Name, At: "v+" +
			span(a.At.Sub(start)), Code: a.Code, Level: string(a.Level), Title: a.Title, Text: r.clean(a.Text),
		Try: r.clean(a.Try), About: cmp.Or(a.Exchange, a.SID),
	}
}

// scriptLines are the lines of the script, with what failed in them.
func (r *Result) scriptLines(text string, clean func(string) string) []traceLine {
	var lines []traceLine
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		lines = append(lines, traceLine{Number: i + 1, Text: clean(line)})
	}
	for _, p := range r.Phases {
		for _, f := range p.Failures {
			if f.Line <= len(lines) {
				at := &lines[f.Line-1]
				first, _, _ := strings.Cut(f.Text, "\n")
				at.Failures = append(at.Failures, first)
			}
		}
	}
	return lines
}

// lastBytes shortens s to its last n bytes at most, at a whole character, and says so.
func lastBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return fmt.Sprintf("... %d bytes before\n%s", len(s)-n, strings.ToValidUTF8(s[len(s)-n:], ""))
}
