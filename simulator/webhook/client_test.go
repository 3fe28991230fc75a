package webhook

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

const token = "0123456789abcdef0123456789abcdef"

// request is an inbound message to the URL.
func request(method, url string) *Request {
	return &Request{
		Purpose: journal.Inbound, SID: "SM1", Method: method, URL: url, ContentType: InboundType,
		Token: token, Idempotency: "5d2ea2f5-e1a1-4f0f-8a9c-2e0c0cbb8d2c",
		Params: Params{{"To", "+12025550100"}, {"Body", "a b+c & é"}, {"ToState", ""},
			{"From", "+12025550142"}},
	}
}

const form = "To=%2B12025550100&Body=a+b%2Bc+%26+%C3%A9&ToState=&From=%2B12025550142"

// seen is what an app got.
type seen struct {
	Method, URI, Host, Body string
	ContentLength           int64
	Header                  http.Header
}

// newApp starts an app that hands on what it gets and answers with handler.
func newApp(t *testing.T, handler http.HandlerFunc) (app *httptest.Server, got chan seen) {
	got = make(chan seen, 100)
	app = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- seen{r.Method, r.RequestURI, r.Host, string(body), r.ContentLength, r.Header}
		handler(w, r)
	}))
	t.Cleanup(app.Close)
	return app, got
}

func ok(http.ResponseWriter, *http.Request) {}

func host(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }

// TestRequest compares the request that the app receives, header by header, with the facts.
func TestRequest(t *testing.T) {
	app, got := newApp(t, ok)
	type header = http.Header
	const length = int64(len(form))
	post := func(contentType, signed string, more header) header {
		h := header{
			"User-Agent": {"TwilioProxy/1.1"}, "Accept": {"*/*"}, "X-Home-Region": {"us1"}, // F-034
			"I-Twilio-Idempotency-Token": {"5d2ea2f5-e1a1-4f0f-8a9c-2e0c0cbb8d2c"},
			"X-Twilio-Signature":         {signed},
		}
		if contentType != "" {
			h["Content-Type"], h["Content-Length"] = []string{contentType}, []string{strconv.Itoa(len(form))}
		}
		maps.Copy(h, more)
		return h
	}
	sign := func(url string) string {
		return (&Request{Method: "POST", URL: url, Token: token,
			Params: request("", "").Params}).Signature()
	}
	signGET := func(url string) string {
		return (&Request{Method: "GET", URL: url,
			Token: token}).Signature()
	}
	public := Routes{{Public: "https://shop.example", Local: app.URL}}
	forwarded := header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"shop.example"}}
	for _, tt := range []struct {
		name      string
		method    string
		url       string
		routes    Routes
		status    bool
		want      seen
		signedURL string
	}{
		{"inbound", "POST", app.URL + "/sms", nil, false, // F-033: no charset
			seen{"POST", "/sms", host(app), form, length,
				post("application/x-www-form-urlencoded", sign(app.URL+"/sms"), nil)}, app.URL + "/sms"},
		{"status callback", "POST", app.URL + "/status", nil, true, // F-033: with charset
			seen{"POST", "/status", host(app), form, length,
				post("application/x-www-form-urlencoded; charset=utf-8", sign(app.URL+"/status"), nil)},
			app.URL + "/status"},
		{"GET", "GET", app.URL + "/sms", nil, false, // F-037, F-065
			seen{"GET", "/sms?" + form, host(app), "", 0, post("", signGET(app.URL+"/sms?"+form), nil)},
			app.URL + "/sms?" + form},
		{"GET behind a query", "GET", app.URL + "/sms?a=1&b=%20", nil, false, // F-037
			seen{"GET", "/sms?a=1&b=%20&" + form, host(app), "", 0,
				post("", signGET(app.URL+"/sms?a=1&b=%20&"+form), nil)},
			app.URL + "/sms?a=1&b=%20&" + form},
		{"GET behind an empty query", "GET", app.URL + "/sms?", nil, false,
			seen{"GET", "/sms?" + form, host(app), "", 0, post("", signGET(app.URL+"/sms?"+form), nil)},
			app.URL + "/sms?" + form},
		{"fragment", "POST", app.URL + "/sms?a=1#rc=2&rp=all", nil, false, // F-040
			seen{"POST", "/sms?a=1", host(app), form, length,
				post(InboundType, sign(app.URL+"/sms?a=1"), nil)}, app.URL + "/sms?a=1"},
		{"userinfo", "POST", "http://user:secret@" + host(app) + "/sms", nil, false, // F-060, F-068
			seen{"POST", "/sms", host(app), form, length, post(InboundType, sign(app.URL+"/sms"), nil)},
			app.URL + "/sms"},
		{"GET with userinfo and fragment", "GET", "http://user@" + host(app) + "/sms#rc=2", nil, false,
			seen{"GET", "/sms?" + form, host(app), "", 0, post("", signGET(app.URL+"/sms?"+form), nil)},
			app.URL + "/sms?" + form},
		{"no path", "POST", app.URL, nil, false, // F-067: signed as configured
			seen{"POST", "/", host(app), form, length, post(InboundType, sign(app.URL), nil)}, app.URL},
		{"routed", "POST", "https://shop.example/sms?a=1", public, false,
			seen{"POST", "/sms?a=1", "shop.example", form, length,
				post(InboundType, sign("https://shop.example/sms?a=1"), forwarded)},
			"https://shop.example/sms?a=1"},
		{"routed GET with userinfo", "GET", "https://u:p@shop.example/sms", public, false,
			seen{"GET", "/sms?" + form, "shop.example", "", 0,
				post("", signGET("https://shop.example/sms?"+form), forwarded)},
			"https://shop.example/sms?" + form},
		{"routed to a host that begins like the public one", "POST", "http://127.0.0.1/sms",
			Routes{{"http://127.0.0.1", app.URL}}, false,
			seen{"POST", "/sms", "127.0.0.1", form, length, post(InboundType, sign("http://127.0.0.1/sms"),
				header{"X-Forwarded-Proto": {"http"}, "X-Forwarded-Host": {"127.0.0.1"}})},
			"http://127.0.0.1/sms"},
		{"a scheme in capitals is not a route", "POST", "HTTP://" + host(app) + "/sms", nil, false,
			seen{"POST", "/sms", host(app), form, length,
				post(InboundType, sign("HTTP://"+host(app)+"/sms"), nil)}, "HTTP://" + host(app) + "/sms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request(tt.method, tt.url)
			if tt.status {
				r.ContentType = StatusType
			}
			c := &Client{Routes: tt.routes}
			defer c.Close()
			answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
			if answer.Failure != nil {
				t.Fatal(answer.Failure)
			}
			if diff := cmp.Diff(tt.want, <-got); diff != "" {
				t.Errorf("the app got another request (-want +got):\n%s", diff)
			}
			if answer.Exchange.URL != tt.signedURL {
				t.Errorf("URL in the journal %q, want %q", answer.Exchange.URL, tt.signedURL)
			}
		})
	}
}

// TestSignature checks signatures with Twilio's own validator.
func TestSignature(t *testing.T) {
	validator := client.NewRequestValidator(token)
	app, got := newApp(t, ok)
	c := &Client{Routes: Routes{{"https://shop.example:8443", app.URL}}}
	defer c.Close()
	for _, method := range []string{"GET", "POST"} {
		for _, base := range []string{app.URL, "https://shop.example:8443",
			"https://user:secret@shop.example:8443"} {
			for _, rest := range []string{"/sms", "/sms?a=1&b=x%20y", "/sms/", "/sms#rc=1",
				"/sms?a=1#rc=1"} {
				for _, spoil := range append([]string{""}, fault.Signatures()...) {
					r := request(method, base+rest)
					r.Spoil, r.Stolen = fault.Signature(spoil), "MB+jaI6MHfq/AYC9MMsILaVgBUw="
					answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
					sent := <-got
					signature := sent.Header.Get("X-Twilio-Signature")
					public := strings.Replace(base, "user:secret@", "", 1) + sent.URI
					valid := validator.Validate(public, nil, signature)
					if method == "POST" {
						valid = validator.ValidateBody(public, []byte(sent.Body), signature)
					}
					if valid != (spoil == "") {
						t.Errorf("%s %s, spoil %q: Twilio's validator says %t", method, r.URL, spoil, valid)
					}
					missing := spoil == string(fault.SignatureMissing)
					if _, there := sent.Header["X-Twilio-Signature"]; there == missing {
						t.Errorf("%s %s, spoil %q: header present: %t", method, r.URL, spoil, there)
					}
					if want := map[string]string{"": "valid"}[spoil] + spoil; answer.Exchange.Signature != want {
						t.Errorf("journal says %q, want %q", answer.Exchange.Signature, want)
					}
				}
			}
		}
	}
}

// TestExchange compares the journal's record with what was sent and answered.
func TestExchange(t *testing.T) {
	app, _ := newApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response/>")
	})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := request("POST", "https://u:p@shop.example/sms#rc=0")
	r.At, r.ReplayOf = at, "W1"
	var recorded []*journal.Exchange
	c := &Client{Routes: Routes{{"https://shop.example", app.URL}}}
	defer c.Close()
	answer := c.Do(t.Context(), r, func(x *journal.Exchange, _ bool) {
		recorded = append(recorded, x)
	})
	want := &journal.Exchange{
		Purpose: journal.Inbound, SID: "SM1", ReplayOf: "W1", Attempt: 1, At: at,
		Method: "POST", URL: "https://shop.example/sms", Dialed: app.URL + "/sms", Body: form,
		Signature: "valid",
		Header: journal.MakeHeader(http.Header{
			"Host": {"shop.example"}, "User-Agent": {"TwilioProxy/1.1"}, "Accept": {"*/*"},
			"X-Home-Region":              {"us1"},
			"I-Twilio-Idempotency-Token": {r.Idempotency}, "X-Twilio-Signature": {r.Signature()},
			"Content-Type":   {InboundType},
			"Content-Length": {strconv.Itoa(len(form))}, "X-Forwarded-Proto": {"https"},
			"X-Forwarded-Host": {"shop.example"}, "X-Twilsim-Replay": {"W1"},
		}),
		Status: 200, ResponseHeader: "Content-Length: 11\r\nContent-Type: text/xml\r\n",
		ResponseBody: "<Response/>",
	}
	if diff := cmp.Diff([]*journal.Exchange{want}, recorded,
		cmpopts.IgnoreFields(journal.Exchange{}, "Real", "Duration")); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	wantAnswer := &Answer{Exchange: recorded[0], ContentType: "text/xml", Body: []byte("<Response/>"),
		Limit: 15 * time.Second}
	if diff := cmp.Diff(wantAnswer, answer); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if recorded[0].Real.IsZero() || recorded[0].Duration <= 0 {
		t.Errorf("real time %v, duration %v", recorded[0].Real, recorded[0].Duration)
	}
}

func TestChunked(t *testing.T) {
	for _, tt := range []struct {
		name, response string
		want           bool
	}{
		{"no length, the connection's end ends it", "HTTP/1.0 200 OK\r\n\r\n", false},
		{"length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true}, // F-058
		{"no content", "HTTP/1.1 204 No Content\r\n\r\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{}
			defer c.Close()
			answer := c.Do(t.Context(), request("POST", "http://"+rawServer(t, tt.response)+"/"),
				func(*journal.Exchange, bool) {})
			if answer.Failure != nil || answer.Chunked != tt.want || len(answer.Body) != 0 {
				t.Errorf("chunked %t, body %q, failure %v; want chunked %t", answer.Chunked, answer.Body,
					answer.Failure, tt.want)
			}
		})
	}
}

// rawServer answers every connection with bytes, once a request's header has come, and closes it.
func rawServer(t *testing.T, response string) (address string) {
	return serve(t, func(c net.Conn) {
		readHeader(c)
		_, _ = io.WriteString(c, response)
	})
}

// serve hands each connection to handle and closes it then.
func serve(t *testing.T, handle func(net.Conn)) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c)
			}()
		}
	}()
	return l.Addr().String()
}

// noTLS answers whatever comes in plain HTTP.
func noTLS(t *testing.T) (address string) {
	return serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
	})
}

// readHeader reads a request, header and body, as far as it comes in one piece.
func readHeader(c net.Conn) {
	var all []byte
	buffer := make([]byte, 4096)
	for !strings.Contains(string(all), "\r\n\r\n") || !strings.HasSuffix(string(all), form) &&
		strings.HasPrefix(string(all), "POST") {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		all = append(all, buffer[:n]...)
	}
}

// TestOutside checks that a host outside this machine is called only if it is allowed.
func TestOutside(t *testing.T) {
	var calls atomic.Int32
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	app := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter,
		*http.Request) {
		calls.Add(1)
	})}
	app.ConnState = func(net.Conn, http.ConnState) { calls.Add(100) }
	go app.Serve(l)
	defer app.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	// 0.0.0.0 reaches this machine, but does not count as local: it represents a host outside.
	outside := "0.0.0.0:" + port
	for _, tt := range []struct {
		name, url string
		allow     func(string) bool
		want      string
	}{
		{"nothing is allowed", "http://" + outside + "/sms", nil, outside},
		{"another host is allowed", "http://" + outside + "/sms",
			func(h string) bool { return h == "shop.example:80" }, outside},
		{"a name", "http://shop.invalid/sms", nil, "shop.invalid:80"},
		{"a name with userinfo and https", "https://localhost@shop.invalid/sms", nil, "shop.invalid:443"},
		{"localhost in front", "http://localhost.shop.invalid/sms", nil, "localhost.shop.invalid:80"},
		{"localhost in the fragment", "http://shop.invalid#@localhost/sms", nil, "shop.invalid:80"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var recorded []*journal.Exchange
			c := &Client{Allow: tt.allow, Retries: 3}
			defer c.Close()
			r := request("POST", tt.url)
			answer := c.Do(t.Context(), r, func(x *journal.Exchange, _ bool) {
				recorded = append(recorded, x)
			})
			want := &Failure{Code: CodeOutside, Text: "host " + tt.want + " is not allowed",
				Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " +
					tt.want}
			if diff := cmp.Diff(want, answer.Failure); diff != "" {
				t.Errorf("failure (-want +got):\n%s", diff)
			}
			if len(recorded) != 1 || recorded[0].Code != want.Code || recorded[0].Error != want.Text ||
				recorded[0].Status != 0 {
				t.Errorf("recorded %+v", recorded)
			}
		})
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("something was sent: %d", n)
	}
	c := &Client{Allow: func(h string) bool { return h == outside }}
	defer c.Close()
	if answer := c.Do(t.Context(), request("POST", "http://"+outside+"/sms"),
		func(*journal.Exchange, bool) {}); answer.Failure != nil {
		t.Error(answer.Failure)
	}
}

// TestLocalhostNames checks that names below .localhost are dialled without a resolver (RFC 6761).
func TestLocalhostNames(t *testing.T) {
	app, got := newApp(t, ok)
	_, port, _ := net.SplitHostPort(host(app))
	c := &Client{}
	defer c.Close()
	for _, name := range []string{"localhost", "shop.localhost", "SHOP.LocalHost"} {
		answer := c.Do(t.Context(), request("POST", "http://"+name+":"+port+"/sms"),
			func(*journal.Exchange, bool) {})
		if answer.Failure != nil {
			t.Errorf("%s: %v", name, answer.Failure)
			continue
		}
		if sent := <-got; sent.Host != name+":"+port {
			t.Errorf("Host %q", sent.Host)
		}
	}
}

// TestRetry counts attempts: only a failed connection is retried (F-044, F-045), with the same
// idempotency token (F-036).
func TestRetry(t *testing.T) {
	refused := refusedAddress(t)
	for _, tt := range []struct {
		name    string
		url     string
		retries int
		want    []int
		code    string
	}{
		{"refused", "http://" + refused + "/", 0, []int{1, 2}, CodeRefused},
		{"refused, three retries", "http://" + refused + "/", 3, []int{1, 2, 3, 4}, CodeRefused},
		{"refused, no retry", "http://" + refused + "/", -1, []int{1}, CodeRefused},
		{"no TLS", "https://" + noTLS(t) + "/", 0, []int{1, 2}, codeProtocol},
		{"no HTTP", "http://" + rawServer(t, "SSH-2.0-OpenSSH_9.6\r\n") + "/", 0, []int{1}, codeProtocol},
		{"500", "http://" + rawServer(t, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n") + "/", 3,
			[]int{1}, CodeRetrieval},
		{"hung up", "http://" + rawServer(t, "") + "/", 3, []int{1}, CodeRetrieval},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{Retries: tt.retries}
			defer c.Close()
			var attempts []int
			tokens := map[string]bool{}
			r := request("POST", tt.url)
			answer := c.Do(t.Context(), r, func(x *journal.Exchange, _ bool) {
				attempts = append(attempts, x.Attempt)
				tokens[x.Header.Get("I-Twilio-Idempotency-Token")] = true
				if x.Code != tt.code {
					t.Errorf("attempt %d: code %q, want %q", x.Attempt, x.Code, tt.code)
				}
			})
			if diff := cmp.Diff(tt.want, attempts); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]bool{r.Idempotency: true}, tokens); diff != "" {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
			if answer.Failure == nil || answer.Failure.Code != tt.code {
				t.Errorf("failure %v, want %s", answer.Failure, tt.code)
			}
		})
	}
}

// TestRetrySucceeds lets the TLS handshake of the first connection fail.
func TestRetrySucceeds(t *testing.T) {
	var tries atomic.Int32
	app := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	app.Config.ErrorLog = quiet
	app.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if tries.Add(1) == 1 {
			return nil, io.ErrClosedPipe
		}
		return nil, nil
	}}
	app.StartTLS()
	defer app.Close()
	c := trusting(app, &Client{})
	defer c.Close()
	var codes []string
	answer := c.Do(t.Context(), request("POST", app.URL),
		func(x *journal.Exchange, _ bool) { codes = append(codes, x.Code) })
	if answer.Failure != nil {
		t.Error(answer.Failure)
	}
	if diff := cmp.Diff([]string{codeHandshake, ""}, codes); diff != "" {
		t.Errorf("codes of the attempts (-want +got):\n%s", diff)
	}
}

// TestHuge streams a gigabyte: the client reads to its limit, and the next call works.
func TestHuge(t *testing.T) {
	var written atomic.Int64
	ended := make(chan struct{})
	app, _ := newApp(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/small" {
			return
		}
		defer close(ended)
		block := make([]byte, 1<<20)
		for range 1 << 10 {
			n, err := w.Write(block)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	c := &Client{}
	defer c.Close()
	answer := c.Do(t.Context(), request("POST", app.URL+"/huge"), func(*journal.Exchange, bool) {})
	<-ended
	if answer.Failure != nil || len(answer.Body) != maxBytes || !answer.Exchange.Truncated ||
		len(answer.Exchange.ResponseBody) != maxBytes {
		t.Errorf("failure %v, %d bytes, truncated %t", answer.Failure, len(answer.Body),
			answer.Exchange.Truncated)
	}
	if n := written.Load(); n > 64<<20 {
		t.Errorf("the app wrote %d bytes before it was stopped", n)
	}
	if answer := c.Do(t.Context(), request("POST", app.URL+"/small"),
		func(*journal.Exchange, bool) {}); answer.Failure != nil {
		t.Errorf("the next call: %v", answer.Failure)
	}
}

// TestCallerStops checks that a canceled call is not reported as a slow app.
func TestCallerStops(t *testing.T) {
	arrived := make(chan struct{}, 1)
	app, _ := newApp(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	want := &Failure{Code: CodeRetrieval, Text: "the simulator stopped while it waited for the answer"}
	for _, tt := range []struct {
		name string
		ctx  func() (context.Context, context.CancelFunc)
	}{
		{"canceled", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-arrived; cancel() }()
			return ctx, cancel
		}},
		{"deadline", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 50*time.Millisecond)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{Retries: 5}
			defer c.Close()
			ctx, cancel := tt.ctx()
			defer cancel()
			if diff := cmp.Diff(want, c.Do(ctx, request("POST", app.URL),
				func(*journal.Exchange, bool) {}).Failure); diff != "" {
				t.Errorf("failure (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBadURL checks that the failure of a URL that cannot be called is recorded too.
func TestBadURL(t *testing.T) {
	var recorded []*journal.Exchange
	answer := (&Client{}).Do(t.Context(), request("POST", "http://[::1/sms"),
		func(x *journal.Exchange, _ bool) { recorded = append(recorded, x) })
	if answer.Failure == nil || answer.Failure.Code != CodeInvalidURL || answer.Failure.Connect {
		t.Fatalf("failure %v, want %s", answer.Failure, CodeInvalidURL)
	}
	if len(recorded) != 1 || recorded[0].Code != CodeInvalidURL ||
		recorded[0].Error != answer.Failure.Text {
		t.Errorf("recorded %+v", recorded)
	}
}

// refusedAddress returns an address of this machine that refuses connections. Its port belongs to
// the client's end of a connection until the test ends: a port that is merely closed could be given
// to the server of another test in the meantime.
func refusedAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn.LocalAddr().String()
}

func ExampleClient_Do() {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response><Message>You "+
			"said "+url.PathEscape(r.FormValue("Body"))+"</Message></Response>")
	}))
	defer app.Close()
	c := &Client{Routes: Routes{{Public: "https://shop.example", Local: app.URL}}}
	defer c.Close()
	r := &Request{
		Method: "POST", URL: "https://shop.example/sms", Token: "12345", ContentType: InboundType,
		Params: Params{{"Body", "hello"}, {"From", "+12025550142"}},
	}
	answer := c.Do(context.Background(), r, func(x *journal.Exchange, _ bool) {
		fmt.Printf("attempt %d: %d\n", x.Attempt, x.Status)
	})
	fmt.Println(string(answer.Body))
	// Output:
	// attempt 1: 200
	// <Response><Message>You said hello</Message></Response>
}
