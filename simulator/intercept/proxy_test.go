package intercept

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// world is a running proxy and its clients.
type world struct {
	*Proxy
	t      testing.TB
	server *httptest.Server
	roots  *x509.CertPool
}

// echo stands in for the simulator: it answers with the request, and with 501 for a product that is
// not simulated.
func echo(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v1/Rooms") {
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s%s %s", r.Proto, r.Method, r.Host, r.URL, body)
}

func newWorld(t testing.TB, p *Proxy) *world {
	if p.Handler == nil {
		p.Handler = http.HandlerFunc(echo)
	}
	p.CA = newCA(t)
	w := &world{Proxy: p, t: t, server: httptest.NewServer(p), roots: x509.NewCertPool()}
	w.roots.AddCert(p.CA.Certificate())
	t.Cleanup(func() { w.server.Close(); p.Close() })
	return w
}

// client returns a client that uses the proxy and trusts the CA.
func (w *world) client(h2 bool) *http.Client {
	through, _ := url.Parse(w.server.URL)
	transport := &http.Transport{
		Proxy: http.ProxyURL(through), TLSClientConfig: &tls.Config{RootCAs: w.roots},
		ForceAttemptHTTP2: h2,
	}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// fetch returns the status and the body, or the error.
func fetch(c *http.Client, method, url, body string) string {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	resp, err := c.Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, data)
}

func TestIntercept(t *testing.T) {
	w := newWorld(t, &Proxy{})
	for _, tt := range []struct{ name, proto, url, want string }{
		{"HTTP/1.1", "HTTP/1.1", "https://api.twilio.com/2010-04-01/Accounts.json?Page=2",
			"api.twilio.com/2010-04-01/Accounts.json?Page=2"},
		{"h2", "HTTP/2.0", "https://api.twilio.com/2010-04-01/Accounts.json",
			"api.twilio.com/2010-04-01/Accounts.json"},
		{"edge and region, F-484", "HTTP/1.1", "https://api.dublin.us1.twilio.com/x",
			"api.dublin.us1.twilio.com/x"},
		{"a port", "HTTP/1.1", "https://messaging.twilio.com:8443/v1/Services",
			"messaging.twilio.com/v1/Services"},
		{"absolute form", "HTTP/1.1", "http://api.twilio.com/x?y=z", "api.twilio.com/x?y=z"},
		{"not simulated", "HTTP/1.1", "https://video.twilio.com/v1/Rooms", ""},
		{"the server itself", "HTTP/1.1", w.server.URL + "/x", strings.TrimPrefix(w.server.URL,
			"http://") + "/x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := fmt.Sprintf("200 %s POST %s a=b", tt.proto, tt.want)
			if tt.want == "" {
				want = "501 "
			}
			if got := fetch(w.client(tt.proto == "HTTP/2.0"), "POST", tt.url, "a=b"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	want := &Report{
		Intercepted: []Host{{"api.dublin.us1.twilio.com", 1}, {"api.twilio.com", 3},
			{"messaging.twilio.com", 1}},
		Blocked: []Blocked{{"POST", "https://video.twilio.com/v1/Rooms", "video.twilio.com",
			NotSimulated, 1}},
	}
	got := w.Report()
	if diff := cmp.Diff(want, got); diff != "" || got.Requests() != 5 || got.Refusals() != 1 {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// dial opens a connection to the proxy and sends text.
func (w *world) dial() (net.Conn, *bufio.Reader) {
	w.t.Helper()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}

// TestConnectAnswer checks the exact bytes of the answer to CONNECT, which PHP's SDK needs (F-483).
func TestConnectAnswer(t *testing.T) {
	w := newWorld(t, &Proxy{})
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	go func() {
		conn, err := far.Accept()
		if err == nil {
			io.WriteString(conn, "!")
			conn.Close()
		}
	}()
	for _, host := range []string{"API.Twilio.com.:443", far.Addr().String()} {
		conn, reader := w.dial()
		fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", host)
		const want = "HTTP/1.1 200 Connection established\r\n\r\n"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(reader, got); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", host, got, err)
		}
		if strings.HasPrefix(host, "API") { // the next bytes are TLS
			tc := tls.Client(conn, &tls.Config{RootCAs: w.roots, ServerName: "api.twilio.com"})
			if err := tc.Handshake(); err != nil {
				t.Error(err)
			}
		} else if next, _ := reader.ReadByte(); next != '!' {
			t.Errorf("the tunnel says %q", next)
		}
	}
}

// TestEagerClient checks a client that begins TLS before it has the answer to CONNECT.
func TestEagerClient(t *testing.T) {
	w := newWorld(t, &Proxy{})
	conn, _ := w.dial()
	eager := &eagerConn{Conn: conn,
		first: "CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n"}
	tc := tls.Client(eager, &tls.Config{RootCAs: w.roots, ServerName: "api.twilio.com"})
	fmt.Fprint(tc, "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	got, err := io.ReadAll(tc)
	// the host of the tunnel, not the Host header in it
	if err != nil || !strings.HasSuffix(string(got), "HTTP/1.1 GET api.twilio.com/x ") {
		t.Errorf("%q, %v", got, err)
	}
}

// eagerConn sends CONNECT in one packet with the first bytes of TLS, and discards the answer.
type eagerConn struct {
	net.Conn
	first    string
	received bool
}

func (c *eagerConn) Write(b []byte) (int, error) {
	first := c.first
	c.first = ""
	n, err := c.Conn.Write(append([]byte(first), b...))
	return n - len(first), err
}

func (c *eagerConn) Read(b []byte) (int, error) {
	if !c.received {
		c.received = true
		if _, err := io.ReadFull(c.Conn, make([]byte, len(established))); err != nil {
			return 0, err
		}
	}
	return c.Conn.Read(b)
}

// TestKeepAlive checks that many requests use one connection.
func TestKeepAlive(t *testing.T) {
	var mu sync.Mutex
	addresses := map[string]bool{}
	w := newWorld(t, &Proxy{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		addresses[r.RemoteAddr] = true
	})})
	client := w.client(false)
	for range 5 {
		if got := fetch(client, "GET", "https://api.twilio.com/", ""); got != "200 " {
			t.Fatal(got)
		}
	}
	if len(addresses) != 1 {
		t.Errorf("%d connections", len(addresses))
	}
}

// trap is a server that must not receive any connection.
func trap(t *testing.T) (port string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := ln.Accept(); err == nil {
			t.Errorf("there was a connection from %s", conn.RemoteAddr())
			conn.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

// TestOffline checks that no connection leaves the machine, not even to an address where a server
// listens, and that this machine can still be reached.
func TestOffline(t *testing.T) {
	open := httptest.NewServer(http.HandlerFunc(echo))
	defer open.Close()
	allowed := strings.Replace(open.Listener.Addr().String(), "127.0.0.1", "0.0.0.0", 1)
	w := newWorld(t, &Proxy{Offline: true, AllowHosts: []string{allowed}})
	port := trap(t)
	client := w.client(false)
	for _, url := range []string{
		"http://0.0.0.0:" + port + "/x?secret=1", "https://0.0.0.0:" + port + "/x",
		"http://127.0.0.1.nip.invalid/",
	} {
		got := fetch(client, "GET", url, "")
		if !strings.Contains(got, "Forbidden") && !strings.HasPrefix(got, "403 ") {
			t.Errorf("%s: %s", url, got)
		}
	}
	if got, want := fetch(client, "GET", open.URL+"/x",
		""), "200 HTTP/1.1 GET "+open.Listener.Addr().String()+"/x "; got != want {
		t.Errorf("this machine: %q, want %q", got, want)
	}
	if got, want := fetch(client, "GET", "http://"+allowed+"/",
		""), "200 HTTP/1.1 GET "+allowed+"/ "; got != want {
		t.Errorf("the allowed host: %q, want %q", got, want)
	}
	want := &Report{
		Tunnelled: []Host{{allowed, 1}},
		Blocked: []Blocked{
			{"GET", "http://0.0.0.0:" + port + "/x", "0.0.0.0", WhenOffline, 1},
			{"CONNECT", "https://0.0.0.0:" + port, "0.0.0.0", WhenOffline, 1},
			{"GET", "http://127.0.0.1.nip.invalid/", "127.0.0.1.nip.invalid", WhenOffline, 1},
		},
	}
	if diff := cmp.Diff(want, w.Report()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// TestTunnel checks that other hosts are reached with their own certificates.
func TestTunnel(t *testing.T) {
	w := newWorld(t, &Proxy{})
	far := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer far.Close()
	client := w.client(false)
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs = far.Client().
		Transport.(*http.Transport).TLSClientConfig.RootCAs
	if got := fetch(client, "GET", far.URL+"/x", ""); !strings.HasPrefix(got,
		"200 HTTP/1.1 GET 127.0.0.1:") {
		t.Error(got)
	}
}

// TestOtherMachine checks that clients on other machines reach the simulator, but no other hosts.
func TestOtherMachine(t *testing.T) {
	w := newWorld(t, &Proxy{})
	for url, want := range map[string]int{
		"http://api.twilio.com/x": 200, "http://example.invalid/": 403,
		"http://127.0.0.1:1/": 403, "http://localhost/": 403,
	} {
		r := httptest.NewRequest("GET", url, nil)
		r.RemoteAddr = "192.0.2.1:1234"
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, r)
		if recorder.Code != want {
			t.Errorf("%s: %d, want %d", url, recorder.Code, want)
		}
	}
}

// TestSimulated checks which hosts belong to simulated products, at any edge and in any region
// (F-468).
func TestSimulated(t *testing.T) {
	for host, want := range map[string]bool{
		"api.twilio.com": true, "messaging.twilio.com:443": true, "monitor.twilio.com": true,
		"monitor.dublin.ie1.twilio.com": true, "media.twilio.com": true,
		"Monitor.Twilio.com.": true, "verify.twilio.com": false, "monitor.example": false,
		"twilio.com": false, "monitor": false,
	} {
		if got := Simulated(host); got != want {
			t.Errorf("Simulated(%q) = %v", host, got)
		}
	}
}

func TestDestination(t *testing.T) {
	p := &Proxy{AllowHosts: []string{"video.twilio.com", "api.twilio.com", "example.com:443"}}
	offline := &Proxy{AllowHosts: p.AllowHosts, Offline: true}
	here := &http.Request{RemoteAddr: "127.0.0.1:1"}
	for _, tt := range []struct {
		host       string
		intercepts bool
		out        bool // when offline
	}{
		{host: "api.twilio.com:443", intercepts: true, out: true}, // the first label decides
		{host: "verify.twilio.com:443", intercepts: true},
		{host: "monitor.twilio.com:443", intercepts: true},
		{host: "video.twilio.com:443", out: true},
		{host: "api.twilio.com.evil.example:443"},
		{host: "twilio.com:443"},
		{host: ".twilio.com:443"},
		{host: "nottwilio.com:443"},
		{host: "example.com:443", out: true},
		{host: "example.com:80"},
		{host: "localhost:80", out: true},
		{host: "[::1]:80", out: true},
		{host: "127.9.9.9:80", out: true},
		{host: "0.0.0.0:80"},
	} {
		t.Run(tt.host, func(t *testing.T) {
			if got := p.intercepts(tt.host); got != tt.intercepts {
				t.Errorf("intercepted: %v", got)
			}
			if got := offline.refusal(here, tt.host) == ""; got != tt.out {
				t.Errorf("let out: %v", got)
			}
		})
	}
}

// TestDistrust checks that a client that does not trust the CA is in the report.
func TestDistrust(t *testing.T) {
	received := make(chan Trouble, 1)
	w := newWorld(t, &Proxy{Trouble: func(trouble Trouble) { received <- trouble }})
	client := w.client(false)
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool()
	if got := fetch(client, "GET", "https://api.twilio.com/", ""); !strings.Contains(got,
		"certificate signed by unknown authority") {
		t.Error(got)
	}
	w.server.Close()
	w.Close() // when all is quiet
	want := &Report{Distrusted: []Host{{"api.twilio.com", 1}}}
	if diff := cmp.Diff(want, w.Report()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	told := Trouble{Method: "CONNECT", URL: "https://api.twilio.com", Host: "api.twilio.com",
		Reason: Distrust}
	if diff := cmp.Diff(told, <-received); diff != "" {
		t.Errorf("trouble (-want +got):\n%s", diff)
	}
}

// TestSettle lets a client go that has completed TLS and distrusts the certificate only then, as
// Node does: the report of a moment later has the connection.
func TestSettle(t *testing.T) {
	w := newWorld(t, &Proxy{})
	for n := range 20 {
		conn, reader := w.dial()
		fmt.Fprint(conn, "CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n")
		if _, err := reader.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		waiting, cancel := context.WithCancel(t.Context())
		settled := make(chan struct{})
		go func() { w.Settle(waiting); close(settled) }()
		select {
		case <-settled:
			t.Fatal("settled while a connection was open that had carried no request")
		default:
		}
		conn.Close()
		<-settled
		cancel()
		want := &Report{Distrusted: []Host{{"api.twilio.com", n + 1}}}
		if diff := cmp.Diff(want, w.Report()); diff != "" {
			t.Fatalf("report (-want +got):\n%s", diff)
		}
	}
	conn, reader := w.dial()
	fmt.Fprint(conn, "CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n")
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	w.Settle(ended) // does not wait for the client
}

// TestNoCertificate checks the answer and the call of Trouble when there is no directory for the
// CA.
func TestNoCertificate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_DATA_HOME", file)
	received := make(chan Trouble, 1)
	p := &Proxy{Handler: http.HandlerFunc(echo),
		Trouble: func(trouble Trouble) { received <- trouble }}
	defer p.Close()
	recorder := httptest.NewRecorder()
	p.ServeHTTP(recorder, httptest.NewRequest(http.MethodConnect, "api.twilio.com:443", nil))
	if got := recorder.Body.String(); recorder.Code != http.StatusBadGateway ||
		!strings.Contains(got, "open the CA in "+file) {
		t.Errorf("%d %s", recorder.Code, got)
	}
	if got := <-received; got.Reason != NoCertificate || got.Host != "api.twilio.com" ||
		got.Err == nil {
		t.Errorf("trouble %+v", got)
	}
}

// TestParallel checks many clients at the same time, for several hosts.
func TestParallel(t *testing.T) {
	w := newWorld(t, &Proxy{})
	var working sync.WaitGroup
	const clients, each = 40, 5
	for i := range clients {
		client := w.client(i%2 == 0)
		working.Go(func() {
			for range each {
				host := fmt.Sprintf("api.edge%d.us1.twilio.com", i%7)
				if got := fetch(client, "POST", "https://"+host+"/x",
					"a=b"); !strings.HasSuffix(got, " POST "+host+"/x a=b") {
					t.Error(got)
				}
			}
		})
	}
	working.Wait()
	if n := w.Report().Requests(); n != clients*each {
		t.Errorf("%d requests", n)
	}
}

// TestClose checks that Close ends open tunnels, idle connections and a request in progress, and
// leaves no goroutine.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	began := make(chan struct{})
	p := &Proxy{CA: newCA(t), Handler: http.HandlerFunc(func(w http.ResponseWriter,
		r *http.Request) {
		if r.URL.Path == "/wait" {
			close(began)
			<-r.Context().Done()
		}
	})}
	w := &world{Proxy: p, t: t, server: httptest.NewServer(p), roots: x509.NewCertPool()}
	w.roots.AddCert(p.CA.Certificate())
	client := w.client(false)
	if got := fetch(client, "GET", "https://api.twilio.com/", ""); got != "200 " {
		t.Error(got)
	}
	waited := make(chan string)
	go func() { waited <- fetch(client, "POST", "https://api.twilio.com/wait", "x") }()
	<-began
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	conn, reader := w.dial()
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n", far.Addr())
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, " 200 ") {
		t.Fatal(line, err)
	}
	p.Close()
	if got := <-waited; !strings.Contains(got, "EOF") && !strings.Contains(got, "reset") {
		t.Errorf("the request under way: %s", got)
	}
	rest, _ := io.ReadAll(reader)
	if string(rest) != "\r\n" {
		t.Errorf("the tunnel: %q", rest)
	}
	if got := fetch(client, "GET", "https://api.twilio.com/", ""); strings.HasPrefix(got, "200") {
		t.Error("a closed proxy answers")
	}
	client.CloseIdleConnections()
	w.server.Close()
	p.Close() // calling it twice is allowed
	for deadline := time.Now().
		Add(30 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before,
				buf[:runtime.Stack(buf, true)])
		}
	}
}

func ExampleProxy() {
	p := &Proxy{Handler: http.HandlerFunc(echo), Offline: true}
	defer p.Close()
	r := httptest.NewRequest("GET", "http://api.twilio.com/2010-04-01/Accounts.json", nil)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	fmt.Println(strings.TrimSpace(w.Body.String()))
	fmt.Println(p.Report().Intercepted)
	// Output:
	// HTTP/1.1 GET api.twilio.com/2010-04-01/Accounts.json
	// [{api.twilio.com 1}]
}

// TestAnswerIsNotCopied checks that a text reaches the connection's writer as it is.
func TestAnswerIsNotCopied(t *testing.T) {
	recorder := httptest.NewRecorder()
	w := &statusWriter{ResponseWriter: recorder}
	text := strings.Repeat("x", 8<<10)
	recorder.Body.Grow(200 * len(text))
	if n := testing.AllocsPerRun(100, func() { _, _ = io.WriteString(w, text) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
