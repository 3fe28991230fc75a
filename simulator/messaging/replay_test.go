package messaging

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// valid reports whether the official validator accepts the last request to the app.
func (a *app) valid(token string) bool {
	all := a.requests("")
	last := all[len(all)-1]
	url := a.URL + last.Path
	if last.Query != "" {
		url += "?" + last.Query
	}
	validator := client.NewRequestValidator(token)
	return validator.ValidateBody(url, []byte(last.Body), last.Signature)
}

func param1(name, value string) webhook.Params { return webhook.Params{{Name: name, Value: value}} }

func TestReplay(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status?z=1&amp;a=2'", "hi"))
	a := newAccount(t, app)
	m := text(t, a, "hi").Replies[0]
	advance(t, a, 600*time.Millisecond)
	first := a.Journal.Things(journal.Webhooks)[1].(*journal.Exchange)
	body := func(from, to string) string { return strings.Replace(first.Body, from, to, 1) }
	tests := []struct {
		name string
		edit Edit
		want request // without the signature
	}{
		{"as it was", Edit{}, request{"POST", "/status", "z=1&a=2", first.Body, ""}},
		{"set", Edit{Set: param1("MessageStatus", "failed")}, request{"POST", "/status", "z=1&a=2",
			body("MessageStatus=sent", "MessageStatus=failed"), ""}},
		{"set what it has not", Edit{Set: param1("ErrorCode", "30001")}, request{"POST", "/status",
			"z=1&a=2",
			first.Body + "&ErrorCode=30001", ""}},
		{"unset", Edit{Unset: []string{"SmsStatus", "SmsSid"}}, request{"POST", "/status",
			"z=1&a=2",
			strings.Replace(body("&SmsStatus=sent", ""), "SmsSid="+m.ID()+"&", "", 1), ""}},
		{"unset and set", Edit{Unset: []string{"MessageStatus"}, Set: param1("MessageStatus",
			"read")}, request{"POST", "/status", "z=1&a=2",
			strings.Replace(body("MessageStatus=sent&", ""), "ApiVersion=2010-04-01",
				"ApiVersion=2010-04-01&MessageStatus=read", 1), ""}},
		{"elsewhere", Edit{URL: app.URL + "/other?b=1"}, request{"POST", "/other", "b=1",
			first.Body, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, err := a.Replay(t.Context(), first, tt.edit)
			if err != nil {
				t.Fatal(err)
			}
			all := app.requests("")
			got := all[len(all)-1]
			tt.want.Signature = got.Signature
			if diff := cmp.Diff(tt.want, got); diff != "" || !app.valid(a.Token) {
				t.Errorf("valid %v, request (-want +got):\n%s", app.valid(a.Token), diff)
			}
			if x.ReplayOf != "W2" || x.Header.Get("X-Twilsim-Replay") != "W2" || x.SID != m.ID() ||
				x.Purpose != journal.Status || x.Status != 200 {
				t.Errorf("exchange %+v", x)
			}
			if x.Header.Get("I-Twilio-Idempotency-Token") == first.Header.Get(
				"I-Twilio-Idempotency-Token") {
				t.Error("the idempotency token is that of the first: this is another request")
			}
		})
	}
	if m.Snapshot().Status != "sent" {
		t.Errorf("a replay changed the message: %s", m.Snapshot().Status)
	}
}

// TestReplayGET checks that the configured query stays unchanged in front of the edited parameters
// (F-037).
func TestReplayGET(t *testing.T) {
	const own = "&SmsStatus=received&"
	app := newApp(t)
	tests := []struct {
		name, url string
		edit      Edit
		want      func(query string) string // of the first webhook's
	}{
		{"as it was", "/sms?b=2&a=x+y%20z", Edit{}, func(q string) string { return q }},
		{"without a query", "/sms", Edit{}, func(q string) string { return q }},
		{"empty query", "/sms?", Edit{}, func(q string) string { return q }},
		{"a name of its own in front", "/sms?SmsStatus=mine",
			Edit{Set: param1("SmsStatus", "failed")}, func(q string) string {
				return strings.Replace(q, own, "&SmsStatus=failed&", 1)
			}},
		{"unset", "/sms?SmsStatus=mine", Edit{Unset: []string{"SmsStatus"}},
			func(q string) string { return strings.Replace(q, own, "&", 1) }},
		{"elsewhere", "/sms?b=2", Edit{URL: app.URL + "/sms?c=3#rc=1"},
			func(q string) string { return strings.Replace(q, "b=2", "c=3", 1) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, app)
			if _, err := a.SetNumber(shop, app.URL+tt.url, http.MethodGet); err != nil {
				t.Fatal(err)
			}
			first := text(t, a, "it's & ü?").Webhooks[0]
			x, err := a.Replay(t.Context(), first, tt.edit)
			if err != nil {
				t.Fatal(err)
			}
			again, err := a.Replay(t.Context(), x, Edit{}) // a replay can be replayed
			if err != nil {
				t.Fatal(err)
			}
			all := app.requests("")
			got := all[len(all)-3:]
			want := tt.want(got[0].Query)
			if diff := cmp.Diff([]string{want, want}, []string{got[1].Query,
				got[2].Query}); diff != "" || !app.valid(a.Token) {
				t.Errorf("valid %v, queries (-want +got):\n%s", app.valid(a.Token), diff)
			}
			if again.ReplayOf != x.Name {
				t.Errorf("a replay of %s, want %s", again.ReplayOf, x.Name)
			}
		})
	}
}

// TestReplayKeepsSettings checks that a replay has the credentials and overrides of the configured
// URL, which the journal does not have.
func TestReplayKeepsSettings(t *testing.T) {
	app := newApp(t)
	app.handle("/sms", func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "user" || password != "pass" {
			w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	a := newAccount(t, app)
	url := strings.Replace(app.URL, "http://", "http://user:pass@", 1) + "/sms#rc=2&rp=5xx"
	if _, err := a.SetNumber(shop, url, ""); err != nil {
		t.Fatal(err)
	}
	first := text(t, a, "hi").Webhooks[0]
	before := len(app.requests(""))
	if x, err := a.Replay(t.Context(), first, Edit{}); err != nil || x.Status != 503 ||
		x.Attempt != 3 {
		t.Errorf("%v, %+v, want the third attempt", err, x)
	}
	if n := len(app.requests("")) - before; n != before {
		t.Errorf("the replay took %d requests, the first %d", n, before)
	}
}

// TestReplayUnsent checks that a webhook that was never sent, here because of bad overrides, can be
// sent to another URL.
func TestReplayUnsent(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply(" action='/status#rp=nonsense'", "hi"))
	a := newAccount(t, app)
	text(t, a, "hi")
	advance(t, a, 600*time.Millisecond)
	unsent := a.Journal.Things(journal.Webhooks)[1].(*journal.Exchange)
	if unsent.Status != 0 || len(app.requests("/status")) != 0 {
		t.Fatalf("it was sent: %+v", unsent)
	}
	x, err := a.Replay(t.Context(), unsent, Edit{URL: app.URL + "/status"})
	if err != nil {
		t.Fatal(err)
	}
	if got := app.statuses(t, "/status"); len(got) != 1 || got[0] != "sent" ||
		!app.valid(a.Token) || x.Header.Get("Content-Type") != webhook.StatusType {
		t.Errorf("got %v, %+v", got, x)
	}
}

// TestReplaySigned checks replays with invalid signatures, and what distinguishes a replay from the
// first request.
func TestReplaySigned(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	first := text(t, a, "hi").Webhooks[0]
	tests := []struct {
		name         string
		edit         Edit
		valid        bool
		marker       string
		sameToken    bool
		wantVerdicts string
	}{
		{"new", Edit{}, true, "W1", false, "valid"},
		{"as a retry", Edit{SameToken: true}, true, "W1", true, "valid"},
		{"unmarked", Edit{Unmarked: true}, true, "", false, "valid"},
		{"bad", Edit{Spoil: fault.SignatureBad}, false, "W1", false, "bad"},
		{"missing", Edit{Spoil: fault.SignatureMissing}, false, "W1", false, "missing"},
		{"replayed", Edit{Spoil: fault.SignatureReplayed, Set: param1("Body", "forged")}, false,
			"W1", false, "replayed"},
		{"wrong URL", Edit{Spoil: fault.SignatureWrongURL}, false, "W1", false, "wrong-url"},
		{"new again", Edit{}, true, "W1", false, "valid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x, err := a.Replay(t.Context(), first, tt.edit)
			if err != nil {
				t.Fatal(err)
			}
			const token = "I-Twilio-Idempotency-Token"
			if valid := app.valid(a.Token); valid != tt.valid || x.Signature != tt.wantVerdicts {
				t.Errorf("Twilio's validator says %v, the journal %s", valid, x.Signature)
			}
			if marker := x.Header.Get("X-Twilsim-Replay"); marker != tt.marker ||
				x.ReplayOf != "W1" {
				t.Errorf("marker %q, want %q; replay of %s", marker, tt.marker, x.ReplayOf)
			}
			if same := x.Header.Get(token) == first.Header.Get(token); same != tt.sameToken {
				t.Errorf("the same token: %v", same)
			}
		})
	}
}

func TestReplayErrors(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	first := text(t, a, "hi").Webhooks[0]
	json, err := a.Make(t.Context(), Made{URL: app.URL + "/events", Body: "{}"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		x    *journal.Exchange
		edit Edit
		want string
	}{
		{"relative URL", first, Edit{URL: "/status"}, `"/status" is not an absolute http or https URL`},
		{"unknown name", first, Edit{Unset: []string{"Bodi"}},
			`W1 has no parameter "Bodi": did you mean "Body"?`},
		{"unknown signature", first, Edit{Spoil: "mising"},
			`unknown signature fault "mising": did you mean "missing"? (bad, missing, replayed, stale, ` +
				`wrong-url)`},
		{"JSON", json, Edit{Set: param1("Body", "hi")}, "W2 has no parameters: its body is " +
			"application/json"},
		{"broken form", &journal.Exchange{Name: "W9", Method: "POST", URL: app.URL, Body: "%zz",
			Header: first.Header}, Edit{},
			`the body of W9 is not a form: invalid URL escape "%zz"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := a.Replay(t.Context(), tt.x, tt.edit); err == nil ||
				err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestMake(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	const jsonBody = `{"text": "it's ñ"}`
	_, hashed := signature.SignBody("", "/events?b=2", []byte(jsonBody))
	tests := []struct {
		name string
		made Made
		want request
	}{
		{"form", Made{URL: "/status#rc=2",
			Params: webhook.Params{{Name: "MessageSid", Value: "SM1"},
				{Name: "Body", Value: "a b"}}},
			request{"POST", "/status", "", "MessageSid=SM1&Body=a+b", ""}},
		{"nothing", Made{URL: "/status"}, request{"POST", "/status", "", "", ""}},
		{"GET", Made{Method: "GET", URL: "/sms?b=2", Params: param1("Body", "a b")},
			request{"GET", "/sms", "b=2&Body=a+b", "", ""}},
		{"JSON", Made{URL: "/events?b=2", Body: jsonBody}, request{"POST", "/events",
			hashed[len("/events?"):], jsonBody, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.made.URL = app.URL + tt.made.URL
			x, err := a.Make(t.Context(), tt.made)
			if err != nil {
				t.Fatal(err)
			}
			again, err := a.Replay(t.Context(), x, Edit{})
			if err != nil {
				t.Fatal(err)
			}
			all := app.requests("")
			for i, name := range []string{"made", "replayed"} {
				got := all[len(all)-2+i]
				got.Signature = ""
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			if !app.valid(a.Token) || x.Signature != "valid" || x.Purpose != Custom ||
				x.ReplayOf != "" || again.ReplayOf != x.Name {
				t.Errorf("exchange %+v", x)
			}
		})
	}
}

func TestMakeErrors(t *testing.T) {
	a := newAccount(t, nil)
	tests := []struct {
		made Made
		want string
	}{
		{Made{URL: "localhost:3000/sms"}, `"localhost:3000/sms" is not an absolute http or https URL`},
		{Made{URL: "http://localhost", Method: "PUT"},
			`unknown method "PUT": a webhook is a GET or a POST`},
		{Made{URL: "http://localhost", Body: "{}", Method: "GET"},
			"a GET has no body: send parameters, or a POST"},
		{Made{URL: "http://localhost", Body: "{}", Params: param1("a", "b")},
			"a webhook has parameters or a body of another kind, not both"},
		{Made{URL: "http://localhost", ContentType: "application/json"},
			"application/json needs a body"},
		{Made{URL: "http://localhost", Spoil: fault.SignatureReplayed},
			"there is no signature to replay: no webhook was made yet"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			if _, err := a.Make(t.Context(), tt.made); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// FuzzReplay checks that a replay without an edit has the URL and the body of the first request.
func FuzzReplay(f *testing.F) {
	f.Add("https://shop.example/sms?b=2&a=x+y", "Body=it%27s+%3F&From=%2B1&Empty=", true)
	f.Add("http://user:pass@localhost:3000/sms?#rc=2", "Body=hi", true)
	f.Add("http://localhost/sms?bodySHA256=0", "a=b&a=c", false)
	f.Fuzz(func(t *testing.T, configured, form string, get bool) {
		params, err := webhook.ParseParams(form)
		if err != nil || webhook.CheckURL(configured) != nil {
			return
		}
		r := &webhook.Request{Method: http.MethodPost, URL: configured, Params: params,
			ContentType: webhook.InboundType}
		x := &journal.Exchange{
			Method: r.Method, Body: params.Encode(), Header: journal.Header("Content-Type: " +
				webhook.InboundType + "\r\n"),
		}
		if get {
			r.Method, x.Method, x.Body, x.Header = http.MethodGet, http.MethodGet, "", ""
			if len(params) > 0 {
				x.QueryAt = int32(len(signature.SignedURL(configured)))
			}
		}
		x.URL = r.SignedURL()
		got, err := requestOf(x)
		if err != nil {
			t.Fatal(err)
		}
		if got.SignedURL() != x.URL || !get && got.Params.Encode() != x.Body {
			t.Errorf("%s %q became %s %q", x.URL, x.Body, got.SignedURL(), got.Params.Encode())
		}
	})
}
