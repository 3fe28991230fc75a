package rest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// send sends a request with the account's credentials.
func send(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.SetBasicAuth(account, token)
	if body != "" {
		r.Header.Set("Content-Type", formType)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	messagesURL = "http://127.0.0.1:2010/2010-04-01/Accounts/" + account + "/Messages.json"
	form        = "To=%2B12025550142&From=%2B12025550100&Body=hi"
)

func last(t *testing.T, a *messaging.Account) *journal.Exchange {
	t.Helper()
	for thing := range a.Journal.Backward(journal.Requests, "") {
		return thing.(*journal.Exchange)
	}
	t.Fatal("the journal has no request")
	return nil
}

// TestHeaders compares the headers of captured answers (F-368).
func TestHeaders(t *testing.T) {
	h := newHandler(t)
	w := send(h, "POST", messagesURL, form)
	want := http.Header{
		"Content-Type": {"application/json"}, "Access-Control-Allow-Origin": {"*"},
		"Access-Control-Allow-Credentials": {"true"},
		"Access-Control-Allow-Headers": {
			"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, " +
				"If-Unmodified-Since, Idempotency-Key"},
		"Access-Control-Allow-Methods":  {"GET, POST, DELETE, OPTIONS"},
		"Access-Control-Expose-Headers": {"ETag"},
		"X-Powered-By":                  {"AT-5000"},
		"X-Shenanigans":                 {"none"},
		"X-Home-Region":                 {"us1"},
		"X-Api-Domain":                  {"api.twilio.com"},
		"Strict-Transport-Security":     {"max-age=31536000"}, "Twilio-Concurrent-Requests": {"1"},
	}
	got := w.Header()
	if id := got.Get("Twilio-Request-Id"); !regexp.MustCompile(`^RQ[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("Twilio-Request-Id is %q", id)
	}
	seconds := regexp.MustCompile(`^\d+\.\d{3}$`)
	if took := got.Get("Twilio-Request-Duration"); !seconds.MatchString(took) {
		t.Errorf("Twilio-Request-Duration is %q", took)
	}
	got.Del("Twilio-Request-Id")
	got.Del("Twilio-Request-Duration")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if got := send(h, "GET", "http://messaging.twilio.com/v1/Services",
		"").Header().Get("X-Api-Domain"); got != "messaging.twilio.com" {
		t.Errorf("X-Api-Domain is %q", got)
	}
}

// TestRequestIDs: the same seed and the same requests give the same SIDs.
func TestRequestIDs(t *testing.T) {
	ids := func() (ids []string) {
		h := newHandler(t)
		for range 3 {
			ids = append(ids, send(h, "GET", messagesURL, "").Header().Get("Twilio-Request-Id"))
		}
		return ids
	}
	if diff := cmp.Diff(ids(), ids()); diff != "" {
		t.Errorf("SIDs (-first +second):\n%s", diff)
	}
}

// TestConcurrentRequests: an answer says how many requests are being served (F-379).
func TestConcurrentRequests(t *testing.T) {
	h := newHandler(t)
	in, out := make(chan struct{}), make(chan struct{})
	held := httptest.NewRequest("POST", messagesURL, &slowBody{in, out})
	held.SetBasicAuth(account, token)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(httptest.NewRecorder(), held)
	}()
	<-in
	if got := send(h, "GET", messagesURL,
		"").Header().Get("Twilio-Concurrent-Requests"); got != "2" {
		t.Errorf("got %s requests, want 2", got)
	}
	close(out)
	<-done
}

// slowBody is a request body. It closes in when it is read, and ends when out is closed.
type slowBody struct{ in, out chan struct{} }

func (b *slowBody) Read([]byte) (int, error) {
	close(b.in)
	<-b.out
	return 0, io.EOF
}

// hasty is a client that sends its next request the moment that it sees the end of an answer.
type hasty struct {
	*httptest.ResponseRecorder
	next func()
}

func (w *hasty) WriteHeader(status int) {
	w.ResponseRecorder.WriteHeader(status)
	w.next()
}

func (w *hasty) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.next()
	here, there := net.Pipe()
	_ = there.Close()
	return here, nil, nil
}

// TestConcurrentRequestsEnd checks that a request whose end the app has seen is not counted in the
// answer to the app's next one: otherwise the header depends on how fast the app is.
func TestConcurrentRequestsEnd(t *testing.T) {
	for _, rule := range []string{"", "reset", "lost", "lost:1ms", "timeout:1ms", "21408"} {
		h := newHandler(t)
		if rule != "" {
			fault(t, h, "api=POST:Messages", "respond="+rule)
		}
		r := httptest.NewRequest("POST", messagesURL, strings.NewReader(form))
		r.SetBasicAuth(account, token)
		r.Header.Set("Content-Type", formType)
		count := ""
		h.ServeHTTP(&hasty{ResponseRecorder: httptest.NewRecorder(), next: func() {
			count = send(h, "GET", messagesURL, "").Header().Get("Twilio-Concurrent-Requests")
		}}, r)
		if count != "1" {
			t.Errorf("rule %q: Twilio-Concurrent-Requests of the next answer is %q", rule, count)
		}
	}
}

// TestJournal compares what the journal keeps of a request: both sides, but not the credentials.
func TestJournal(t *testing.T) {
	h := newHandler(t)
	a := h.Accounts.Main()
	w := send(h, "POST", messagesURL, form+"&Priority=high")
	sid := a.Journal.Things(journal.Messages)[0].ID()
	want := &journal.Exchange{
		Name: "R1", Purpose: journal.API, SID: sid, Attempt: 1, Method: "POST", URL: messagesURL,
		Signature: "none", Status: 201,
		Header: "Authorization: Basic [masked]\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nHost: 127.0.0.1:2010\r\n",
		Body: form + "&Priority=high", ResponseBody: w.Body.String(),
		ResponseHeader: journal.MakeHeader(w.Header()),
	}
	ignore := cmpopts.IgnoreFields(journal.Exchange{}, "At", "Real", "Duration")
	if diff := cmp.Diff(want, last(t, a), ignore); diff != "" {
		t.Errorf("exchange (-want +got):\n%s", diff)
	}
	send(h, "GET", strings.Replace(messagesURL, ".json", "/"+sid+".json", 1), "")
	if x := last(t, a); x.SID != sid || x.Error != "" {
		t.Errorf("fetch: %+v", x)
	}
	send(h, "POST", messagesURL, "")
	if x := last(t,
		a); x.Status != 400 || x.Error != "A 'To' phone number is required." || x.SID != "" {
		t.Errorf("refused: %+v", x)
	}
}

// TestJournalOfAccounts: a request is in the journal of the account that its path names. If there
// is no such account, it is in that of the main account.
func TestJournalOfAccounts(t *testing.T) {
	h := newHandler(t)
	sub := h.Accounts.Create("sub")
	main := h.Accounts.Main()
	send(h, "GET", strings.Replace(messagesURL, account, sub.SID, 1), "")
	n, m := sub.Journal.Count(journal.Requests), main.Journal.Count(journal.Requests)
	if n != 1 || m != 0 {
		t.Errorf("the subaccount has %d requests, the main account %d", n, m)
	}
	send(h, "GET", strings.Replace(messagesURL, account, "AC00000000000000000000000000000007", 1),
		"")
	send(h, "GET", strings.Replace(messagesURL, account, "nobody", 1), "")
	if n := main.Journal.Count(journal.Requests); n != 2 {
		t.Errorf("the main account has %d requests, want 2", n)
	}
}

// TestLongBodies: the journal keeps the beginning of a long body. A request body over a megabyte is
// refused.
func TestLongBodies(t *testing.T) {
	h := newHandler(t)
	for range 150 {
		send(h, "POST", messagesURL, form)
	}
	w := send(h, "GET", messagesURL+"?PageSize=150", "")
	x := last(t, h.Accounts.Main())
	if w.Body.Len() <= maxBody || len(x.ResponseBody) != maxBody || !x.Truncated {
		t.Errorf("%d bytes were answered and %d are kept, truncated %v", w.Body.Len(),
			len(x.ResponseBody), x.Truncated)
	}
	if got := w.Header().Get("Content-Length"); got == "" {
		t.Error("a long answer has no Content-Length")
	}
	w = send(h, "POST", messagesURL, form+strings.Repeat("a", maxRequest))
	if x := last(t, h.Accounts.Main()); w.Code != 413 || !strings.Contains(w.Body.String(),
		"20413") || len(x.Body) != maxBody {
		t.Errorf("got %d %s, the journal has %d bytes", w.Code, w.Body, len(x.Body))
	}
	r := httptest.NewRequest("POST", messagesURL, strings.NewReader(form)) // of unknown length
	r.ContentLength = -1
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", formType+"; charset=utf-8")
	recorder := httptest.NewRecorder()
	if h.ServeHTTP(recorder, r); recorder.Code != 201 {
		t.Errorf("chunked: %d %s", recorder.Code, recorder.Body)
	}
	// F-323
	r = httptest.NewRequest("POST", messagesURL, strings.NewReader(`{"To":"+12025550142"}`))
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", "application/json")
	recorder = httptest.NewRecorder()
	if h.ServeHTTP(recorder, r); !strings.Contains(recorder.Body.String(), "21604") {
		t.Errorf("JSON: %d %s", recorder.Code, recorder.Body)
	}
}

// TestProducts: the Host header chooses the API. If it is not one of Twilio's, the path does.
func TestProducts(t *testing.T) {
	for _, tt := range []struct {
		host, path string
		status     int
	}{
		{"127.0.0.1:2010", root(account) + ".json", 200},
		{"127.0.0.1:2010", "/v1/Services", 200},
		{"api.twilio.com", root(account) + ".json", 200},
		{"api.twilio.com:443", root(account) + ".json", 200},
		{"api.dublin.ie1.twilio.com", root(account) + ".json", 200}, // F-468
		{"messaging.twilio.com", "/v1/Services", 200},
		{"API.Twilio.com", root(account) + ".json", 200},
		{"api.twilio.com", "/v1/Services", 501},
		{"messaging.twilio.com", root(account) + ".json", 501},
		{"verify.twilio.com", "/v2/Services", 200},
		{"127.0.0.1:2010", "/v2/Services", 200},
		{"messaging.twilio.com", "/v2/Services", 501},
		{"verify.twilio.com", "/v1/Services", 501},
		{"conversations.twilio.com", "/v1/Services", 501}, // another product's services
		{"monitor.twilio.com", "/v1/Alerts", 200},
		{"monitor.dublin.ie1.twilio.com", "/v1/Alerts", 200},
		{"127.0.0.1:2010", "/v1/Alerts", 200},
		{"messaging.twilio.com", "/v1/Alerts", 501},
		{"monitor.twilio.com", "/v1/Services", 501},
		{"monitor.twilio.com", "/v1/Events", 501},
		{"twilio.com.example", "/v1/Services", 200},
	} {
		t.Run(tt.host+tt.path, func(t *testing.T) {
			if w := send(newHandler(t), "GET", "http://"+tt.host+tt.path, ""); w.Code != tt.status {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, tt.status)
			}
		})
	}
}

// TestLinks: SDKs follow the links of v1 without a change, so they lead to the host that the
// request was sent to (F-423).
func TestLinks(t *testing.T) {
	for _, tt := range []struct {
		host string
		tls  bool
		want string
	}{
		{"127.0.0.1:2010", false, "http://127.0.0.1:2010/v1/Services?"},
		{"localhost:2010", true, "https://localhost:2010/v1/Services?"},
		{"messaging.twilio.com", false, "https://messaging.twilio.com/v1/Services?"},
	} {
		r := httptest.NewRequest("GET", "http://"+tt.host+"/v1/Services", nil)
		r.SetBasicAuth(account, token)
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		if newHandler(t).ServeHTTP(w, r); !strings.Contains(w.Body.String(), `"url": "`+tt.want) {
			t.Errorf("got %s, want a link to %s", w.Body, tt.want)
		}
	}
}

// TestUnmodelled: a request that is not simulated gets an error in Twilio's form, is passed to
// the hook, is in the journal and raises an alert.
func TestUnmodelled(t *testing.T) {
	for _, tt := range []struct{ method, target, form, what string }{
		{"POST", "http://api.twilio.com" + root(account) + "/Calls.json", "To=1",
			"POST " + root(account) + "/Calls.json"},
		{"GET", "http://127.0.0.1:2010/", "", "GET /"},
		{"GET", "http://trusthub.twilio.com/v1/CustomerProfiles", "", "GET /v1/CustomerProfiles"},
		{"POST", "http://127.0.0.1:2010" + root(account) + "/IncomingPhoneNumbers/PN1.json",
			"To=1&AccountSid=AC1",
			"POST " + root(account) + "/IncomingPhoneNumbers/PN1.json with AccountSid"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			h := newHandler(t)
			var hooked string
			h.Unmodelled = func(r *http.Request) {
				hooked = r.Method + " " + r.URL.Path + " " + r.FormValue("To")
			}
			w := send(h, tt.method, tt.target, tt.form)
			want := `{"code": 0, "message": "twilsim does not simulate ` + tt.what +
				`; see \"twilsim help limits\"", "more_info": "", "status": 501}`
			diff, kind := cmp.Diff(want, w.Body.String()), w.Header().Get("Content-Type")
			if diff != "" || w.Code != 501 || kind != "application/json" {
				t.Errorf("%d %s (-want +got):\n%s", w.Code, w.Header(), diff)
			}
			u, _ := url.Parse(tt.target)
			values, _ := url.ParseQuery(tt.form)
			if want := tt.method + " " + u.Path + " " + values.Get("To"); hooked != want {
				t.Errorf("the hook got %q, want %q", hooked, want)
			}
			a := h.Accounts.Main()
			var got []string
			for _, thing := range a.Journal.Things(journal.Alerts) {
				alert := thing.(*journal.Alert)
				got = append(got, alert.Code+" "+alert.Exchange)
			}
			diff = cmp.Diff([]string{"SIM-3 R1"}, got)
			if status := last(t, a).Status; diff != "" || status != 501 {
				t.Errorf("journal has status %d, alerts (-want +got):\n%s", status, diff)
			}
			h.Unmodelled = nil
			if w := send(h, tt.method, tt.target, tt.form); w.Code != 501 {
				t.Errorf("without a hook: %d", w.Code)
			}
		})
	}
}

func fault(t *testing.T, h *Handler, words ...string) {
	t.Helper()
	rule, err := carrier.ParseRule(words)
	if err != nil {
		t.Fatal(err)
	}
	h.Accounts.Main().Rules.Add(rule)
}

// TestTimeout: a delayed request is served if the app waits, and not if it has hung up. An
// advance of the clock does not wait for it.
func TestTimeout(t *testing.T) {
	h := newHandler(t)
	a := h.Accounts.Main()
	fault(t, h, "api=POST:Messages", "respond=timeout:10ms", "times=1")
	if w := send(h, "POST", messagesURL, form); w.Code != 201 || last(t, a).Error != "" {
		t.Errorf("an app that waits: %d %s, journal %+v", w.Code, w.Body, last(t, a))
	}
	fault(t, h, "api=POST:Messages", "respond=timeout:20s")
	ctx, hangUp := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, "POST", messagesURL, strings.NewReader(form))
	r.Header.Set("Content-Type", formType)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}()
	if err := a.Clock.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	hangUp()
	<-done
	const note = "rule r2: no answer for 20s; the app hung up"
	if x := last(t, a); x.Status != 0 || x.Error != note || a.Journal.Count(journal.Messages) != 1 {
		t.Errorf("journal %+v, %d messages", x, a.Journal.Count(journal.Messages))
	}
}

// TestReset: the connection of the request is reset, and no other.
func TestReset(t *testing.T) {
	h := newHandler(t)
	fault(t, h, "api=GET:Messages", "respond=reset", "times=1")
	server := httptest.NewServer(h)
	defer server.Close()
	ask := func() (int, error) {
		r, err := http.NewRequest("GET", server.URL+root(account)+"/Messages.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(account, token)
		response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			return 0, err
		}
		defer response.Body.Close()
		return response.StatusCode, nil
	}
	if status, err := ask(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %d, %v", status, err)
	}
	if status, err := ask(); status != 200 {
		t.Errorf("got %d, %v", status, err)
	}
	x := h.Accounts.Main().Journal.Things(journal.Requests)[0].(*journal.Exchange)
	if x.Status != 0 || x.Error != "rule r1: connection reset" {
		t.Errorf("journal %+v", x)
	}
	fault(t, h, "api=GET:Messages", "respond=reset", "times=1")
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("without a connection: %v", p)
		}
	}()
	send(h, "GET", messagesURL, "")
}

// TestChance: with the same seed, rules with a chance decide the same.
func TestChance(t *testing.T) {
	statuses := func() (statuses []int) {
		h := newHandler(t)
		fault(t, h, "api=GET:Messages", "respond=500", "chance=50%")
		for range 20 {
			statuses = append(statuses, send(h, "GET", messagesURL, "").Code)
		}
		return statuses
	}
	first := statuses()
	if diff := cmp.Diff(first, statuses()); diff != "" {
		t.Errorf("statuses (-first +second):\n%s", diff)
	}
	n := 0
	for _, status := range first {
		if status == 500 {
			n++
		}
	}
	if n == 0 || n == len(first) {
		t.Errorf("%d of %d requests failed", n, len(first))
	}
}

// TestKeys: an API key may act for its account, but not on accounts (F-375, F-613). A subaccount
// may not act on others (F-374).
func TestKeys(t *testing.T) {
	h := newHandler(t)
	key, secret := h.Accounts.Main().AddKey("ci")
	sub := h.Accounts.Create("sub")
	for _, tt := range []struct {
		name, user, password, path string
		status                     int
	}{
		{"key", key, secret, root(account) + "/Messages.json", 200},
		{"key on a service", key, secret, "/v1/Services", 200},
		{"key on a subaccount", key, secret, root(sub.SID) + "/Messages.json", 200},
		{"key on accounts", key, secret, "/2010-04-01/Accounts.json", 401},
		{"key on its account", key, secret, root(account) + ".json", 401},
		{"wrong secret", key, "wrong", root(account) + "/Messages.json", 401},
		{"parent", account, token, root(sub.SID) + "/Messages.json", 200},
		{"child", sub.SID, sub.Token, root(sub.SID) + "/Messages.json", 200},
		{"child on its parent", sub.SID, sub.Token, root(account) + "/Messages.json", 401},
		{"child on accounts", sub.SID, sub.Token, "/2010-04-01/Accounts.json", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://127.0.0.1:2010"+tt.path, nil)
			r.SetBasicAuth(tt.user, tt.password)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != tt.status || w.Header().Get("WWW-Authenticate") != "" {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, tt.status)
			}
		})
	}
	r := httptest.NewRequest("POST", "http://127.0.0.1:2010/2010-04-01/Accounts.json", nil)
	r.SetBasicAuth(sub.SID, sub.Token)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("a subaccount of a subaccount: %d %s", w.Code, w.Body)
	}
}

// TestAnyAccount: with that option an account is created on its first use.
func TestAnyAccount(t *testing.T) {
	h := newHandler(t)
	h.Accounts.AnyAccount = true
	const sid = "AC000000000000000000000000000000ff"
	r := httptest.NewRequest("GET", "http://127.0.0.1:2010"+root(sid)+"/Messages.json", nil)
	r.SetBasicAuth(sid, "any")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if a, ok := h.Accounts.Account(sid); !ok || a.Journal.Count(journal.Requests) != 1 {
		t.Error("the request is not in the journal of its account")
	}
}

// TestWebhookNamesMedia fetches a file from the URL in the webhook, as an app does.
func TestWebhookNamesMedia(t *testing.T) {
	var h *Handler
	serve := func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) } // h is set below
	api := httptest.NewServer(http.HandlerFunc(serve))
	defer api.Close()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := http.NewRequest("GET", r.FormValue("MediaUrl0"), nil)
		if err != nil {
			t.Error(err)
			return
		}
		request.SetBasicAuth(r.FormValue("AccountSid"), token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, response.Header.Get("Content-Type")+" "+string(body))
	}))
	defer app.Close()
	a := messaging.New(messaging.Options{
		SID: account, Token: token, Clock: clock.Virtual(time.Unix(0, 0)),
		PublicURL: func() string { return api.URL },
	})
	defer a.Close()
	h = &Handler{Accounts: messaging.NewAccounts(a)}
	if _, err := a.SetNumber(number, app.URL, ""); err != nil {
		t.Fatal(err)
	}
	receipt, err := a.Receive(t.Context(), messaging.Text{
		From: "+12025550142", To: number,
		Media: []messaging.Media{messaging.ReadMedia("cat.gif", []byte("GIF89a"))},
	})
	if err != nil || len(receipt.Replies) != 1 {
		t.Fatalf("%v, %+v", err, receipt)
	}
	if body := receipt.Replies[0].Snapshot().Body; body != "image/gif GIF89a" {
		t.Errorf("the app got %q", body)
	}
	if x := last(t, a); x.ResponseBody != "" || x.SID != receipt.Message.ID() {
		t.Errorf("the journal has %+v", x)
	}
}

// TestResources checks that package carrier knows the names in all paths, which it suggests in
// place of a misspelt one in a rule.
func TestResources(t *testing.T) {
	known := append(carrier.Resources(), "2010-04-01", "v1")
	for _, route := range routes() {
		for _, part := range route.parts {
			if part[0] != '{' && !slices.Contains(known, part) {
				t.Errorf("%s: carrier.Resources does not have %s", route.pattern, part)
			}
		}
	}
}
