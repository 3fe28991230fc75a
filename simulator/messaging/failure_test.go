package messaging_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

const (
	customer = "+12025550142"
	shop     = "+12025550100"
)

// wait is the time limit for an app that never answers. An override cannot be below 100 ms (F-042,
// F-043).
const wait = 30 * time.Millisecond

// failure is a way in which an app fails.
type failure struct {
	name   string
	url    string // of its webhook
	code   string // of the alert
	status string // and the code, as an exchange has them: 500 11200
	on     string // the word of rp that has it tried again; "" for none

	read, total time.Duration // the client's, where the app never answers; 0 for Twilio's
}

// failures are the apps of the table, each at a URL of its own.
func failures(t *testing.T) []*failure {
	raw := func(response string) string { return serveBytes(t, response, false) }
	typed := func(contentType, body string) string {
		return raw(answer(200, body, "Content-Type: "+
			contentType))
	}
	to := func(location string) string { return raw(answer(302, "", "Location: "+location)) }
	const chunks = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: " +
		"chunked\r\nConnection: close\r\n\r\n"
	tooLarge := strings.Repeat(" ", 64<<10+1)
	return []*failure{
		// F-120
		{name: "refused", url: "http://127.0.0.1:1/sms", code: "11202", status: "11202", on: "ct"},
		// F-039, F-131
		{name: "certificate", url: selfSigned(t), code: "11237", status: "11237", on: "ct"},
		// F-118
		{name: "reset", url: serveBytes(t, "", true), code: "11200", status: "11200"},
		// F-123
		{name: "garbage", url: raw("SSH-2.0-OpenSSH_9.6\r\n"), code: "11206", status: "11206"},
		{name: "read timeout", url: silence(t), read: wait, code: "11200", status: "11200",
			on: "rt"}, // F-042
		// F-121
		{name: "total timeout", url: silence(t), total: wait, code: "11203", status: "11203"},
		// F-048
		{name: "truncated", url: raw(cut), code: "11200", status: "200 11200"},
		// F-054
		{name: "404", url: raw(answer(404, "")), code: "11200", status: "404 11200", on: "4xx"},
		// F-054
		{name: "500", url: raw(answer(500, "")), code: "11200", status: "500 11200", on: "5xx"},
		// F-126
		{name: "304", url: raw(answer(304, "")), code: "11216", status: "304 11216"},
		// F-126
		{name: "redirect to nowhere", url: to("ftp://x/"), code: "11216", status: "302 11216"},
		// F-125
		{name: "302 loop", url: to("/sms"), code: "11215", status: "302 11215"},
		// F-143
		{name: "content type", url: typed("application/json", "{}"), code: "12300", status: "200"},
		// F-139
		{name: "not XML", url: typed("text/xml", "Hello & welcome"), code: "12100", status: "200"},
		// F-141
		{name: "root", url: typed("text/html", "<Answer/>"), code: "12102", status: "200"},
		// F-136
		{name: "too large", url: typed("text/xml", tooLarge), code: "11750", status: "200"},
		// F-138
		{name: "empty chunked", url: raw(chunks + "0\r\n\r\n"), code: "11770", status: "200"},
	}
}

// cut is an answer that is shorter than its Content-Length.
const cut = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<Resp"

// override is what the webhook's fragment says, and what it means for retries (F-044, F-045).
type override struct {
	fragment string
	retries  int
	policy   []string
}

func overrides() []override {
	return []override{
		{"", 1, []string{"ct"}},
		{"rc=0", 0, []string{"ct"}},
		{"rc=3", 3, []string{"ct"}},
		{"rc=3&rp=5xx", 3, []string{"5xx"}},
		{"rp=4xx,rt", 1, []string{"4xx", "rt"}},
		{"rp=all", 1, []string{"ct", "rt", "4xx", "5xx"}},
		{"rt=SHORT", 1, []string{"ct"}},
		{"tt=SHORT", 1, []string{"ct"}},
	}
}

// in returns the override for an app. A time limit is short if it is the one that ends the call,
// and otherwise long enough for a busy machine: of two short ones, either could end first.
func (o override) in(f *failure) string {
	const short, long = "100", "15000"
	limit := long
	if f.read > 0 && strings.HasPrefix(o.fragment, "rt=") ||
		f.total > 0 && strings.HasPrefix(o.fragment, "tt=") {
		limit = short
	}
	return strings.ReplaceAll(o.fragment, "SHORT", limit)
}

// fallbacks are the fallback URLs: none, one that answers, one that fails.
func fallbacks(t *testing.T) map[string]string {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/fallback" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response><Message>sorry</Message></Response>")
	}))
	t.Cleanup(app.Close)
	const patient = "#rt=15000&tt=15000" // whatever the webhook is given
	return map[string]string{"none": "", "ok": app.URL + "/fallback" + patient, "failing": app.URL +
		"/down" + patient}
}

// TestFailures is the table of (failure x override x fallback): what is requested, in which order,
// as which attempt, with which token (a, then b …), when, and which alerts are raised, in the order
// of the journal.
func TestFailures(t *testing.T) {
	apps := map[string]*failure{}
	for _, f := range failures(t) {
		apps[f.name] = f
	}
	standIns := fallbacks(t)
	const (
		answered = "7s fallback 1 POST /fallback b 200"
		said     = "7s reply sorry"
		down     = "7s fallback 1 POST /down b 503 11200"
	)
	for _, tt := range []struct {
		failure, override, fallback string
		want                        []string
	}{
		// the connection fails: the only kind that is retried by default
		{"refused", "", "none", []string{
			"7s inbound 1 POST /sms a 11202", "7s inbound 2 POST /sms a 11202",
			"7s alert 11202 W2"}}, // F-052
		{"refused", "", "ok", []string{
			"7s inbound 1 POST /sms a 11202", "7s inbound 2 POST /sms a 11202", "7s alert 11202 W2",
			answered, said}}, // F-050
		{"refused", "", "failing", []string{
			"7s inbound 1 POST /sms a 11202", "7s inbound 2 POST /sms a 11202", "7s alert 11202 W2",
			down, "7s alert 11200 W3"}},
		{"refused", "rc=0", "ok", []string{"7s inbound 1 POST /sms a 11202", "7s alert 11202 W1",
			answered, said}},
		{"refused", "rc=3", "ok", []string{
			"7s inbound 1 POST /sms a 11202", "7s inbound 2 POST /sms a 11202",
			"7s inbound 3 POST /sms a 11202",
			"7s inbound 4 POST /sms a 11202", "7s alert 11202 W4", answered, said}},
		{"refused", "rc=3&rp=5xx", "ok", []string{"7s inbound 1 POST /sms a 11202",
			"7s alert 11202 W1", answered, said}},
		{"refused", "rp=all", "failing", []string{
			"7s inbound 1 POST /sms a 11202", "7s inbound 2 POST /sms a 11202", "7s alert 11202 W2",
			down, "7s alert 11200 W3"}},
		{"certificate", "", "none", []string{
			"7s inbound 1 POST /sms a 11237", "7s inbound 2 POST /sms a 11237",
			"7s alert 11237 W2"}},
		{"certificate", "rc=0", "ok", []string{"7s inbound 1 POST /sms a 11237",
			"7s alert 11237 W1", answered, said}},
		{"certificate", "rc=3&rp=5xx", "ok", []string{"7s inbound 1 POST /sms a 11237",
			"7s alert 11237 W1", answered, said}},
		{"certificate", "rp=all", "failing", []string{
			"7s inbound 1 POST /sms a 11237", "7s inbound 2 POST /sms a 11237", "7s alert 11237 W2",
			down, "7s alert 11200 W3"}},

		// a connection without an answer
		{"reset", "", "none", []string{"7s inbound 1 POST /sms a 11200", "7s alert 11200 W1"}},
		{"reset", "rp=all", "ok", []string{"7s inbound 1 POST /sms a 11200", "7s alert 11200 W1",
			answered, said}},
		{"garbage", "rp=all", "ok", []string{"7s inbound 1 POST /sms a 11206", "7s alert 11206 W1",
			answered, said}},
		{"garbage", "", "failing", []string{"7s inbound 1 POST /sms a 11206", "7s alert 11206 W1",
			down, "7s alert 11200 W2"}},
		{"read timeout", "", "none", []string{"7s inbound 1 POST /sms a 11200",
			"7s alert 11200 W1"}},
		{"read timeout", "", "ok", []string{"7s inbound 1 POST /sms a 11200", "7s alert 11200 W1",
			answered, said}},
		{"read timeout", "rp=all", "ok", []string{
			"7s inbound 1 POST /sms a 11200", "7s inbound 2 POST /sms a 11200", "7s alert 11200 W2",
			answered, said}},
		{"read timeout", "rc=3&rp=5xx", "failing", []string{
			"7s inbound 1 POST /sms a 11200", "7s alert 11200 W1", down, "7s alert 11200 W2"}},
		{"read timeout", "rt=SHORT", "ok", []string{"7s inbound 1 POST /sms a 11200",
			"7s alert 11200 W1", answered, said}},
		{"total timeout", "", "none", []string{"7s inbound 1 POST /sms a 11203",
			"7s alert 11203 W1"}},
		{"total timeout", "tt=SHORT", "ok", []string{"7s inbound 1 POST /sms a 11203",
			"7s alert 11203 W1", answered, said}},
		{"total timeout", "rp=all", "ok", []string{
			"7s inbound 1 POST /sms a 11203", "7s alert 11203 W1", answered, said}}, // F-043
		{"truncated", "rp=all", "ok", []string{
			"7s inbound 1 POST /sms a 200 11200", "7s alert 11200 W1", answered, said}}, // F-048
		{"truncated", "", "failing", []string{
			"7s inbound 1 POST /sms a 200 11200", "7s alert 11200 W1", down, "7s alert 11200 W2"}},

		// the answer says no
		{"404", "", "none", []string{"7s inbound 1 POST /sms a 404 11200", "7s alert 11200 W1"}},
		{"404", "", "ok", []string{"7s inbound 1 POST /sms a 404 11200", "7s alert 11200 W1",
			answered, said}},
		{"404", "rp=4xx,rt", "ok", []string{
			"7s inbound 1 POST /sms a 404 11200", "7s inbound 2 POST /sms a 404 11200",
			"7s alert 11200 W2", answered, said}},
		{"404", "rc=3&rp=5xx", "ok", []string{"7s inbound 1 POST /sms a 404 11200",
			"7s alert 11200 W1", answered, said}},
		{"500", "", "none", []string{"7s inbound 1 POST /sms a 500 11200", "7s alert 11200 W1"}},
		{"500", "", "failing", []string{"7s inbound 1 POST /sms a 500 11200", "7s alert 11200 W1",
			down, "7s alert 11200 W2"}},
		{"500", "rc=3&rp=5xx", "ok", []string{
			"7s inbound 1 POST /sms a 500 11200", "7s inbound 2 POST /sms a 500 11200",
			"7s inbound 3 POST /sms a 500 11200",
			"7s inbound 4 POST /sms a 500 11200", "7s alert 11200 W4", answered, said}},
		{"500", "rp=all", "failing", []string{
			"7s inbound 1 POST /sms a 500 11200", "7s inbound 2 POST /sms a 500 11200",
			"7s alert 11200 W2", down,
			"7s alert 11200 W3"}},
		{"304", "", "none", []string{"7s inbound 1 POST /sms a 304 11216", "7s alert 11216 W1"}},
		{"304", "rp=all", "ok", []string{"7s inbound 1 POST /sms a 304 11216", "7s alert 11216 W1",
			answered, said}},
		{"redirect to nowhere", "", "ok", []string{"7s inbound 1 POST /sms a 302 11216",
			"7s alert 11216 W1", answered, said}},
		{"redirect to nowhere", "rp=all", "failing", []string{
			"7s inbound 1 POST /sms a 302 11216", "7s alert 11216 W1", down, "7s alert 11200 W2"}},
		{"302 loop", "", "none", slices.Concat(loop(), []string{"7s alert 11215 W11"})},
		{"302 loop", "rp=all", "ok", slices.Concat(loop(), []string{"7s alert 11215 W11", answered,
			said})},
		{"302 loop", "", "failing", slices.Concat(loop(), []string{"7s alert 11215 W11", down,
			"7s alert 11200 W12"})},

		// an answer that is not a document: it is not retried
		{"content type", "", "none", []string{"7s inbound 1 POST /sms a 200", "7s alert 12300 W1"}},
		{"content type", "rp=all", "ok", []string{"7s inbound 1 POST /sms a 200",
			"7s alert 12300 W1", answered, said}},
		{"not XML", "", "none", []string{"7s inbound 1 POST /sms a 200", "7s alert 12100 W1"}},
		{"not XML", "rp=all", "ok", []string{"7s inbound 1 POST /sms a 200", "7s alert 12100 W1",
			answered, said}},
		{"not XML", "", "failing", []string{"7s inbound 1 POST /sms a 200", "7s alert 12100 W1",
			down, "7s alert 11200 W2"}},
		{"root", "rc=3&rp=5xx", "ok", []string{"7s inbound 1 POST /sms a 200", "7s alert 12102 W1",
			answered, said}},
		{"root", "", "failing", []string{"7s inbound 1 POST /sms a 200", "7s alert 12102 W1", down,
			"7s alert 11200 W2"}},
		{"too large", "", "ok", []string{"7s inbound 1 POST /sms a 200", "7s alert 11750 W1",
			answered, said}},
		{"too large", "tt=SHORT", "none", []string{"7s inbound 1 POST /sms a 200",
			"7s alert 11750 W1"}},
		{"empty chunked", "", "ok", []string{"7s inbound 1 POST /sms a 200", "7s alert 11770 W1",
			answered, said}},
		{"empty chunked", "rt=SHORT", "failing", []string{
			"7s inbound 1 POST /sms a 200", "7s alert 11770 W1", down, "7s alert 11200 W2"}},
	} {
		t.Run(strings.Join([]string{tt.failure, tt.override, tt.fallback}, ","),
			func(t *testing.T) {
				t.Parallel()
				f := apps[tt.failure]
				got := story(t, f, override{fragment: tt.override}.in(f), standIns[tt.fallback])
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("story (-want +got):\n%s", diff)
				}
			})
	}
}

// loop is the result of an endless chain of redirects (F-125, F-489): ten hops, all of one webhook.
func loop() []string {
	lines := []string{"7s inbound 1 POST /sms a 302"}
	for range 9 {
		lines = append(lines, "7s http-redirect 1 GET /sms a 302")
	}
	return append(lines, "7s http-redirect 1 GET /sms a 302 11215")
}

// TestFailuresCross combines every failure with every override and each fallback. It expects as
// many attempts as the override asks for, all with one token, then the alert, then one request to
// the fallback.
func TestFailuresCross(t *testing.T) {
	standIns := fallbacks(t)
	for _, f := range failures(t) {
		for _, o := range overrides() {
			for name, fallback := range standIns {
				t.Run(strings.Join([]string{f.name, o.fragment, name}, ","), func(t *testing.T) {
					t.Parallel()
					var want []string
					tries := 1
					if slices.Contains(o.policy, f.on) {
						tries += o.retries
					}
					for n := range tries {
						want = append(want, fmt.Sprintf("7s inbound %d POST /sms a %s", n+1,
							f.status))
					}
					if f.name == "302 loop" {
						want = loop()
					}
					want = append(want, fmt.Sprintf("7s alert %s W%d", f.code, len(want)))
					switch name {
					case "ok":
						want = append(want, "7s fallback 1 POST /fallback b 200", "7s reply sorry")
					case "failing":
						want = append(want, "7s fallback 1 POST /down b 503 11200",
							fmt.Sprintf("7s alert 11200 W%d", len(want)))
					}
					if diff := cmp.Diff(want, story(t, f, o.in(f), fallback)); diff != "" {
						t.Errorf("story (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// story sends a text to the app, and returns what the journal has about it.
func story(t *testing.T, f *failure, fragment, fallback string) []string {
	t.Helper()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	hooks := &webhook.Client{ReadTimeout: f.read, TotalTimeout: f.total}
	t.Cleanup(hooks.Close)
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(start), Hooks: hooks})
	t.Cleanup(a.Close)
	_, err := a.SetWebhooks(shop, func(n *directory.Number) {
		n.SmsURL, n.SmsFallbackURL = f.url+"#"+fragment, fallback
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Clock.Advance(t.Context(), 7*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Receive(t.Context(), messaging.Text{From: customer, To: shop,
		Body: "hi"}); err != nil {
		t.Fatal(err)
	}
	var lines []string
	tokens := map[string]string{}
	events, _ := a.Journal.Events(0)
	for _, e := range events {
		if line := describeEvent(t, a, e, tokens); line != "" {
			lines = append(lines, e.At.Sub(start).String()+" "+line)
		}
	}
	return lines
}

// describeEvent describes an event, "" for one that is not of interest. tokens has the letter of
// each idempotency token.
func describeEvent(t *testing.T, a *messaging.Account, e journal.Event,
	tokens map[string]string) string {
	t.Helper()
	thing := func(kind journal.Kind, id string) journal.Thing {
		thing, ok := a.Journal.Thing(kind, id)
		if !ok {
			t.Fatalf("the journal has no %s", id)
		}
		return thing
	}
	switch e.Type {
	case journal.WebhookAttempt:
		x := thing(journal.Webhooks, e.Exchange).(*journal.Exchange)
		token := x.Header.Get("I-Twilio-Idempotency-Token")
		if tokens[token] == "" {
			tokens[token] = string(rune('a' + len(tokens)))
		}
		line := fmt.Sprintf("%s %d %s %s %s", x.Purpose, x.Attempt, x.Method, x.Path(),
			tokens[token])
		if x.Status != 0 {
			line += fmt.Sprintf(" %d", x.Status)
		}
		if x.Signature != "valid" || !x.At.Equal(e.At) {
			t.Errorf("exchange %+v", x)
		}
		return strings.TrimSuffix(line+" "+x.Code, " ")
	case journal.AlertRaised:
		alert := thing(journal.Alerts, e.Alert).(*journal.Alert)
		if alert.Level != journal.LevelError {
			t.Errorf("alert %+v", alert)
		}
		return fmt.Sprintf("alert %s %s", alert.Code, alert.Exchange)
	case journal.MessageCreated:
		return "reply " + thing(journal.Messages, e.SID).(*messaging.Message).Snapshot().Body
	}
	return ""
}

// answer is a whole response, after which the app closes the connection.
func answer(status int, body string, headers ...string) string {
	headers = append(headers, fmt.Sprintf("Content-Length: %d", len(body)), "Connection: close")
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\n\r\n%s", status, http.StatusText(status),
		strings.Join(headers, "\r\n"), body)
}

// serveBytes answers every request with some bytes, and closes or resets the connection. It returns
// a URL.
func serveBytes(t *testing.T, response string, reset bool) string {
	return serve(t, func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		_, _ = io.WriteString(conn, response) // the simulator may have read enough
		if reset {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}
	})
}

// silence reads a request and does not answer.
func silence(t *testing.T) string {
	return serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
}

func serve(t *testing.T, each func(net.Conn)) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			go func() {
				defer conn.Close()
				each(conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String() + "/sms"
}

// selfSigned serves TLS with a self-signed certificate.
func selfSigned(t *testing.T) string {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL + "/sms"
}
