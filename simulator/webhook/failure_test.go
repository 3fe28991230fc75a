package webhook

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

var quiet = log.New(io.Discard, "", 0)

// trusting makes the client trust the server's certificate.
func trusting(server *httptest.Server, c *Client) *Client {
	c.once.Do(c.dialWith)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	c.transport.TLSClientConfig.RootCAs = pool
	return c
}

// tlsServer has a certificate of its own for the names, until the time.
func tlsServer(t *testing.T, until time.Time, config *tls.Config,
	names ...string) *httptest.Server {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true,
		BasicConstraintsValid: true,
		NotBefore:             until.Add(-48 * time.Hour), NotAfter: until, DNSNames: names,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if len(names) > 0 {
		template.IPAddresses = nil
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	server.Config.ErrorLog = quiet
	if config == nil {
		config = &tls.Config{}
	}
	config.Certificates = []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	server.TLS = config
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// TestFailures causes every failure that is possible on loopback, and checks Twilio's code for it.
func TestFailures(t *testing.T) {
	raw := func(response string) string { return "http://" + rawServer(t, response) + "/" }
	answers := func(handler http.HandlerFunc) string {
		app, _ := newApp(t, handler)
		return app.URL
	}
	status := func(code int, location string) string {
		return answers(func(w http.ResponseWriter, _ *http.Request) {
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(code)
		})
	}
	slow := func() string {
		return answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	}
	slowBody := func() string {
		return answers(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "<Resp")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
	}
	silent := func() string { // takes the connection and says nothing
		return serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	}
	tomorrow := time.Now().Add(24 * time.Hour)
	good := tlsServer(t, tomorrow, nil)
	wrongName := tlsServer(t, tomorrow, nil, "shop.example")
	expired := tlsServer(t, time.Now().Add(-time.Hour), nil)
	old := tlsServer(t, tomorrow, &tls.Config{MaxVersion: tls.VersionTLS11})
	const slowly = "answer first and do slow work afterwards"
	hungUp := Failure{Code: "11200",
		Text: "the app closed the connection before its answer was complete"}
	for _, tt := range []struct {
		name   string
		url    string
		client *Client
		want   Failure // a Text that ends in … stands for all that begin so
	}{
		{"refused", "http://" + refusedAddress(t), &Client{}, // F-120
			Failure{Code: "11202", Text: "nothing listens there",
				Try: "is the app running, and on this port?", Connect: true}},
		{"no such port", "http://127.0.0.1:99999", &Client{},
			Failure{Code: "11205", Text: "address 99999: invalid port", Connect: true}},
		{"read timeout", slow(), &Client{ReadTimeout: 50 * time.Millisecond},
			Failure{Code: "11200", Text: "no answer within 50ms", Try: slowly}},
		{"read timeout in the body", slowBody(), &Client{ReadTimeout: 50 * time.Millisecond},
			Failure{Code: "11200", Text: "no answer within 50ms", Try: slowly}},
		{"total timeout", slow(), &Client{TotalTimeout: 50 * time.Millisecond}, // F-121
			Failure{Code: "11203", Text: "no answer within 50ms in total", Try: slowly}},
		{"total timeout in the body", slowBody(), &Client{TotalTimeout: 50 * time.Millisecond},
			Failure{Code: "11203", Text: "no answer within 50ms in total", Try: slowly}},
		{"not HTTP", raw("SSH-2.0-OpenSSH_9.6\r\n"), &Client{}, // F-123
			Failure{Code: "11206", Text: "what answered does not speak HTTP",
				Try: "is the URL's port the app's?"}},
		{"malformed header", raw("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), &Client{}, // F-133
			Failure{Code: "11251", Text: "net/http: HTTP/1.x transport connection broken: malformed MIME " +
				"header…"}},
		{"malformed status", raw("HTTP/1.1 two OK\r\n\r\n"), &Client{},
			Failure{Code: "11251", Text: "net/http: HTTP/1.x transport…"}},
		{"malformed length", raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), &Client{},
			Failure{Code: "11251", Text: "net/http:…"}},
		{"malformed chunk", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"), &Client{},
			Failure{Code: "11251", Text: "invalid byte in chunk length"}},
		{"unknown coding", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\n"), &Client{},
			Failure{Code: "11251", Text: "net/http:…"}},
		{"endless header", raw("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", 2<<20)), &Client{},
			Failure{Code: "11251", Text: "net/http:…"}},
		{"no answer", raw(""), &Client{}, hungUp},
		{"cut header", raw("HTTP/1.1 200 OK\r\n"), &Client{}, hungUp},
		{"cut body", raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<Resp"), &Client{}, hungUp},
		{"cut chunk", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n<Resp"), &Client{},
			hungUp},
		{"reset in the body", "http://" + serve(t, func(c net.Conn) {
			readHeader(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<Resp")
			_ = c.(*net.TCPConn).SetLinger(0)
		}), &Client{}, hungUp},
		// F-054, F-488
		{"400", status(400, ""), &Client{}, Failure{Code: "11200", Text: "the app answered 400"}},
		{"429", status(429, ""), &Client{}, Failure{Code: "11200", Text: "the app answered 429"}},
		{"500", status(500, ""), &Client{}, Failure{Code: "11200", Text: "the app answered 500"}},
		{"500 in the newer split", status(500, ""), &Client{ErrorStatusCode: CodeErrorStatus},
			Failure{Code: "11217", Text: "the app answered 500"}},
		{"302 in a circle", status(302, "/other"), &Client{}, // F-125, F-489
			Failure{Code: "11215", Text: `the app redirected more than 10 times, at last to "/other"`,
				Try: "set the webhook to the final URL"}},
		{"302 to nowhere", status(302, ""), &Client{}, // F-055
			Failure{Code: "11216", Text: "the app answered 302 without a Location",
				Try: "redirect with 301, 302, 303 or 307, and a Location"}},
		{"308", status(308, "/other"), &Client{}, // F-055
			Failure{Code: "11216", Text: `the app answered 308 with Location "/other"`,
				Try: "redirect with 301, 302, 303 or 307, and a Location"}},
		{"304", status(304, ""), &Client{},
			Failure{Code: "11216", Text: "the app answered 304 without a Location",
				Try: "redirect with 301, 302, 303 or 307, and a Location"}},
		// F-123
		{"http to a TLS port that answers with an alert", raw("\x15\x03\x01\x00\x02\x02\x46"), &Client{},
			Failure{Code: "11206", Text: "what answered does not speak HTTP",
				Try: "is the URL's port the app's?"}},
		{"http to a TLS port that hangs up", raw(""), &Client{}, hungUp},
		{"http to a TLS port that answers in HTTP", strings.Replace(good.URL, "https", "http", 1),
			&Client{},
			Failure{Code: "11200", Text: "the app answered 400"}},
		{"https to a port without TLS", "https://" + noTLS(t), &Client{TotalTimeout: 5 * time.Second},
			Failure{Code: "11206", Text: "the app does not speak TLS on this port",
				Try: "is the URL's scheme http?", Connect: true}},
		{"wrong name", wrongName.URL, trusting(wrongName, &Client{}), // F-129
			Failure{Code: "11235", Text: "x509: cannot validate certificate for 127.0.0.1…", Connect: true}},
		{"expired", expired.URL, trusting(expired, &Client{}), // F-130
			Failure{Code: "11236", Text: "the certificate has expired or is not yet valid",
				Connect: true}},
		{"self-signed", good.URL, &Client{}, // F-039, F-131
			Failure{Code: "11237", Text: "the certificate's issuer is unknown: …", Connect: true,
				Try: "for a development server that signed its own: twilsim serve --insecure-app"}},
		{"TLS 1.1", old.URL, trusting(old, &Client{}), // F-128
			Failure{Code: "11220", Text: "remote error: tls: protocol version not supported",
				Connect: true}},
		{"TLS handshake cut", "https://" + serve(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 10)) }),
			&Client{},
			Failure{Code: "11220", Text: "the app ended the TLS handshake or did not answer it",
				Connect: true}},
		{"TLS handshake without an answer", "https://" + silent(),
			&Client{ConnectTimeout: 50 * time.Millisecond},
			Failure{Code: "11220", Text: "the app ended the TLS handshake or did not answer it",
				Connect: true}},
		{"bad host name", "http://shop.invalid/", &Client{},
			Failure{Code: "SIM-1", Text: "host shop.invalid:80 is not allowed",
				Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " +
					"shop.invalid:80"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			defer tt.client.Close()
			r := request("POST", tt.url)
			var last *journal.Exchange
			answer := tt.client.Do(t.Context(), r, func(x *journal.Exchange, _ bool) { last = x })
			if answer.Failure == nil {
				t.Fatalf("no failure, want %s", tt.want.Code)
			}
			if x := answer.Exchange; x != last || x.Code != answer.Failure.Code ||
				x.Error != answer.Failure.Text {
				t.Errorf("the journal has %+v", last)
			}
			got := *answer.Failure
			if begin, found := strings.CutSuffix(tt.want.Text, "…"); found &&
				strings.HasPrefix(got.Text, begin) {
				got.Text = tt.want.Text
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("failure (-want +got):\n%s", diff)
			}
		})
	}
}

// timeout is an error of the net package that is over time.
type timeout struct{}

func (timeout) Error() string { return "i/o timeout" }
func (timeout) Timeout() bool { return true }

// TestClassify has the failures that are impossible on loopback, and those whose text must not
// contain the port of this run.
func TestClassify(t *testing.T) {
	l := limits{connect: 5 * time.Second, read: 15 * time.Second, total: 15 * time.Second}
	here, there := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40123},
		&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 3000}
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: there,
			Err: err}
	}
	read := func(op string, err error) error {
		return &net.OpError{Op: op, Net: "tcp", Source: here, Addr: there, Err: err}
	}
	for _, tt := range []struct {
		name      string
		err       error
		connected bool
		want      Failure
	}{
		// F-124
		{"no such host", dial(&net.DNSError{Err: "no such host", Name: "shop.invalid", IsNotFound: true}),
			false,
			Failure{Code: "11210", Text: "no such host: shop.invalid",
				Try:     "check the host name, or map the URL with --forward PUBLIC=LOCAL",
				Connect: true}},
		{"connect timeout", dial(timeout{}), false, // F-119
			Failure{Code: "11201", Text: "no connection within 5s", Connect: true}},
		{"unreachable", dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), false, // F-122
			Failure{Code: "11205", Text: "connect: network is unreachable", Connect: true}},
		{"something else before there is a connection", errors.New("boom"), false,
			Failure{Code: "11205", Text: "boom", Connect: true}},
		{"TLS alert", &net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, false,
			Failure{Code: "11220", Text: "remote error: tls: handshake failure", Connect: true}},
		// F-048: not tried again
		{"TLS breaks in the body", fmt.Errorf("read: %w", errors.New("tls: bad record MAC")), true,
			Failure{Code: "11200", Text: "read: tls: bad record MAC"}},
		{"broken pipe", read("write", os.NewSyscallError("write", syscall.EPIPE)), true,
			Failure{Code: "11200", Text: "the app closed the connection before its answer was complete"}},
		{"idle connection closed", errors.New("http: server closed idle connection"), true,
			Failure{Code: "11200", Text: "the app closed the connection before its answer was complete"}},
		{"no port of ours", read("read", os.NewSyscallError("read", syscall.EHOSTUNREACH)), true,
			Failure{Code: "11200", Text: "read: read: no route to host"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, *classify(tt.err, nil, tt.connected, l)); diff != "" {
				t.Errorf("failure (-want +got):\n%s", diff)
			}
		})
	}
}
