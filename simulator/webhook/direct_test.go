package webhook

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// scripted is an app that answers each request of a connection with the next text, and closes the
// connection after the last one.
func scripted(t *testing.T, connections ...[]string) (url string, dialed *atomic.Int64,
	closed chan struct{}) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	dialed, closed = &atomic.Int64{}, make(chan struct{}, len(connections))
	go func() {
		for _, answers := range connections {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			dialed.Add(1)
			requests := bufio.NewReader(conn)
			for _, answer := range answers {
				r, err := http.ReadRequest(requests)
				if err != nil {
					break
				}
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(conn, answer)
			}
			_ = conn.Close()
			closed <- struct{}{}
		}
	}()
	return "http://" + listener.Addr().String(), dialed, closed
}

// trips makes requests one after the other, and returns what each got: its status and body, or its
// error.
func trips(t *testing.T, transport http.RoundTripper, url string, methods ...string) []string {
	var got []string
	for _, method := range methods {
		r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			r, _ = http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("a=b"))
		}
		resp, err := transport.RoundTrip(r)
		if err != nil {
			_, text, _ := strings.Cut(err.Error(), ": ")
			got = append(got, text)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		got = append(got, fmt.Sprint(resp.StatusCode, " ", string(body)))
	}
	return got
}

// TestDirect checks that requests get what they get from net/http's transport, on as many
// connections.
func TestDirect(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
	for _, tt := range []struct {
		name        string
		connections [][]string
		methods     []string
		want        int64 // connections
	}{
		{"reused", [][]string{{ok, ok, ok}}, []string{"POST", "GET", "POST"}, 1},
		{"chunked", [][]string{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"2\r\nhi\r\n0\r\n\r\n", ok}}, []string{"POST", "POST"}, 1},
		{"without a body", [][]string{{"HTTP/1.1 204 No Content\r\n\r\n", ok}},
			[]string{"POST", "POST"}, 1},
		{"head", [][]string{{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", ok}},
			[]string{"HEAD", "POST"}, 1},
		{"early hints", [][]string{{"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + ok, ok}},
			[]string{"POST", "POST"}, 1},
		{"connection: close", [][]string{{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi"}, {ok}},
			[]string{"POST", "POST"}, 2},
		{"HTTP/1.0", [][]string{{"HTTP/1.0 200 OK\r\n\r\nhi"}, {ok}}, []string{"POST", "POST"}, 2},
		{"body is shorter", [][]string{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"}, {ok}},
			[]string{"POST", "POST"}, 2},
		{"no answer to a POST", [][]string{{ok, ""}, {ok}}, []string{"POST", "POST", "POST"}, 2},
		{"no answer to a GET", [][]string{{ok, ""}, {ok}}, []string{"POST", "GET"}, 2},
		{"no answer at all", [][]string{{""}, {""}}, []string{"GET", "POST"}, 2},
		{"part of a header", [][]string{{ok, "HTTP/1.1 200 OK\r\nA"}, {ok}},
			[]string{"POST", "GET", "GET"}, 2},
		{"not HTTP", [][]string{{"220 mail.example\r\n"}}, []string{"POST"}, 1},
		{"long header", [][]string{{"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", maxHeaderBytes)}},
			[]string{"POST"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{}
			c.once.Do(c.dialWith)
			defer c.Close()
			url, dialed, _ := scripted(t, tt.connections...)
			got := trips(t, c.direct, url, tt.methods...)
			if n := dialed.Load(); n != tt.want {
				t.Errorf("%d connections, want %d", n, tt.want)
			}
			url, _, _ = scripted(t, tt.connections...)
			want := trips(t, c.transport, url, tt.methods...)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %q\nwant %q, as from net/http", got, want)
			}
		})
	}
}

// TestDirectClosed checks that a request does not take a connection that the app has closed, or on
// which it has sent something by itself.
func TestDirectClosed(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
	for _, first := range []string{ok, ok + "unasked"} {
		c := &Client{}
		c.once.Do(c.dialWith)
		defer c.Close()
		url, dialed, closed := scripted(t, []string{first}, []string{ok})
		got := trips(t, c.direct, url, "POST")
		<-closed
		got = append(got, trips(t, c.direct, url, "POST")...)
		if fmt.Sprint(got) != "[200 hi 200 hi]" || dialed.Load() != 2 {
			t.Errorf("%q on %d connections, want two answers on two", got, dialed.Load())
		}
	}
}

// TestDirectIdle checks that connections that nobody uses are closed after a time, and that a
// client keeps only some.
func TestDirectIdle(t *testing.T) {
	d := &direct{maxIdle: 2}
	add := func(used time.Duration) net.Conn {
		ours, theirs := net.Pipe()
		d.put(&directConn{pool: d, address: "a", conn: ours, raw: rawNothing{}})
		for _, c := range d.idle["a"] {
			if c.conn == ours {
				c.used = c.used.Add(-used)
			}
		}
		return theirs
	}
	old, recent, extra := add(idleTime), add(0), add(0)
	closed := func(c net.Conn) bool {
		_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
		_, err := c.Read(make([]byte, 1))
		return err == io.EOF
	}
	if !closed(extra) {
		t.Error("a third connection is kept")
	}
	d.sweep()
	if !closed(old) || closed(recent) || d.count != 1 {
		t.Errorf("old is closed: %t, recent is closed: %t, %d are kept", closed(old), closed(recent),
			d.count)
	}
	if d.CloseIdleConnections(); !closed(recent) || d.count != 0 {
		t.Error("a connection stays open")
	}
}

type rawNothing struct{}

func (rawNothing) Control(func(uintptr)) error    { return nil }
func (rawNothing) Read(func(uintptr) bool) error  { return nil }
func (rawNothing) Write(func(uintptr) bool) error { return nil }

// BenchmarkRoundTrip makes one request after the other, with the transport of net/http and without
// its goroutines.
func BenchmarkRoundTrip(b *testing.B) {
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer app.Close()
	c := &Client{}
	c.once.Do(c.dialWith)
	defer c.Close()
	for name, transport := range map[string]http.RoundTripper{"direct": c.direct,
		"transport": c.transport} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), "POST", app.URL,
					strings.NewReader("MessageStatus=sent"))
				resp, err := transport.RoundTrip(r)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
}
