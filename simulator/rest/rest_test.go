package rest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

const (
	account = "AC00000000000000000000000000000001"
	token   = "0123456789abcdef0123456789abcdef"
)

// newHandler returns a handler whose account has got one picture, and the picture's path.
func newHandler(t *testing.T) (h *Handler, path string, unmodelled *[]string) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Clock: clock.Virtual(time.Unix(0, 0))})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		t.Fatal(err)
	}
	receipt, err := a.Receive(t.Context(), messaging.Text{
		From: "+12025550142", To: "+12025550100", Media: []messaging.Media{messaging.ReadMedia("cat.gif", []byte("GIF89a"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := receipt.Message.Facts()
	unmodelled = new([]string)
	h = &Handler{Account: a, Unmodelled: func(r *http.Request) { *unmodelled = append(*unmodelled, r.Method+" "+r.URL.Path) }}
	return h, "/2010-04-01/Accounts/" + account + "/Messages/" + f.SID + "/Media/" + f.Media[0].SID, unmodelled
}

// answer is what the handler said.
type answer struct {
	Status                       int
	ContentType, Challenge, Body string
}

func ask(h http.Handler, method, path, user, password string) answer {
	r := httptest.NewRequest(method, "http://127.0.0.1:2010"+path, nil)
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header().Get("Content-Type"), w.Header().Get("WWW-Authenticate"), w.Body.String()}
}

func TestMedia(t *testing.T) {
	h, path, unmodelled := newHandler(t)
	const refused = `{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}` + "\n"
	missing := func(path string) string {
		return `{"code":20404,"message":"The requested resource ` + path + ` was not found",` +
			`"more_info":"https://www.twilio.com/docs/errors/20404","status":404}` + "\n"
	}
	for _, tt := range []struct {
		name, path, user, password string
		want                       answer
	}{
		{"the file", path, account, token, answer{200, "image/gif", "", "GIF89a"}},                             // F-400, F-401
		{"no credentials", path, "", "", answer{401, "application/json", `Basic realm="Twilio API"`, refused}}, // F-372
		{"wrong token", path, account, "wrong", answer{401, "application/json", "", refused}},                  // F-371
		{"wrong account", path, "AC1", token, answer{401, "application/json", "", refused}},
		{"no such file", path + "0", account, token, answer{404, "application/json", "", missing(path + "0")}}, // F-376
		{"no file", path[:strings.LastIndex(path, "ME")], account, token,
			answer{404, "application/json", "", missing(path[:strings.LastIndex(path, "ME")])}},
		{"no such file, wrong token", path + "0", account, "wrong", answer{401, "application/json", "", refused}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ask(h, "GET", tt.path, tt.user, tt.password)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			x := last(t, h)
			if x.Method != "GET" || x.Status != tt.want.Status || !strings.HasSuffix(x.URL, tt.path) || x.Purpose != journal.API || x.ResponseBody == "GIF89a" {
				t.Errorf("the journal has %+v", x)
			}
		})
	}
	if len(*unmodelled) != 0 || h.Account.Journal.Count(journal.Alerts) != 1 { // the one is that the number has no webhook
		t.Errorf("unmodelled %q, %d alerts", *unmodelled, h.Account.Journal.Count(journal.Alerts))
	}
}

func last(t *testing.T, h *Handler) *journal.Exchange {
	t.Helper()
	things := h.Account.Journal.Things(journal.Requests)
	if len(things) == 0 {
		t.Fatal("the journal has no request")
	}
	return things[len(things)-1].(*journal.Exchange)
}

// TestUnmodelled: whatever is not simulated is told in Twilio's shape, to the hook, to the journal and by an alert.
func TestUnmodelled(t *testing.T) {
	h, media, unmodelled := newHandler(t)
	for _, tt := range []struct{ method, path string }{
		{"POST", "/2010-04-01/Accounts/" + account + "/Messages.json"},
		{"GET", "/2010-04-01/Accounts/" + account + "/Messages.json"},
		{"GET", "/"},
		{"GET", media + ".json"},
		{"DELETE", media},
		{"GET", strings.Replace(media, account, "AC00000000000000000000000000000002", 1)},
		{"GET", media + "/more"},
		{"POST", "/v1/Services"},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			alerts, hooks := h.Account.Journal.Count(journal.Alerts), len(*unmodelled)
			got := ask(h, tt.method, tt.path, account, token)
			var e Error
			if err := json.Unmarshal([]byte(got.Body), &e); err != nil {
				t.Fatalf("%v in %q", err, got.Body)
			}
			want := Error{Status: 501, Message: "twilsim does not simulate " + tt.method + " " + tt.path + `; see "What is not simulated" in its README`}
			if diff := cmp.Diff(want, e); diff != "" || got.Status != 501 || got.ContentType != "application/json" {
				t.Errorf("%d %s (-want +got):\n%s", got.Status, got.ContentType, diff)
			}
			if diff := cmp.Diff([]string{tt.method + " " + tt.path}, (*unmodelled)[hooks:]); diff != "" {
				t.Errorf("hook (-want +got):\n%s", diff)
			}
			if x := last(t, h); x.Status != 501 || x.Method != tt.method {
				t.Errorf("the journal has %+v", x)
			}
			raised := h.Account.Journal.Things(journal.Alerts)[alerts:]
			if len(raised) != 1 || raised[0].(*journal.Alert).Code != "SIM-3" || raised[0].(*journal.Alert).Level != journal.LevelError {
				t.Errorf("alerts %+v", raised)
			}
		})
	}
	h.Unmodelled = nil
	if got := ask(h, "GET", "/", "", ""); got.Status != 501 {
		t.Errorf("without a hook: %+v", got)
	}
}

// TestJournal compares what the journal keeps of a request: both sides, but no more of a body than it has room for.
func TestJournal(t *testing.T) {
	h, _, _ := newHandler(t)
	const path = "/2010-04-01/Accounts/" + account + "/Messages.json"
	var hooked string
	h.Unmodelled = func(r *http.Request) { hooked = r.FormValue("To") }
	long := "To=%2B12025550142&Body=" + strings.Repeat("a", maxBody)
	for _, body := range []string{"To=%2B12025550142&Body=hi", long} {
		r := httptest.NewRequest("POST", "http://api.twilio.com"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(httptest.NewRecorder(), r)
		want := &journal.Exchange{
			Purpose: journal.API, Attempt: 1, Method: "POST", URL: "http://api.twilio.com" + path, Signature: "none", Status: 501,
			Header: "Content-Type: application/x-www-form-urlencoded\r\nHost: api.twilio.com\r\n", Body: body[:min(len(body), maxBody)],
			ResponseHeader: "Content-Type: application/json\r\n",
			ResponseBody: `{"code":0,"message":"twilsim does not simulate POST ` + path + `; see \"What is not simulated\" in its README",` +
				`"more_info":"","status":501}` + "\n",
		}
		ignore := cmpopts.IgnoreFields(journal.Exchange{}, "Name", "At", "Real", "Duration")
		if diff := cmp.Diff(want, last(t, h), ignore); diff != "" {
			t.Errorf("exchange (-want +got):\n%s", diff)
		}
		if hooked != "+12025550142" {
			t.Errorf("the hook read To as %q", hooked)
		}
	}
}

// TestWebhookNamesMedia fetches a file at the URL that the webhook named, as an app does.
func TestWebhookNamesMedia(t *testing.T) {
	var h *Handler
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
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
	a := messaging.New(messaging.Options{SID: account, Token: token, Clock: clock.Virtual(time.Unix(0, 0)), PublicURL: func() string { return api.URL }})
	defer a.Close()
	h = &Handler{Account: a}
	if _, err := a.SetNumber("+12025550100", app.URL, ""); err != nil {
		t.Fatal(err)
	}
	receipt, err := a.Receive(t.Context(), messaging.Text{
		From: "+12025550142", To: "+12025550100", Media: []messaging.Media{messaging.ReadMedia("cat.gif", []byte("GIF89a"))},
	})
	if err != nil || len(receipt.Replies) != 1 {
		t.Fatalf("%v, %+v", err, receipt)
	}
	if body := receipt.Replies[0].Facts().Body; body != "image/gif GIF89a" {
		t.Errorf("the app got %q", body)
	}
}
