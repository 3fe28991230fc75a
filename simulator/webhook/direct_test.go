package webhook

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
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

// tripper returns what sends a request: c.direct, or net/http's transport.
func tripper(c *Client, direct bool) func(h *head, body string) (*http.Response, error) {
	c.once.Do(c.dialWith)
	if !direct {
		return func(h *head, body string) (*http.Response, error) {
			r, err := h.request(context.Background(), body)
			if err != nil {
				return nil, err
			}
			return c.transport.RoundTrip(r)
		}
	}
	return func(h *head, body string) (*http.Response, error) {
		now := time.Now()
		got, err := c.direct.trip(context.Background(), h, body,
			&watch{limits: c.limits(), began: now, until: now.Add(totalTimeout)})
		return got.Response, err
	}
}

// trips makes requests one after the other, and returns what each got: its status and body, or its
// error.
func trips(t *testing.T, c *Client, direct bool, url string, methods ...string) []string {
	var got []string
	trip := tripper(c, direct)
	for _, method := range methods {
		body := ""
		if method == http.MethodPost {
			body = "a=b"
		}
		h := &head{}
		to := target{signed: url, dialed: url}
		e, err := newEndpoint(url)
		if err == nil {
			err = (&Request{Method: method, URL: url}).head(h, to, e, "", body)
		}
		if err != nil {
			t.Fatal(err)
		}
		resp, err := trip(h, body)
		if err != nil {
			_, text, _ := strings.Cut(err.Error(), ": ")
			got = append(got, text)
			continue
		}
		read, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		got = append(got, fmt.Sprint(resp.StatusCode, " ", string(read)))
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
			defer c.Close()
			url, dialed, _ := scripted(t, tt.connections...)
			got := trips(t, c, true, url, tt.methods...)
			if n := dialed.Load(); n != tt.want {
				t.Errorf("%d connections, want %d", n, tt.want)
			}
			url, _, _ = scripted(t, tt.connections...)
			want := trips(t, c, false, url, tt.methods...)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %q\nwant %q, as from net/http", got, want)
			}
		})
	}
}

// TestDirectBytes checks that the app receives the same bytes as from net/http's transport.
func TestDirectBytes(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	sent := make(chan string, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var read bytes.Buffer
			r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &read)))
			if err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\n"+
				"Content-Length: 0\r\nConnection: close\r\n\r\n")
			_ = conn.Close()
			sent <- read.String()
		}
	}()
	local := "http://" + listener.Addr().String()
	_, port, _ := strings.Cut(listener.Addr().String(), ":")
	for _, tt := range []struct {
		name    string
		request Request
	}{
		{"POST", Request{Method: "POST", URL: local + "/sms"}},
		{"GET", Request{Method: "GET", URL: local + "/sms?a=b"}},
		{"no path", Request{Method: "POST", URL: local}},
		{"no parameters", Request{Method: "POST", URL: local + "/?", Params: Params{}}},
		{"a long body", Request{Method: "POST", URL: local + "/sms",
			Params: Params{{"Body", strings.Repeat("long ", 2000)}}}},
		{"no form", Request{Method: "POST", URL: local + "/sms", Body: "{}"}},
		{"a long path", Request{Method: "POST", URL: local + "/" + strings.Repeat("long/", 2000)}},
		{"strange path", Request{Method: "POST", URL: local + "//Espa\u00f1a/%2F{x}"}},
		{"credentials", Request{Method: "POST", URL: strings.Replace(local, "//", "//a:b@", 1)}},
		{"a sink's credentials", Request{Method: "POST", Sink: true,
			URL: strings.Replace(local, "//", "//a:b@", 1)}},
		{"a replay", Request{Method: "POST", URL: local + "/sms", ReplayOf: "W1"}},
		{"no signature", Request{Method: "POST", URL: local + "/sms", Spoil: fault.SignatureMissing}},
		{"line ends", Request{Method: "POST", URL: local + "/sms", ContentType: " a\r\nB: c "}},
		{"a name", Request{Method: "POST", URL: "http://localhost:" + port + "/sms"}},
		{"a tunnel", Request{Method: "POST", URL: "https://shop.example:8443/sms"}},
		{"a tunnel with umlauts", Request{Method: "POST", URL: "https://caf\u00e9.example/sms"}},
		{"a tunnel with a zone", Request{Method: "POST", URL: "http://[fe80::1%25en0]:1/sms"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, way := range []string{"direct", "by the transport"} {
				c := &Client{Wrap: ways[way], Routes: Routes{{"https://shop.example:8443", local},
					{"https://caf\u00e9.example", local}, {"http://[fe80::1%25en0]:1", local}}}
				defer c.Close()
				r := tt.request
				if r.Token, r.Idempotency = "12345", "token"; r.Params == nil {
					r.Params = Params{{"AccountSid", "AC1"}, {"From", "+1"}, {"To", "+2"}}
				}
				if r.ContentType == "" {
					r.ContentType = InboundType
				}
				for range 2 { // the second with a cookie
					answer := c.Do(t.Context(), &r, func(*journal.Exchange, bool) {})
					if tt.name == "line ends" && way != "direct" { // the transport refuses them
						if line := "Content-Type: a  B: c\r\n"; !strings.Contains(got[0], line) {
							t.Errorf("%q was sent, want the line %q", got[0], line)
						}
						return
					}
					if answer.Failure != nil {
						t.Fatal(way, answer.Failure)
					}
					got = append(got, <-sent)
				}
			}
			if diff := cmp.Diff(got[2:], got[:2]); diff != "" {
				t.Errorf("sent (-transport +direct):\n%s", diff)
			}
		})
	}
}

// TestNoHost checks that a URL without a host leads nowhere, even if all hosts are allowed.
func TestNoHost(t *testing.T) {
	for _, url := range []string{"http:///sms", "http:sms"} {
		c := &Client{Retries: -1, Allow: func(string) bool { return true }}
		defer c.Close()
		answer := c.Do(t.Context(), &Request{Purpose: journal.Inbound, Method: "POST", URL: url},
			func(*journal.Exchange, bool) {})
		if f := answer.Failure; f == nil || !strings.Contains(f.Text, "no Host") {
			t.Errorf("%s: %+v", url, f)
		}
	}
}

// TestDirectClosed checks that a request does not take a connection that the app has closed, or on
// which it has sent something by itself.
func TestDirectClosed(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
	for _, first := range []string{ok, ok + "unasked"} {
		c := &Client{}
		defer c.Close()
		url, dialed, closed := scripted(t, []string{first}, []string{ok})
		got := trips(t, c, true, url, "POST")
		<-closed
		got = append(got, trips(t, c, true, url, "POST")...)
		if fmt.Sprint(got) != "[200 hi 200 hi]" || dialed.Load() != 2 {
			t.Errorf("%q on %d connections, want two answers on two", got, dialed.Load())
		}
	}
}

// TestDirectLate checks that a connection is not used again if the request was given up at the
// moment at which its answer was complete.
func TestDirectLate(t *testing.T) {
	for name, total := range map[string]time.Duration{"late": time.Second, "in time": time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			d := &direct{maxIdle: 1, dial: func(context.Context, string, string) (net.Conn, error) {
				return withProbe{ours}, nil
			}}
			defer d.CloseIdleConnections()
			go func() {
				readHeader(theirs)
				_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
			}()
			h := &head{}
			e, err := newEndpoint("http://localhost/")
			if err == nil {
				err = (&Request{Method: "GET"}).head(h, target{}, e, "", "")
			}
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			resp, err := d.trip(t.Context(), h, "", &watch{began: now, until: now.Add(total)})
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(2 * time.Second)
			if body, err := io.ReadAll(resp.Body); string(body) != "hi" {
				t.Errorf("%s: got %q, %v", name, body, err)
			}
			if kept := d.count == 1; kept != (name == "in time") {
				t.Errorf("%s: the connection is kept: %t", name, kept)
			}
		})
	}
}

// withProbe is a connection that seems to be one of the system.
type withProbe struct{ net.Conn }

func (withProbe) SyscallConn() (syscall.RawConn, error) { return nil, nil }

// TestDirectIdle checks that connections that nobody uses are closed after a time, and that a
// client keeps only some.
func TestDirectIdle(t *testing.T) {
	d := &direct{maxIdle: 2}
	add := func(used time.Duration) net.Conn {
		ours, theirs := net.Pipe()
		d.put(&directConn{pool: d, address: "a", conn: ours, probe: &probe{}})
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

// BenchmarkRoundTrip makes one request after the other, with the transport of net/http and without
// its goroutines.
func BenchmarkRoundTrip(b *testing.B) {
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer app.Close()
	c := &Client{}
	defer c.Close()
	const body = "MessageStatus=sent"
	e, err := newEndpoint(app.URL)
	if err != nil {
		b.Fatal(err)
	}
	for name, direct := range map[string]bool{"direct": true, "transport": false} {
		trip := tripper(c, direct)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h := &head{}
				if err := (&Request{Method: "POST", URL: app.URL}).head(h,
					target{signed: app.URL, dialed: app.URL}, e, "", body); err != nil {
					b.Fatal(err)
				}
				resp, err := trip(h, body)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
}
