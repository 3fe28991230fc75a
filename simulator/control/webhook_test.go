package control

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/signature"
)

func TestReplay(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	made, err := w.client.Replay(t.Context(), "latest",
		Replay{Params: map[string]string{"Body": "again"}, Times: 2})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range made.Webhooks {
		got = append(got, x.Name+" "+x.ReplayOf+" "+x.Params().Get("Body"))
	}
	if diff := cmp.Diff([]string{"W2 W1 again", "W3 W1 again"}, got); diff != "" {
		t.Errorf("replayed (-want +got):\n%s", diff)
	}
	if n := len(w.app.requests()); n != 3 {
		t.Errorf("the app saw %d requests, want 3", n)
	}
	list, err := w.client.Webhooks(t.Context(), []string{"replay_of=W1"}, 0)
	if err != nil || list.Matched != 2 {
		t.Errorf("found %d replays, %v", list.Matched, err)
	}
}

func TestReplayErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "hi")
	if _, err := w.client.SetBin(t.Context(), "hello", "<Response/>"); err != nil {
		t.Fatal(err)
	}
	bin := "hello"
	if _, err := w.client.SetNumber(t.Context(), "+12025550101",
		NumberWebhook{SmsURL: &bin}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.Text(t.Context(), Text{From: ana, To: "+12025550101"}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path, body string
		status           int
		message          string
	}{
		{"too often", "/webhooks/W1/replay", `{"times":101}`, 400, "times is out of bounds"},
		{"bad URL", "/webhooks/W1/replay", `{"url":"shop.example"}`, 400,
			`"shop.example" is not an absolute http or https URL`},
		{"signature of no kind", "/webhooks/W1/replay", `{"signature":"mising"}`, 400,
			`unknown signature fault "mising": did you mean "missing"? (bad, missing, replayed, stale, ` +
				`wrong-url)`},
		{"parameter that it has not", "/webhooks/W1/replay", `{"unset":["Bodi"]}`, 400,
			`W1 has no parameter "Bodi": did you mean "Body"?`},
		{"made for nobody", "/webhooks", `{}`, 400, `the field "url" is missing`},
		{"made too often", "/webhooks", `{"url":"http://localhost","times":-1}`, 400,
			"times is out of bounds"},
		{"unknown", "/webhooks/W9/replay", ``, 404, `there is no webhook "W9" among the 2 kept`},
		{"bin", "/webhooks/W2/replay", ``, 409,
			"bin hello answered W2 inside the simulator: no request was made"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := w.ask("POST", tt.path, tt.body)
			if e := errorOf(t, body); status != tt.status || e.Message != tt.message {
				t.Errorf("got %d %q, want %d %q", status, e.Message, tt.status, tt.message)
			}
		})
	}
	if status, body := w.ask("GET", "/webhooks/W2/curl", ""); status != 409 {
		t.Errorf("curl of a bin: %d %s", status, body)
	}
}

func TestDiff(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	if _, err := w.client.AddRule(t.Context(), []string{"then=sent,failed:30007",
		"illegal"}); err != nil {
		t.Fatal(err)
	}
	w.text(t, "hi")
	w.advance(t, time.Minute)
	diff, err := w.client.Diff(t.Context(), "W2", "W3")
	if err != nil {
		t.Fatal(err)
	}
	changes := `{"equal":6,"changes":[{"param":"ErrorCode","from":null,"to":"30007"},` +
		`{"param":"MessageStatus","from":"sent","to":"failed"},{"param":"SmsStatus","from":"sent",` +
		`"to":"failed"}],`
	if got := compact(t, diff); !strings.HasPrefix(got,
		changes+`"request":[],"headers":[{"name":"Content-Length","from":"227","to":"247"},`) ||
		!strings.HasSuffix(got, `],"answer":[],"answer_headers":[]}`) {
		t.Errorf("diff %s", got)
	}
	diff, err = w.client.Diff(t.Context(), "W3", "W3")
	want := `{"equal":9,"changes":[],"request":[],"headers":[],"answer":[],"answer_headers":[]}`
	if err != nil || compact(t, diff) != want {
		t.Errorf("with itself: %s, %v", compact(t, diff), err)
	}
}

func TestCompare(t *testing.T) {
	from := &journal.Exchange{
		Method: "GET", URL: "http://a.example/sms?b=2&Body=x", QueryAt: 24,
		Header: "Accept: */*\r\nHost: a.example\r\n",
		Status: 200, ResponseHeader: "content-type: text/xml\r\nDate: Mon, 23 Nov 2026 09:42:07 GMT\r\n",
		ResponseBody: "<Response/>",
	}
	to := &journal.Exchange{
		Method: "POST", URL: "http://a.example/sms", Dialed: "http://localhost/sms",
		Body: "Body=x", Error: "nothing listens there",
		Header: "Accept: */*\r\nContent-Type: application/x-www-form-urlencoded\r\nHost: a.example\r\n",
	}
	text := func(s string) *string { return &s }
	want := &Diff{
		Equal: 1, Changes: []Change{{"b", text("2"), nil}},
		Request: []Part{
			{"method", text("GET"), text("POST")}, {"url", text("http://a.example/sms?b=2"),
				text("http://a.example/sms")},
			{"dialed", nil, text("http://localhost/sms")},
		},
		Headers: []Part{{"Content-Type", nil, text("application/x-www-form-urlencoded")}},
		Answer: []Part{{"http", text("200"), nil}, {"error", nil,
			text("nothing listens there")}, {"body", text("<Response/>"), nil}},
		AnswerHeaders: []Part{{"Content-Type", text("text/xml"), nil}},
	}
	if diff := cmp.Diff(want, compare(from, to)); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// TestCurlRoundTrip runs the command in a shell, and compares what the app sees with what it saw
// from us, byte for byte.
func TestCurlRoundTrip(t *testing.T) {
	tests := []struct{ name, url, method, body string }{
		{"plain", "/sms", "POST", "hi"},
		{"hostile to a shell", "/sms", "POST", "'; $(exit 3) `x` \"q\" \\ \n\t! * ~ ü 💬"},
		{"begins with @", "/sms", "POST", "@/etc/hosts"},
		{"hostile to curl", "/sms/../sms/{a,b}/[1-3]?x=it's&y=$HOME", "POST", "hi"},
		{"GET", "/sms?x=1", "GET", "it's"},
		{"empty", "/sms", "POST", ""},
		{"GET behind a query", "/sms?a=x+y%20z", "GET", "it's ü? & + \n"},
		{"line ends and NUL", "/sms", "POST", "a\r\nb\nc\x00d"},
		{"long", "/sms", "POST", strings.Repeat("'ü ", 500)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, messaging.Options{})
			if _, err := w.account.SetNumber(shop, "https://shop.example"+tt.url,
				tt.method); err != nil {
				t.Fatal(err)
			}
			w.text(t, tt.body)
			command, err := w.client.Curl(t.Context(), "W1", true)
			if err != nil {
				t.Fatal(err)
			}
			runInShell(t, command)
			seen := w.app.requests()
			if len(seen) != 2 {
				t.Fatalf("the app saw %d requests, want 2:\n%s", len(seen), command)
			}
			if diff := cmp.Diff(seen[0], seen[1]); diff != "" {
				t.Errorf("request (-ours +curl's):\n%s\n%s", diff, command)
			}
		})
	}
}

// TestCurlMasked looks for the credentials of a URL in the command.
func TestCurlMasked(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.account.Journal.Append(journal.Event{Type: journal.WebhookAttempt}, journal.Webhooks,
		&journal.Exchange{
			Name: "W1", Method: "GET", URL: "http://shop:secret@shop.example/sms",
			Header: "Authorization: Basic c2hvcDpzZWNyZXQ=\r\n",
		})
	for secrets, want := range map[bool]string{false: "Basic [masked]",
		true: "Basic c2hvcDpzZWNyZXQ="} {
		got, err := w.client.Curl(t.Context(), "W1", secrets)
		if err != nil {
			t.Fatal(err)
		}
		want = "curl -sS -i -g --path-as-is -X GET http://shop.example/sms \\\n  -H 'Authorization: " +
			want + "'\n"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("secrets=%v: command (-want +got):\n%s", secrets, diff)
		}
	}
}

// TestCurlOfBody does the same for bodies that are not forms, and too long for an argument of a
// program.
func TestCurlOfBody(t *testing.T) {
	for _, body := range []string{
		`{"text": "it's 50% \\n off"}`, "@file", "-e line\none", "NUL \x00 and \\000",
		strings.Repeat(`{"a": "ü'%s\"}`, 20_000),
	} {
		t.Run(body[:min(len(body), 20)], func(t *testing.T) {
			w := newWorld(t, messaging.Options{})
			if _, err := w.client.MakeWebhook(t.Context(),
				NewWebhook{URL: "https://shop.example/events?a=1", Body: body}); err != nil {
				t.Fatal(err)
			}
			command, err := w.client.Curl(t.Context(), "W1", true)
			if err != nil {
				t.Fatal(err)
			}
			runInShell(t, command)
			seen := w.app.requests()
			if len(seen) != 2 {
				t.Fatalf("the app saw %d requests, want 2", len(seen))
			}
			if diff := cmp.Diff(seen[0], seen[1]); diff != "" {
				t.Errorf("request (-ours +curl's):\n%.2000s", diff)
			}
		})
	}
}

// runInShell does as twilsim webhooks curl latest | sh.
func runInShell(t *testing.T, command string) {
	t.Helper()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here: %v", program, err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh")
	cmd.Stdin = strings.NewReader(command)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%.2000s", err, out, command)
	}
}

func TestCurlCommand(t *testing.T) {
	tests := []struct {
		name string
		x    journal.Exchange
		want string
	}{
		{
			"dialled elsewhere",
			journal.Exchange{
				Method: "POST", URL: "https://shop.example/sms",
				Dialed: "http://localhost:3000/sms", Body: "Body=hi",
				Header: "Host: shop.example\r\nContent-Length: 7\r\nX-Empty: \r\n",
			},
			`curl -sS -i -g --path-as-is -X POST http://localhost:3000/sms -H 'Host: shop.example' -H ` +
				`'X-Empty;' --data-binary Body=hi`,
		},
		{
			"host of the URL",
			journal.Exchange{Method: "GET", URL: "http://localhost:3000/sms?a=1",
				Header: "Host: localhost:3000\r\n"},
			`curl -sS -i -g --path-as-is -X GET 'http://localhost:3000/sms?a=1'`,
		},
		{
			"body with a NUL",
			journal.Exchange{Method: "POST", URL: "http://localhost:3000/e",
				Body: "it's\x00 50%\\"},
			`printf -- 'it'\''s\000 50%%\\' | curl -sS -i -g --path-as-is -X POST ` +
				`http://localhost:3000/e --data-binary @-`,
		},
		{
			"body that looks like a file",
			journal.Exchange{Method: "POST", URL: "http://localhost:3000/sms", Body: "@x"},
			`curl -sS -i -g --path-as-is -X POST http://localhost:3000/sms --data-raw @x`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.ReplaceAll(curlCommand(&tt.x), " \\\n  ", " ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	const https, http = "https://shop.example/sms", "http://shop.example/sms"
	params := map[string]string{"Body": "hi", "From": ana}
	sign := func(token, url string) string { return signature.Sign(token, url, paramsOf(params)) }
	tests := []struct {
		name   string
		signed signed
		want   Verdict
	}{
		{"valid for the account's token", signed{URL: https, Signature: sign(w.account.Token,
			https), Params: params},
			Verdict{Valid: true}},
		{"valid for another token", signed{URL: https, Token: "12345", Signature: sign("12345",
			https), Params: params},
			Verdict{Valid: true}},
		{"behind a proxy", signed{URL: http, Signature: sign(w.account.Token, https),
			Params: params}, Verdict{
			Variants: []Variant{{URL: https,
				What: "a proxy in front of the app ends TLS (scheme https, not http)"}},
		}},
		{"hopeless", signed{URL: https, Signature: "abc=", Params: params}, Verdict{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := tt.signed.Token
			if token == "" {
				token = w.account.Token
			}
			tt.want.Data, tt.want.Expected = tt.signed.URL+"BodyhiFrom"+ana, sign(token,
				tt.signed.URL)
			tt.want.Variants = list(tt.want.Variants)
			got, err := call[Verdict](t.Context(), w.client, "POST", "/signatures/verify",
				tt.signed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func paramsOf(set map[string]string) map[string][]string { return params(set).Values() }

func TestSpoil(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct {
		body   string
		status int
	}{
		{`{"how":"replayed"}`, 409},
		{`{"how":"wrong"}`, 400},
		{`{}`, 400},
		{`{"how":"missing"}`, 200},
		{`{"how":"missing"}`, 200}, // two calls still spoil one webhook
	}
	for _, tt := range tests {
		if status, body := w.ask("POST", "/signatures/spoil", tt.body); status != tt.status {
			t.Errorf("%s: got %d, want %d: %s", tt.body, status, tt.status, body)
		}
	}
	w.text(t, "hi")
	if got := w.app.requests()[0].Header.Get("X-Twilio-Signature"); got != "" {
		t.Errorf("the signature is %q, want none", got)
	}
	w.text(t, "hi")
	if got := w.app.requests()[1].Header.Get("X-Twilio-Signature"); got == "" {
		t.Error("the webhook after it is spoiled as well")
	}
}
