package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

func eventsRoutes() []route {
	return []route{
		{
			method: "GET", path: "/events", name: "events", tag: "journal",
			summary: "Events as they happen",
			description: "A stream of server-sent events: the ID, the type as event, and an " +
				"Event as data. With Accept: application/x-ndjson it is one Event a line. Where " +
				"events that the reader asked for are no longer kept, a Lost comes first.",
			query: []param{afterParam, lastEventParam, typeParam},
			also:  []any{journal.Event{}, lostLine{}},
			produces: map[string]schema{"text/event-stream": anyText,
				"application/x-ndjson": anyText},
			stream: (*api).events,
		},
	}
}

// eventPage is how many events a stream takes from the journal at a time, so that many readers that
// are far behind do not need much memory.
const eventPage = 128

// keepAliveEvery is how often an idle stream sends a comment, so that the server notices a client
// that has gone.
const keepAliveEvery = 15 * time.Second

func keepAlive() (<-chan time.Time, func()) {
	t := time.NewTicker(keepAliveEvery)
	return t.C, t.Stop
}

// LostError says which events a reader asked for and cannot have, because the journal no longer
// keeps them. [Client.Events] goes on after it.
type LostError struct {
	// the first and the last ID; From is above To where Restarted is set, because nothing says how
	// many events there were
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Restarted says that the reader's last event is not from this run of the server: events begin
	// again, at 1.
	Restarted bool `json:"restarted,omitempty"`
}

// Error says which events are gone.
func (e *LostError) Error() string {
	if e.Restarted {
		return "the simulator was started again: its events begin at 1"
	}
	return fmt.Sprintf("events %d to %d are lost: the journal no longer keeps them", e.From, e.To)
}

// eventTypes are the types of events.
func eventTypes() []string {
	var names []string
	for _, t := range journal.Types() {
		names = append(names, string(t))
	}
	return names
}

// subscription says which events a reader asks for. It changes as the stream goes on: after is then
// the last event that was sent.
type subscription struct {
	after   int64    // the last event that it has
	resumes bool     // the reader named the last event, so it must be told which events it missed
	types   []string // empty for all
}

// The header, which browsers send when they reconnect, wins over the parameter, which stays the
// same in the URL of an EventSource.
func (s *api) subscribe(r *http.Request) (subscription, error) {
	var sub subscription
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = r.URL.Query().Get("after")
	}
	switch after {
	case "":
	case "latest":
		sub.after = s.account.Journal.Last()
	default:
		var err error
		if sub.after, err = strconv.ParseInt(after, 10, 64); err != nil || sub.after < 0 {
			return sub, bad("bad event ID "+quote(after),
				"a number, or latest for new events alone")
		}
		sub.resumes = true
	}
	for _, t := range r.URL.Query()["type"] {
		if !slices.Contains(eventTypes(), t) {
			return sub, unknownWord("event type", t, eventTypes())
		}
		sub.types = append(sub.types, t)
	}
	return sub, nil
}

// events sends events as they happen, until the client disconnects or the server ends the request.
// The status is sent before the first event, so after that an error can only end the stream.
func (s *api) events(w http.ResponseWriter, r *http.Request) error {
	sub, err := s.subscribe(r)
	if err != nil {
		return err
	}
	out := newStream(w, r)
	ticks, stop := s.ticker()
	defer stop()
	for out.err == nil {
		more := s.sendEvents(out, &sub)
		out.flush()
		out.wait(r.Context(), more, ticks)
	}
	return nil
}

// sendEvents sends the events after the reader's last one. It returns a channel that is closed when
// there are more. It takes one page at a time. Where a page was full, the channel is closed
// already, and the caller comes again at once.
func (s *api) sendEvents(out *stream, sub *subscription) <-chan struct{} {
	// no such event exists: the ID is from a run of the server that kept nothing
	if last := s.account.Journal.Last(); sub.after > last {
		out.lost(LostError{From: sub.after + 1, To: sub.after, Restarted: true})
		// events that this server no longer keeps were not lost by this reader
		sub.after, sub.resumes = 0, false
	}
	events, more := s.account.Journal.Page(sub.after, eventPage)
	if len(events) == 0 {
		return more
	}
	if first := events[0].ID; sub.resumes && first > sub.after+1 {
		out.lost(LostError{From: sub.after + 1, To: first - 1})
	}
	for _, e := range events {
		if len(sub.types) == 0 || slices.Contains(sub.types, string(e.Type)) {
			out.event(e)
		}
	}
	// also without a match: what types leave out is not to be read again
	sub.after, sub.resumes = events[len(events)-1].ID, true
	return more
}

// stream writes events as server-sent events or as JSON lines. After the first error it writes
// nothing.
type stream struct {
	w          io.Writer
	controller *http.ResponseController
	lines      bool // JSON lines
	secrets    bool // with credentials
	err        error
}

const ndjson = "application/x-ndjson"

func newStream(w http.ResponseWriter, r *http.Request) *stream {
	out := &stream{w: w, controller: http.NewResponseController(w),
		lines: strings.Contains(r.Header.Get("Accept"), ndjson), secrets: showsSecrets(r)}
	contentType := "text/event-stream"
	if out.lines {
		contentType = ndjson
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(http.StatusOK)
	return out
}

func (out *stream) event(e journal.Event) {
	out.send(strconv.FormatInt(e.ID, 10), string(e.Type),
		e)
}

// lost reports events that are gone. It has no ID, so that a browser that reconnects sends the ID
// of the last real event.
func (out *stream) lost(l LostError) {
	if out.lines {
		out.send("", "", lostLine{"lost", l})
		return
	}
	out.send("", "lost", l)
}

func (out *stream) send(id, name string, data any) {
	var b bytes.Buffer
	if !out.lines {
		if id != "" {
			b.WriteString("id: " + id + "\n")
		}
		b.WriteString("event: " + name + "\ndata: ")
	}
	line, err := lineOf(data)
	if err != nil {
		out.err = err
		return
	}
	if !out.secrets {
		line = masked(line)
	}
	b.WriteString(line) // JSON has one line break, at its end
	if !out.lines {
		b.WriteByte('\n')
	}
	out.write(b.Bytes())
}

// streamTime is how long a reader may take for what is written at once. A reader that takes longer
// is dropped; it can go on behind the last event that it has.
const streamTime = 30 * time.Second

func (out *stream) write(b []byte) {
	if out.err == nil {
		// it fails only on a server without deadlines
		_ = out.controller.SetWriteDeadline(clock.Wall().Add(streamTime))
		_, out.err = out.w.Write(b)
	}
}

func (out *stream) flush() {
	if out.err == nil {
		out.err = out.controller.Flush()
	}
}

// wait returns when there may be more to send. Meanwhile it writes a comment at each tick, which
// fails if the client has gone; JSON lines cannot contain comments.
func (out *stream) wait(ctx context.Context, more <-chan struct{}, ticks <-chan time.Time) {
	for out.err == nil {
		select {
		case <-more:
			return
		case <-ctx.Done():
			out.err = ctx.Err()
		case <-ticks:
			if !out.lines {
				out.write([]byte(": still here\n\n"))
				out.flush()
			}
		}
	}
}

// lostLine is a [LostError] as a JSON line.
type lostLine struct {
	Type string `json:"type"`
	LostError
}

// readLine reads a JSON line of the stream: an event, or a report of lost events.
func readLine(data []byte) (journal.Event, *LostError, error) {
	var lost lostLine
	if err := json.Unmarshal(data, &lost); err != nil {
		return journal.Event{}, nil, err
	}
	if lost.Type == "lost" {
		return journal.Event{}, &lost.LostError, nil
	}
	var e journal.Event
	err := json.Unmarshal(data, &e)
	return e, nil, err
}
