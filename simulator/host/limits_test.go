package host

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/journal"
)

func TestConnLimits(t *testing.T) {
	for _, tt := range []struct {
		descriptors  uint64
		conns, calls int
	}{
		{0, 4096, 1024}, {64, 24, 16}, {256, 96, 64}, {1024, 384, 256}, {1 << 40, 4096, 1024}, {1, 4, 2},
	} {
		conns, calls := connLimits(tt.descriptors)
		if conns != tt.conns || calls != tt.calls {
			t.Errorf("%d descriptors: %d connections and %d calls, want %d and %d", tt.descriptors, conns,
				calls, tt.conns, tt.calls)
		}
	}
}

// TestBodyInTime checks that a body that does not come to its end is never seen by the handler: one
// that is too slow is answered with 408.
func TestBodyInTime(t *testing.T) {
	read := make(chan string, 1)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		read <- fmt.Sprint(string(body), err)
	})
	server := httptest.NewServer(&timed{next: handler, patientFor: 50 * time.Millisecond})
	defer server.Close()
	for _, tt := range []struct {
		name, sent string
		close      bool
		want       string // the status of the answer, "" for none
	}{
		{"slow", "half", false, "408 Request Timeout"},
		{"gone", "half", true, ""},
		{"whole", "complete", false, "200 OK"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n%s", tt.sent)
			if tt.close {
				_ = conn.(*net.TCPConn).CloseWrite()
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if got := statusOf(resp); got != tt.want {
				t.Errorf("answered %q (%v), want %q", got, err, tt.want)
			}
		})
	}
	if got := <-read; got != "complete<nil>" || len(read) > 0 {
		t.Errorf("the handler has read %q", got)
	}
}

// TestBusyBody checks that a body is busy while its bytes come at a good rate.
func TestBusyBody(t *testing.T) {
	const size = 10 * leastRate
	began := time.Now().Add(-5 * time.Second)
	read := func(bytes int64) *timedBody {
		w := httptest.NewRecorder()
		b := &timedBody{ReadCloser: io.NopCloser(rand.Reader), w: w, waits: newLasting(),
			control: http.NewResponseController(w), began: began, until: began.Add(time.Hour)}
		if _, err := io.CopyN(io.Discard, b, bytes); err != nil {
			t.Fatal(err)
		}
		return b
	}
	fast, slow, none := read(size), read(leastRate/4), read(0)
	now := time.Now()
	for _, tt := range []struct {
		name string
		body *timedBody
		at   time.Time
		want bool
	}{
		{"fast", fast, began.Add(time.Duration(fast.last.Load())), true},
		{"fast, but then nothing", fast, now.Add(firstRequest), false},
		{"slow", slow, began.Add(time.Duration(slow.last.Load())), false},
		{"nothing", none, now, false},
	} {
		if got := tt.body.busy(tt.at); got != tt.want {
			t.Errorf("%s: busy is %t, want %t", tt.name, got, tt.want)
		}
	}
}

func statusOf(r *http.Response) string {
	if r == nil {
		return ""
	}
	return r.Status
}

// TestSubscriberThatDoesNotRead checks that an event stream ends when nobody reads it.
func TestSubscriberThatDoesNotRead(t *testing.T) {
	s := &simulator.Server{}
	defer s.Close()
	for range 3000 {
		s.Account().Journal.Append(journal.Event{Type: journal.Changed,
			Note: strings.Repeat("x", 4000)}, "", nil)
	}
	ended := make(chan bool)
	stream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		s.ServeHTTP(w, r)
	})
	server := httptest.NewServer(&timed{next: stream, writeTime: 50 * time.Millisecond})
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /sim/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	<-ended // the test's own deadline is what fails it
}

// TestListener checks that a full listener makes room by closing connections that wait for a later
// request, and that the others wait.
func TestListener(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fulls := make(chan bool, 10)
	l := newListener(inner, 2, func() { fulls <- true })
	dial := func() {
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
	}
	accepted := make(chan net.Conn)
	go func() {
		defer close(accepted)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	for range 3 {
		dial()
	}
	first, second := <-accepted, <-accepted
	<-fulls
	<-fulls
	select {
	case <-accepted:
		t.Error("a third connection was accepted")
	default:
	}
	first.Close()
	first.Close() // counts once
	third, ok := <-accepted
	if !ok {
		t.Fatal("the third connection was not accepted when there was room")
	}
	defer second.Close()
	defer third.Close()
	l.Close()
	if _, ok := <-accepted; ok {
		t.Error("a connection was accepted after the end")
	}
}

// TestListenerAsksAgain checks that room is asked for again while there is none: what could not be
// dropped a moment ago may be droppable now.
func TestListenerAsksAgain(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	var first net.Conn
	asked := 0
	l := newListener(inner, 1, func() {
		if asked++; asked == 5 {
			first.Close()
		}
	})
	l.again = time.Millisecond
	for range 2 {
		client, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		first = cmp.Or(first, conn)
	}
}

// sink is a writer of answers that takes texts.
type sink struct{ *httptest.ResponseRecorder }

func (sink) SetWriteDeadline(time.Time) error      { return nil }
func (sink) WriteString(s string) (n int, _ error) { return len(s), nil }

// TestAnswerIsNotCopied checks that a text reaches the connection's writer as it is.
func TestAnswerIsNotCopied(t *testing.T) {
	out := sink{httptest.NewRecorder()}
	w := &timedWriter{ResponseWriter: out, control: http.NewResponseController(out)}
	text := strings.Repeat("x", 8<<10)
	if n := testing.AllocsPerRun(100, func() { _, _ = io.WriteString(w, text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestDeadlineIsSetOnce checks that the writes of a short answer move the deadline once, and those
// of a long one as they go on.
func TestDeadlineIsSetOnce(t *testing.T) {
	for _, each := range []time.Duration{time.Hour, time.Nanosecond} {
		out := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "a")
			_, _ = w.Write([]byte("b"))
		})
		(&timed{next: handler, writeTime: each}).ServeHTTP(out, httptest.NewRequest("GET", "/", nil))
		if once := len(out.set) == 1; len(out.set) == 0 || once != (each == time.Hour) {
			t.Errorf("%v: the deadline was set %d times", each, len(out.set))
		}
	}
}

// deadlines notes the deadlines of an answer.
type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}
