package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// note writes an event that says n.
func (w *world) note(n int) {
	w.account.Journal.Append(journal.Event{Type: journal.Changed, Note: fmt.Sprint(n)}, "", nil)
}

// stream asks for events as a request that has ended already: the answer is what there is, and no
// more.
func (w *world) stream(t *testing.T, query string, header http.Header) (int, string, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "GET", "http://localhost"+Prefix+"/events"+query, nil)
	maps.Copy(r.Header, header)
	recorder := httptest.NewRecorder()
	w.api.ServeHTTP(recorder, r)
	return recorder.Code, recorder.Header().Get("Content-Type"), recorder.Body.String()
}

// outline shortens a stream to its IDs, event names and lost ranges.
func outline(stream string) string {
	var words []string
	for line := range strings.Lines(stream) {
		line = strings.TrimSpace(line)
		switch name, value, _ := strings.Cut(line, ": "); {
		case name == "id" || name == "event":
			words = append(words, value)
		case strings.Contains(line, `"from"`):
			words = append(words, strings.TrimPrefix(line, "data: "))
		}
	}
	return strings.Join(words, " ")
}

func TestEventStream(t *testing.T) {
	w := newWorld(t, messaging.Options{Keep: 1}) // 8 events
	for n := range 9 {
		w.note(n) // after the event of the number: 1 and 2 are lost
	}
	w.account.Journal.Append(journal.Event{Type: journal.AlertRaised}, "", nil)
	tests := []struct {
		name, query, last, want string
	}{
		{"from the start", "", "",
			"4 changed 5 changed 6 changed 7 changed 8 changed 9 changed 10 changed 11 alert.raised"},
		{"after an event", "?after=9", "", "10 changed 11 alert.raised"},
		{"after the last", "?after=11", "", ""},
		{"new ones alone", "?after=latest", "", ""},
		{"resumed", "", "9", "10 changed 11 alert.raised"},
		{"resumed wins over after", "?after=10", "9", "10 changed 11 alert.raised"},
		{"of a type", "?type=alert.raised", "", "11 alert.raised"},
		{"of two types", "?after=9&type=alert.raised&type=changed", "",
			"10 changed 11 alert.raised"},
		{"of a type that did not come", "?type=message.status", "", ""},
		{"lost", "?after=1&type=alert.raised", "", `lost {"from":2,"to":3} 11 alert.raised`},
		{"lost from the start", "?after=0&type=alert.raised", "",
			`lost {"from":1,"to":3} 11 alert.raised`},
		{"none lost", "?after=3&type=alert.raised", "", "11 alert.raised"},
		{"of another life", "?after=500&type=alert.raised", "",
			`lost {"from":501,"to":500,"restarted":true} 11 alert.raised`},
		{"of another life, from the end", "?after=500&type=cleared", "",
			`lost {"from":501,"to":500,"restarted":true}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header := http.Header{}
			if tt.last != "" {
				header.Set("Last-Event-ID", tt.last)
			}
			status, contentType, body := w.stream(t, tt.query, header)
			if diff := cmp.Diff(tt.want, outline(body)); diff != "" || status != 200 ||
				contentType != "text/event-stream" {
				t.Errorf("%d %s (-want +got):\n%s", status, contentType, diff)
			}
		})
	}
}

func TestEventForms(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	if err := w.account.Clock.Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	e := w.account.Journal.Append(journal.Event{Type: journal.MessageStatus, SID: "SM1",
		Status: "sent", Rule: "rule r1"}, "", nil)
	data := `{"id":2,"at":"2026-11-23T09:42:08Z","real":"` + e.Real.Format(time.RFC3339Nano) +
		`","type":"message.status","sid":"SM1","status":"sent","rule":"rule r1"}` + "\n"
	_, _, got := w.stream(t, "?after=1", nil)
	if diff := cmp.Diff("id: 2\nevent: message.status\ndata: "+data+"\n", got); diff != "" {
		t.Errorf("server-sent event (-want +got):\n%s", diff)
	}
	_, contentType, got := w.stream(t, "?after=1", http.Header{"Accept": {ndjson}})
	if diff := cmp.Diff(data, got); diff != "" || contentType != ndjson {
		t.Errorf("%s (-want +got):\n%s", contentType, diff)
	}
	_, _, got = w.stream(t, "?after=9&type=cleared", http.Header{"Accept": {ndjson}})
	if want := `{"type":"lost","from":10,"to":9,"restarted":true}` + "\n"; got != want {
		t.Errorf("lost: %s", got)
	}
}

func TestEventErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct{ query, message, try string }{
		{"?after=x", `bad event ID "x"`, "a number, or latest for new events alone"},
		{"?after=-1", `bad event ID "-1"`, "a number, or latest for new events alone"},
		{"?type=message.states", `unknown event type "message.states"`, "message.status"},
		{"?typ=changed", `unknown query parameter "typ"`, "type"},
	}
	for _, tt := range tests {
		status, _, body := w.stream(t, tt.query, nil)
		if diff := cmp.Diff(Error{Message: tt.message, Try: tt.try}, errorOf(t,
			body)); diff != "" || status != 400 {
			t.Errorf("%s: %d (-want +got):\n%s", tt.query, status, diff)
		}
	}
}

// TestStreamIsAlive reads a real connection: the event that is there, signs of life, and then an
// event as it happens.
func TestStreamIsAlive(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ticks := make(chan time.Time)
	stopped := make(chan struct{})
	w.api.ticker = func() (<-chan time.Time, func()) { return ticks, func() { close(stopped) } }
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", w.server.URL+Prefix+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	read := func(prefix string) {
		t.Helper()
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), prefix) {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", prefix, lines.Err())
	}
	read("id: 1")
	ticks <- start
	read(": ")
	ticks <- start
	read(": ")
	w.note(2)
	read("id: 2")
	cancel()
	<-stopped // the handler has returned
}

// TestStreamEndsWithTheServer cancels the context that a server gives to all its requests, as one
// does that shuts down.
func TestStreamEndsWithTheServer(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ctx, shutDown := context.WithCancel(t.Context())
	defer shutDown()
	server := httptest.NewUnstartedServer(w.api)
	server.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	server.Start()
	defer server.Close()
	resp, err := http.Get(server.URL + Prefix + "/events?after=latest")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	shutDown()
	if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) != 0 {
		t.Errorf("the stream ended with %q, %v", rest, err)
	}
}

// collect reads n events, and the notices between them, as words.
func collect(t *testing.T, c *Client, after int64, n int, types ...string) []string {
	t.Helper()
	var words []string
	var lost *LostError
	for e, err := range c.Events(t.Context(), after, types...) {
		switch {
		case errors.As(err, &lost):
			words = append(words, err.Error())
			continue
		case err != nil:
			t.Fatalf("after %v: %v", words, err)
		}
		words = append(words, fmt.Sprint(e.ID))
		if n--; n == 0 {
			break
		}
	}
	return words
}

func TestClientEvents(t *testing.T) {
	w := newWorld(t, messaging.Options{Keep: 1})
	for n := range 9 {
		w.note(n)
	}
	if diff := cmp.Diff([]string{"9", "10"}, collect(t, w.client, 8, 2)); diff != "" {
		t.Errorf("after 8 (-want +got):\n%s", diff)
	}
	want := []string{"events 2 to 2 are lost: the journal no longer keeps them", "3"}
	if diff := cmp.Diff(want, collect(t, w.client, 1, 1)); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	go w.account.Journal.Append(journal.Event{Type: journal.Cleared}, "", nil)
	if diff := cmp.Diff([]string{"11"}, collect(t, w.client, 8, 1, "cleared")); diff != "" {
		t.Errorf("of a type, as it happens (-want +got):\n%s", diff)
	}
}

// cutter breaks each stream after so many events.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *cutter) Write(b []byte) (int, error) {
	if c.left == 0 {
		_ = http.NewResponseController(c.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left--
	return c.ResponseWriter.Write(b)
}

func TestClientEventsResume(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for n := range 6 {
		w.note(n)
	}
	var connections atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		connections.Add(1)
		w.api.ServeHTTP(&cutter{rw, 2}, r)
	}))
	defer server.Close()
	got := collect(t, &Client{URL: server.URL}, 0, 7)
	if diff := cmp.Diff(strings.Fields("1 2 3 4 5 6 7"), got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if n := connections.Load(); n != 4 {
		t.Errorf("%d connections, want 4", n)
	}
}

func TestClientEventsAcrossARestart(t *testing.T) {
	old, fresh := newWorld(t, messaging.Options{}), newWorld(t, messaging.Options{})
	for n := range 3 {
		old.note(n)
	}
	var connections atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if connections.Add(1) == 1 {
			old.api.ServeHTTP(&cutter{rw, 3}, r)
			return
		}
		fresh.api.ServeHTTP(rw, r)
	}))
	defer server.Close()
	want := []string{"1", "2", "3", "the simulator was started again: its events begin at 1", "1"}
	if diff := cmp.Diff(want, collect(t, &Client{URL: server.URL}, 0, 4)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestClientEventsEnd(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range w.client.Events(ctx, 0) {
		if err != nil {
			t.Errorf("an end that was asked for is an error: %v", err)
		}
		cancel()
	}
	gone := &Client{URL: w.server.URL}
	w.server.Close()
	n := 0
	for _, err := range gone.Events(t.Context(), 0) {
		n++
		if !errors.Is(err, ErrUnreachable) {
			t.Errorf("no server: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d errors, want one", n)
	}
}
