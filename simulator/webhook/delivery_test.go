package webhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/journal"
)

// story makes a webhook and returns a line for each request: purpose, attempt, method, path, status
// or code.
func story(t *testing.T, c *Client, r *Request) (lines []string, answer *Answer) {
	t.Helper()
	t.Cleanup(c.Close)
	answer = c.Do(t.Context(), r, func(x *journal.Exchange, _ bool) {
		// F-036
		if token := x.Header.Get("I-Twilio-Idempotency-Token"); x.Status != 0 && token != r.Idempotency {
			t.Errorf("token %q, want %q", token, r.Idempotency)
		}
		u, err := url.Parse(x.URL)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %d %s %s", x.Purpose, x.Attempt, x.Method, u.RequestURI())
		if x.Status != 0 {
			line += fmt.Sprintf(" %d", x.Status)
		}
		if x.Code != "" {
			line += " " + x.Code
		}
		lines = append(lines, line)
	})
	if answer.Exchange.Code != codeOf(answer.Failure) {
		t.Errorf("exchange has %q, answer %v", answer.Exchange.Code, answer.Failure)
	}
	return lines, answer
}

// TestRetryPolicy checks the combinations of failures and overrides: which requests are made, in
// which order, with which attempt number and code.
func TestRetryPolicy(t *testing.T) {
	status := func(code int) func() string {
		return func() string {
			return "http://" + rawServer(t,
				fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", code))
		}
	}
	failures := []struct {
		name  string
		serve func() string
		line  string // what follows the attempt's number
		on    policy // the words of rp that have it tried again
	}{
		// F-120
		{"refused", func() string { return "http://" + refusedAddress(t) }, "POST /sms 11202",
			retryConnect},
		// F-045
		{"TLS broken off", func() string { return "https://" + hangUp(t) }, "POST /sms 11220",
			retryConnect},
		// F-118
		{"silence", func() string { return "http://" + silence(t) }, "POST /sms 11200", retryRead},
		// F-048
		{"silence in the body", func() string { return "http://" + stall(t) }, "POST /sms 200 11200", 0},
		// F-048
		{"silence in the header", func() string { return "http://" + stallHeader(t) }, "POST /sms 11200",
			0},
		// F-045
		{"hung up", func() string { return "http://" + rawServer(t, "") }, "POST /sms 11200", 0},
		// F-123
		{"no HTTP", func() string { return "http://" + rawServer(t, "SSH-2.0-OpenSSH\r\n") },
			"POST /sms 11206", 0},
		// F-054
		{"404", status(404), "POST /sms 404 11200", retry4xx},
		// F-054
		{"429", status(429), "POST /sms 429 11200", retry4xx},
		// F-054
		{"500", status(500), "POST /sms 500 11200", retry5xx},
		// F-054
		{"503", status(503), "POST /sms 503 11200", retry5xx},
		// F-126
		{"304", status(304), "POST /sms 304 11216", 0},
		// never sent
		{"outside", func() string { return "http://shop.invalid" }, "POST /sms SIM-1", 0},
		// F-132
		{"another edge", func() string { return "http://shop.example/sms#e=mars&" }, "POST /sms 11240",
			0},
		// F-132
		{"another policy", func() string { return "http://shop.example/sms#rp=6xx&" }, "POST /sms 11243",
			0},
		// F-048
		{"cut body", func() string { return "http://" + rawServer(t, cutAnswer) }, "POST /sms 200 11200",
			0},
		// F-133
		{"malformed", func() string { return "http://" + rawServer(t, "HTTP/1.1 x\r\n\r\n") },
			"POST /sms 11251", 0},
		// F-118
		{"bad gzip", func() string { return "http://" + rawServer(t, fakeGzip) }, "POST /sms 200 11200",
			0},
		// F-060: no credentials
		{"401", status(401), "POST /sms 401 11200", retry4xx},
		// F-126
		{"302 to nowhere", status(302), "POST /sms 302 11216", 0},
	}
	overrides := []struct {
		fragment string
		policy   policy
		retries  int
	}{
		{"", retryConnect, 1},        // F-044, F-045
		{"rc=0", retryConnect, 0},    // F-044
		{"rc=3", retryConnect, 3},    // F-044
		{"rc=5&rp=all", retryAll, 5}, // F-045
		{"rp=5xx", retry5xx, 1},      // F-045: and no longer ct
		{"rc=2&rp=4xx", retry4xx, 2}, // F-045
		{"rc=2&rp=rt", retryRead, 2}, // F-045
		{"rc=2&rp=ct,5xx", retryConnect | retry5xx, 2},
		{"rc=9", retryConnect, 1}, // out of range
	}
	for _, f := range failures {
		for _, o := range overrides {
			t.Run(f.name+" "+o.fragment, func(t *testing.T) {
				t.Parallel()
				target := f.serve()
				if !strings.Contains(target, "#") {
					target += "/sms#"
				}
				n := 1
				if f.on&o.policy != 0 {
					n += o.retries
				}
				var want []string
				for attempt := range n {
					want = append(want, fmt.Sprintf("inbound %d %s", attempt+1, f.line))
				}
				c := &Client{}
				switch f.name {
				case "silence":
					c.ReadTimeout = 50 * time.Millisecond
				case "silence in the body", "silence in the header": // time enough for their beginning
					c.ReadTimeout = 200 * time.Millisecond
				}
				got, _ := story(t, c, request("POST", target+o.fragment))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

const (
	cutAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<Resp"
	fakeGzip  = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 11\r\n\r\n<Response/>"
)

// hangUp takes a connection, reads a little, and closes it.
func hangUp(t *testing.T) string {
	return serve(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 10)) })
}

// silence takes a request and says nothing.
func silence(t *testing.T) string {
	return serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
}

// stall begins a body and says no more.
func stall(t *testing.T) string { return stallAfter(t, cutAnswer) }

// stallHeader begins a header and says no more.
func stallHeader(t *testing.T) string { return stallAfter(t, "HTTP/1.1 200 OK\r\nContent-") }

func stallAfter(t *testing.T, beginning string) string {
	return serve(t, func(c net.Conn) {
		readHeader(c)
		_, _ = io.WriteString(c, beginning)
		_, _ = io.Copy(io.Discard, c)
	})
}

// ways are values of [Client.Wrap]: with the second, net/http's transport sends all requests.
var ways = map[string]func(http.RoundTripper) http.RoundTripper{"direct": nil,
	"by the transport": func(t http.RoundTripper) http.RoundTripper { return t }}

// TestTimes checks that ct, rt and tt override the client's limits.
func TestTimes(t *testing.T) {
	for _, tt := range []struct {
		name, url string
		want      []string
		text      string
	}{
		{"ct", "https://" + silence(t) + "/#ct=100",
			[]string{"inbound 1 POST / 11220", "inbound 2 POST / 11220"},
			"the app ended the TLS handshake or did not answer it"},
		{"ct without SNI", "https://" + silence(t) + "/#ct=100&sni=n&rc=0",
			[]string{"inbound 1 POST / 11220"},
			"the app ended the TLS handshake or did not answer it"},
		// F-042
		{"rt", "http://" + silence(t) + "/#rt=100", []string{"inbound 1 POST / 11200"},
			"no answer within 100ms"},
		{"tt", "http://" + silence(t) + "/#tt=100", []string{"inbound 1 POST / 11203"},
			"no answer within 100ms in total"},
		{"tt over all attempts", "http://" + silence(t) + "/#tt=2000&rt=1200&rp=rt&rc=5", // F-043
			[]string{"inbound 1 POST / 11200", "inbound 2 POST / 11203"}, "no answer within 2s in total"},
	} {
		for way, wrap := range ways {
			t.Run(tt.name+" "+way, func(t *testing.T) {
				t.Parallel()
				got, answer := story(t, &Client{Wrap: wrap}, request("POST", tt.url))
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				if answer.Failure == nil || answer.Failure.Text != tt.text {
					t.Errorf("failure %v, want %q", answer.Failure, tt.text)
				}
			})
		}
	}
}

// TestGivenUp checks requests that end before Twilio's limits: with the patience, and with the
// caller's context. The app has answered a request on the same connection before, or it has not.
func TestGivenUp(t *testing.T) {
	for _, tt := range []struct {
		name, fragment, code, text string
		patience                   time.Duration
		unanswered                 time.Duration
	}{
		{"patience", "", codeTotalTimeout, "no answer within 15s in total; the app had 50ms of real time",
			50 * time.Millisecond, 15 * time.Second},
		{"patience below rt", "#rt=10000", CodeRetrieval,
			"no answer within 10s; the app had 50ms of real time", 50 * time.Millisecond, 10 * time.Second},
		{"patience above tt", "#tt=100", codeTotalTimeout, "no answer within 100ms in total",
			time.Minute, 0},
		{"the caller ends", "", CodeRetrieval, "the simulator stopped while it waited for the answer", 0,
			0},
	} {
		for way, wrap := range ways {
			for _, answers := range []int32{0, 1} {
				t.Run(fmt.Sprint(tt.name, " ", way, " after ", answers), func(t *testing.T) {
					t.Parallel()
					ctx, cancel := context.WithCancel(t.Context())
					var n atomic.Int32
					release := make(chan struct{})
					app, _ := newApp(t, func(w http.ResponseWriter, _ *http.Request) {
						if n.Add(1) <= answers {
							return
						}
						if tt.name == "the caller ends" {
							cancel()
						}
						<-release
					})
					t.Cleanup(func() { close(release) })
					c := &Client{Wrap: wrap}
					t.Cleanup(c.Close)
					r := request("POST", app.URL+"/sms"+tt.fragment)
					r.Patience = tt.patience
					var answer *Answer
					for range answers + 1 {
						answer = c.Do(ctx, r, func(*journal.Exchange, bool) {})
					}
					f := answer.Failure
					if f == nil || f.Code != tt.code || f.Text != tt.text || f.Connect ||
						answer.Unanswered != tt.unanswered || n.Load() != answers+1 {
						t.Errorf("%v, %v unanswered, %d requests; want %s %s, %v, %d", f, answer.Unanswered,
							n.Load(), tt.code, tt.text, tt.unanswered, answers+1)
					}
				})
			}
		}
	}
}

// TestLateTimers checks which limit counts if a busy machine notices several at once: the one that
// was due first.
func TestLateTimers(t *testing.T) {
	now := time.Now()
	dial := &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	for _, tt := range []struct {
		name             string
		err, cause, want error
		due, until       time.Time
	}{
		{"read before total", context.Canceled, errReadTimeout, errReadTimeout,
			now.Add(-2 * time.Second), now.Add(-time.Second)},
		{"total before read", context.Canceled, errReadTimeout, errTotalTimeout,
			now.Add(-time.Second), now.Add(-2 * time.Second)},
		{"the dialer notices the total", dial, nil, errTotalTimeout,
			time.Time{}, now.Add(-time.Second)},
		{"the dialer has its own limit", dial, nil, nil, time.Time{}, now.Add(time.Hour)},
		{"refused", syscall.ECONNREFUSED, nil, nil, time.Time{}, now.Add(-time.Second)},
		{"total", context.DeadlineExceeded, errTotalTimeout, errTotalTimeout,
			time.Time{}, now.Add(-time.Second)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &watch{due: tt.due}
			if got := w.cause(tt.err, tt.cause, tt.until); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestEdges checks that the attempts use the locations of e in turn (F-047), and that nothing else
// changes.
func TestEdges(t *testing.T) {
	for _, tt := range []struct {
		fragment string
		want     []string
	}{
		{"rc=2", []string{"", "", ""}},
		{"rc=2&e=dublin", []string{"dublin", "dublin", "dublin"}},
		{"e=dublin%2Ctokyo", []string{"dublin", "tokyo"}},
		{"rc=5&e=ashburn,dublin,tokyo",
			[]string{"ashburn", "dublin", "tokyo", "ashburn", "dublin", "tokyo"}},
		{"e=ashburn,dublin&rc=2&e=tokyo,sydney", []string{"tokyo", "sydney", "tokyo"}},
		{"e=dublin,mars", []string{""}}, // it is not made
	} {
		t.Run(tt.fragment, func(t *testing.T) {
			var got []string
			c := &Client{}
			c.Do(t.Context(), request("POST", "http://"+refusedAddress(t)+"/#"+tt.fragment),
				func(x *journal.Exchange, _ bool) {
					got = append(got, x.Edge)
				})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("edges (-want +got):\n%s", diff)
			}
		})
	}
	app, _ := newApp(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sms" {
			http.Redirect(w, r, "/more", http.StatusTemporaryRedirect)
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
	})
	// a redirect is not a retry: the next request leaves from the same location
	var got []string
	c := &Client{}
	defer c.Close()
	c.Do(t.Context(), request("POST", app.URL+"/sms#e=dublin,tokyo&rp=5xx"),
		func(x *journal.Exchange, _ bool) {
			got = append(got, x.Path()+" "+x.Edge)
		})
	if diff := cmp.Diff([]string{"/sms dublin", "/more dublin", "/more tokyo"}, got); diff != "" {
		t.Errorf("edges behind a redirect (-want +got):\n%s", diff)
	}
}

// TestReadTimeoutBetweenPackets checks that an answer may take longer than rt if its pieces do not.
// The test runs in a synctest bubble, so the waits take no time.
func TestReadTimeoutBetweenPackets(t *testing.T) {
	for _, wrap := range ways {
		synctest.Test(t, func(t *testing.T) {
			c := &Client{Wrap: wrap, ReadTimeout: time.Second}
			defer c.Close()
			c.once.Do(c.dialWith)
			dial := func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				go func() {
					readHeader(theirs)
					_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\n\r\n")
					for range 5 {
						<-time.After(900 * time.Millisecond)
						_, _ = io.WriteString(theirs, "<")
					}
					_, _ = io.Copy(io.Discard, theirs)
				}()
				return ours, nil
			}
			c.transport.DialContext, c.direct.dial = dial, dial
			began := time.Now()
			_, answer := story(t, c, request("POST", "http://localhost/"))
			if took := time.Since(began); took != 5500*time.Millisecond {
				t.Errorf("it took %v, want five pieces and a second", took)
			}
			if x := answer.Exchange; x.Code != CodeRetrieval || x.Error != "no answer within 1s" ||
				x.ResponseBody != "<<<<<" {
				t.Errorf("%s %s, after %q", x.Code, x.Error, x.ResponseBody)
			}
		})
	}
}

// TestRetrySucceedsLater gets its answer from the third attempt.
func TestRetrySucceedsLater(t *testing.T) {
	var n atomic.Int32
	app, _ := newApp(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) < 3 {
			w.WriteHeader(503)
		}
		_, _ = io.WriteString(w, "<Response/>")
	})
	got, answer := story(t, &Client{}, request("POST", app.URL+"/sms#rc=5&rp=5xx"))
	want := []string{"inbound 1 POST /sms 503 11200", "inbound 2 POST /sms 503 11200",
		"inbound 3 POST /sms 200"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if answer.Failure != nil || string(answer.Body) != "<Response/>" {
		t.Errorf("failure %v, body %q", answer.Failure, answer.Body)
	}
}

// TestSNI checks that TLS has SNI unless the URL says sni=n, and that the certificate is checked in
// both cases.
func TestSNI(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	for _, tt := range []struct {
		fragment, name, want, code string
		insecure                   bool
	}{
		{"", "localhost", "localhost", "", false},
		{"sni=y", "localhost", "localhost", "", false},
		{"sni=n", "localhost", "", "", false},
		{"sni=n", "shop.example", "", "11235", false}, // F-129
		{"", "shop.example", "localhost", "", true},
		{"sni=n", "shop.example", "", "", true},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			names := make(chan string, 9)
			hello := func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				names <- hello.ServerName
				return nil, nil
			}
			app := tlsServer(t, tomorrow, &tls.Config{GetConfigForClient: hello}, tt.name)
			c := trusting(app, &Client{InsecureSkipVerify: tt.insecure})
			target := strings.Replace(app.URL, "127.0.0.1", "localhost", 1) + "/sms#rc=0&" + tt.fragment
			_, answer := story(t, c, request("POST", target))
			if got := <-names; got != tt.want || codeOf(answer.Failure) != tt.code {
				t.Errorf("name %q, failure %v; want %q and %q", got, answer.Failure, tt.want, tt.code)
			}
		})
	}
}

// TestIntermediates checks that the certificates between the app's own and the root are used, with
// and without SNI, and that they are needed.
func TestIntermediates(t *testing.T) {
	root, rootKey := newAuthority(t, "root", nil, nil)
	middle, middleKey := newAuthority(t, "middle", root, rootKey)
	leaf, leafKey := newCertificate(t,
		&x509.Certificate{DNSNames: []string{"localhost"}}, middle, middleKey)
	for _, complete := range []bool{true, false} {
		chain := [][]byte{leaf.Raw}
		if complete {
			chain = append(chain, middle.Raw)
		}
		app := httptest.NewUnstartedServer(http.HandlerFunc(ok))
		app.Config.ErrorLog = quiet
		app.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: chain, PrivateKey: leafKey}}}
		app.StartTLS()
		defer app.Close()
		for _, fragment := range []string{"", "&sni=n"} {
			c := &Client{}
			c.once.Do(c.dialWith)
			c.transport.TLSClientConfig.RootCAs = x509.NewCertPool()
			c.transport.TLSClientConfig.RootCAs.AddCert(root)
			target := strings.Replace(app.URL, "127.0.0.1", "localhost", 1) + "/sms#rc=0" + fragment
			_, answer := story(t, c, request("POST", target))
			if got := answer.Failure == nil; got != complete {
				t.Errorf("chain complete %t, %q: failure %v", complete, fragment, answer.Failure)
			}
		}
	}
}

// newAuthority makes a certificate that signs others, by a parent or by itself.
func newAuthority(t *testing.T, name string, parent *x509.Certificate, key *ecdsa.PrivateKey) (
	*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	return newCertificate(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}, parent, key)
}

func newCertificate(t *testing.T, template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (
	*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(1)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

// TestInsecureSkipVerify accepts a self-signed certificate.
func TestInsecureSkipVerify(t *testing.T) {
	app := httptest.NewTLSServer(http.HandlerFunc(ok))
	app.Config.ErrorLog = quiet
	defer app.Close()
	for insecure, want := range map[bool]string{false: "11237", true: ""} { // F-131
		for _, fragment := range []string{"#rc=0", "#rc=0&ct=1000", "#rc=0&sni=n"} {
			_, answer := story(t, &Client{InsecureSkipVerify: insecure}, request("POST", app.URL+fragment))
			if codeOf(answer.Failure) != want {
				t.Errorf("InsecureSkipVerify %t, %s: %v, want %q", insecure, fragment, answer.Failure, want)
			}
		}
	}
}

// valid asks Twilio's own validator about a request that the app got.
func valid(sent seen, base string) bool {
	validator := client.NewRequestValidator(token)
	signature := sent.Header.Get("X-Twilio-Signature")
	if sent.Method == http.MethodGet {
		return validator.Validate(base+sent.URI, nil, signature)
	}
	return validator.ValidateBody(base+sent.URI, []byte(sent.Body), signature)
}
