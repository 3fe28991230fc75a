package messaging

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// hintsOf returns the account's hints as code, exchange and text, with the app's address as $APP.
func hintsOf(a *Account, app *app) []string {
	lines := []string{}
	for _, thing := range a.Journal.Things(journal.Alerts) {
		x := thing.(*journal.Alert)
		if x.Hint() {
			line := strings.TrimSpace(x.Code+" "+x.Exchange) + " " + x.Text
			lines = append(lines, strings.ReplaceAll(line, app.URL, "$APP"))
		}
	}
	return lines
}

// page answers with a document that says it is HTML.
func page(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// TestHints raises each hint, twice if that could give it twice, and checks that similar situations
// raise none.
func TestHints(t *testing.T) {
	const unheard = ", and no callback reports it to the app"
	undelivered := func(t *testing.T, a *Account) {
		if _, err := a.SetHandset(customer, carrier.HandsetOff); err != nil {
			t.Fatal(err)
		}
	}
	texts := func(n int) func(*testing.T, *Account) {
		return func(t *testing.T, a *Account) {
			for range n {
				text(t, a, "hi")
				advance(t, a, time.Minute)
			}
		}
	}
	for _, tt := range []struct {
		name        string
		sms, status http.HandlerFunc
		play        func(*testing.T, *Account)
		want        []string
	}{
		{"a happy flow", page(200, reply(" action='/status'", "hi")), nil, texts(3), []string{}},

		{"SIM-4, once for all messages of a number", page(200, reply("", "hi")), nil,
			func(t *testing.T, a *Account) {
				undelivered(t, a)
				texts(2)(t, a)
				for range 2 {
					send(t, a, draft(nil))
				}
				advance(t, a, time.Minute)
			}, []string{"SIM-4 the message to +12025550142 ended undelivered 30003" + unheard,
				"SIM-4 the message to +12025550142 ended undelivered 30003" + unheard}},
		{"SIM-4 after deliver", page(200, reply("", "hi")), nil, func(t *testing.T, a *Account) {
			m := text(t, a, "hi").Replies[0]
			if _, err := a.Deliver(m.ID(), carrier.Failed, 0, false); err != nil {
				t.Fatal(err)
			}
		}, []string{"SIM-4 the message to +12025550142 ended failed 30008" + unheard}},
		{"a callback tells of it", page(200, reply(" action='/status'", "hi")), nil,
			func(t *testing.T, a *Account) {
				undelivered(t, a)
				texts(1)(t, a)
			}, []string{}},
		{"Twilio's own answer to HELP", page(200, "<Response/>"), nil,
			func(t *testing.T, a *Account) {
				undelivered(t, a)
				text(t, a, "HELP")
				advance(t, a, time.Minute)
			}, []string{}},

		{"SIM-5", page(200, reply(" action='/status'", "hi")), page(200, reply("", "thanks")),
			texts(2),
			[]string{"SIM-5 W2 the answer of POST $APP/status to a status callback has a " +
				"<Message>, which is ignored"}},
		{"SIM-5 redirect", page(200, reply(" action='/status?a=1' method='GET'", "hi")),
			page(200, "<Response><Redirect>/x</Redirect></Response>"), texts(2),
			[]string{"SIM-5 W2 the answer of GET $APP/status to a status callback has a " +
				"<Redirect>, which is ignored"}},
		{"a callback is answered with nothing in TwiML",
			page(200, reply(" action='/status'", "hi")), page(200, "<Response/>"), texts(1),
			[]string{}},
		{"a callback is answered with a page", page(200, reply(" action='/status'", "hi")),
			page(200, "<html></html>"), texts(1), []string{}},
		{"a callback is answered with an error in TwiML",
			page(200, reply(" action='/status'", "hi")), page(500, reply("", "hi")), texts(1),
			[]string{}},

		{"SIM-8", page(200, "<!DOCTYPE html>\n<html><head><title> Log in &amp;\n go "+
			"</title></head>"), nil, texts(2),
			[]string{`SIM-8 W1 POST $APP/sms answered a web page, "Log in & go"`}},
		{"SIM-8 behind a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w,
				r, "/login?next=sms", http.StatusFound)
		}, nil, texts(1),
			[]string{`SIM-8 W2 GET $APP/login answered a web page without a title`}},
		{"SIM-8 as a text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, "<html><title>Oops</title></html>")
		}, nil, texts(1), []string{`SIM-8 W1 POST $APP/sms answered a web page, "Oops"`}},
		{"bad TwiML is not a page", page(200, "<Response><html/>"), nil, texts(1), []string{}},
		{"an error page has an alert of its own", page(500, "<html></html>"), nil, texts(1),
			[]string{}},

		{"SIM-9", page(403, "no"), nil, texts(2), []string{"SIM-9 W1 the app answered 403, " +
			"though the signature is valid for $APP/sms"}},
		{"SIM-9 unauthorized", page(401, "no"), nil, texts(1),
			[]string{"SIM-9 W1 the app answered 401, though the signature is valid for $APP/sms"}},
		{"SIM-9 of a callback", page(200, reply(" action='/status'", "hi")), page(403, "no"),
			texts(2),
			[]string{"SIM-9 W2 the app answered 403, though the signature is valid for " +
				"$APP/status"}},
		{"refused with reason", page(403, "no"), nil, func(t *testing.T, a *Account) {
			if err := a.SpoilNext(fault.SignatureBad); err != nil {
				t.Fatal(err)
			}
			text(t, a, "hi")
		}, []string{}},
		{"credentials are asked for", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			w.WriteHeader(401)
		}, nil, texts(1), []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.handle("/sms", tt.sms)
			app.handle("/status", tt.status)
			app.handle("/login", page(200, "<html>"))
			a := newAccount(t, app)
			tt.play(t, a)
			if diff := cmp.Diff(tt.want, hintsOf(a, app)); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHintTable checks that each hint is complete, that only the first three are errors, and that
// an alert has the title, level and cause.
func TestHintTable(t *testing.T) {
	a := newAccount(t, nil)
	for i, h := range Hints() {
		if failing := h.Level == journal.LevelError; failing != (i < 3) || h.Title == "" ||
			h.Cause == "" {
			t.Errorf("hint %+v", h)
		}
		alert := a.advise("x", &journal.Alert{Code: h.Code, Text: "x"})
		got := Hint{Code: alert.Code, Title: alert.Title, Level: alert.Level, Cause: alert.Cause,
			Try:  alert.Try,
			Fact: alert.Fact}
		if diff := cmp.Diff(h, got); diff != "" || alert.MonitorSID != "" || !alert.Hint() {
			t.Errorf("%s, Monitor SID %q (-want +got):\n%s", h.Code, alert.MonitorSID, diff)
		}
	}
	a.Reset()
	if a.advise("x", &journal.Alert{Code: codeSlow}) == nil ||
		a.advise("x", &journal.Alert{Code: codeSlow}) != nil {
		t.Error("after a reset a hint is given once more, and once")
	}
}

// TestHintsAreDocumented checks that the package comment has a line for each hint.
func TestHintsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range Hints() {
		if line := fmt.Sprintf("//\t%s  %-7s  ", h.Code, h.Level); !strings.Contains(string(text),
			line) {
			t.Errorf("doc.go has no line %q", line)
		}
	}
}

// TestProxied checks that hints about the proxy are given once for each host.
func TestProxied(t *testing.T) {
	a := newAccount(t, nil)
	var got []string
	for _, alert := range []*journal.Alert{
		a.RaiseRefused("GET", "http://shop.example/x", "stay"), a.RaiseRefused("CONNECT",
			"https://shop.example:443", "stay"),
		a.RaiseRefused("GET", "http://bank.example/", "stay"), a.RaiseDistrust("api.twilio.com"),
		a.RaiseDistrust("api.twilio.com"),
	} {
		if alert != nil {
			got = append(got, alert.Code+" "+string(alert.Level)+" "+alert.Text)
		}
	}
	want := []string{
		"SIM-2 error the app asked for GET http://shop.example/x, which the proxy refused",
		"SIM-2 error the app asked for GET http://bank.example/, which the proxy refused",
		"SIM-10 warning a connection to api.twilio.com ended in TLS, without a request",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestLongAddress checks that the address in a hint, which a client chooses, has an end.
func TestLongAddress(t *testing.T) {
	a := newAccount(t, nil)
	long := strings.Repeat("é", 900_000)
	for _, alert := range []*journal.Alert{
		a.RaiseUnmodelled(&journal.Exchange{}, "GET /"+long),
		a.RaiseRefused("GET", "http://shop.example/"+long, "stay"),
	} {
		if n := utf8.RuneCountInString(alert.Text); n > maxAddress+50 {
			t.Errorf("%s: %d characters", alert.Code, n)
		}
	}
}

// TestSlow checks that SIM-6 is given above 60% of Twilio's time limit, and that its text is the
// same in each run.
func TestSlow(t *testing.T) {
	for _, tt := range []struct {
		took, limit time.Duration
		want        string
	}{
		{9 * time.Second, 15 * time.Second, ""},
		{9*time.Second + 300*time.Millisecond, 15 * time.Second,
			"the app took 9s of the 15s that Twilio waits for POST http://localhost/sms"},
		{14700 * time.Millisecond, 15 * time.Second, "the app took 15s of the 15s that Twilio " +
			"waits for POST http://localhost/sms"},
		{312 * time.Millisecond, 500 * time.Millisecond, "the app took 300ms of the 500ms that " +
			"Twilio waits for POST http://localhost/sms"},
		{time.Hour, 0, ""}, // a bin
	} {
		t.Run(tt.took.String(), func(t *testing.T) {
			a := newAccount(t, nil)
			answer := &webhook.Answer{Limit: tt.limit, Exchange: &journal.Exchange{
				Name: "W1", Method: "POST", URL: "http://localhost/sms?a=1", Status: 200,
				Duration: tt.took,
			}}
			a.adviseOnAnswer(answer)
			for _, alert := range a.adviseOnAnswer(answer) {
				t.Errorf("again: %s", alert.Text)
			}
			var want, got []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			for _, thing := range a.Journal.Things(journal.Alerts) {
				got = append(got, thing.(*journal.Alert).Text)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
			if a := newAccount(t, nil); len(a.adviseOnAnswer(&webhook.Answer{
				Limit: tt.limit, Exchange: answer.Exchange, Failure: &webhook.Failure{},
			})) > 0 {
				t.Error("a failure is slow besides")
			}
			faulty := *answer.Exchange
			faulty.Faults = fault.List{{Kind: fault.Delay, Wait: 10 * time.Second, Rule: "r1"}}
			if a := newAccount(t, nil); len(a.adviseOnAnswer(&webhook.Answer{Limit: tt.limit,
				Exchange: &faulty})) > 0 {
				t.Error("a rule made it slow")
			}
		})
	}
}

// TestUnknownParameters checks that SIM-7 is given once for each parameter of each operation.
func TestUnknownParameters(t *testing.T) {
	a := newAccount(t, nil)
	known := []string{"To", "From", "StatusCallback"}
	for range 2 {
		a.AdviseUnknownParameters(&journal.Exchange{Name: "R1"}, "POST /Messages",
			[]string{"Sender", "StatusCallbak", "to"}, known)
	}
	a.AdviseUnknownParameters(&journal.Exchange{Name: "R2"}, "GET /Messages",
		[]string{"to", strings.Repeat("a", 1<<20)}, known)
	a.AdviseUnknownParameters(&journal.Exchange{Name: "R3"}, "DELETE /Messages",
		strings.Split(strings.Repeat("a ", 99), " "), nil)
	var got []string
	for _, thing := range a.Journal.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		got = append(got, fmt.Sprintf("%s %s %s: %s %s", alert.Code, alert.Level, alert.Exchange,
			alert.Text, alert.Try))
	}
	want := []string{
		`SIM-7 info R1: POST /Messages has no parameter "Sender" `,
		`SIM-7 info R1: POST /Messages has no parameter "StatusCallbak" did you mean "StatusCallback"?`,
		`SIM-7 info R1: POST /Messages has no parameter "to" did you mean "To"?`,
		`SIM-7 info R2: GET /Messages has no parameter "to" did you mean "To"?`,
		`SIM-7 info R2: GET /Messages has no parameter "` + strings.Repeat("a", 80) + `..." `,
		`SIM-7 info R3: DELETE /Messages has no parameter "a" `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hints (-want +got):\n%s", diff)
	}
}

// titles are pages and how hints quote their titles.
var titles = []struct{ page, want string }{
	{"<html><title>Shop</title></html>", `, "Shop"`},
	{"<html><TITLE lang=en>\n A\tB </TITLE>", `, "A B"`},
	{"<html><title>&lt;b&gt;</title>", `, "<b>"`},
	{"<html><title>one</title><title>two</title>", `, "one"`},
	{"<html><title>never closed", " without a title"},
	{"<html>", " without a title"},
	{"<html><title>" + strings.Repeat("ä", 100) + "</title>", `, "` + strings.Repeat("ä", 80) +
		`..."`},
	{"<html><title>\x1b[31m\xff</title>", `, "\x1b[31m\xff"`},
}

func TestTitle(t *testing.T) {
	for _, tt := range titles {
		if got := titleOf([]byte(tt.page)); got != tt.want {
			t.Errorf("titleOf(%q) = %s, want %s", tt.page, got, tt.want)
		}
	}
}

// FuzzTitle checks that the title of any page is one short line of text.
func FuzzTitle(f *testing.F) {
	for _, tt := range titles {
		f.Add([]byte(tt.page))
	}
	for _, page := range []string{"", "<Response/>", "<Response><html>",
		"<?xml version='1.0'?>\n<Response/>", "<?xml?><html>",
		"<?xml <Response", "<?xml><Responsehtml>", "\f<?xml?> <body>"} {
		f.Add([]byte(page))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		title := titleOf(page)
		if !utf8.ValidString(title) || strings.ContainsAny(title, "\n\r\x1b") ||
			utf8.RuneCountInString(title) > 20*maxQuoted {
			t.Errorf("titleOf(%q) = %q", page, title)
		}
		if got, want := isPage(page), htmlBegin().Match(page); got != want {
			t.Errorf("isPage(%q) = %t, want %t", page, got, want)
		}
	})
}

func TestAcknowledge(t *testing.T) {
	a := newAccount(t, nil) // a number without a webhook
	first, second := text(t, a, "hi").Alerts[0], text(t, a, "hi").Alerts[0]
	last := a.Journal.Last()
	var got [][]string
	for _, alerts := range [][]*journal.Alert{{first}, {first, second}, {first, second}, {}} {
		got = append(got, a.Acknowledge(alerts...))
	}
	if diff := cmp.Diff([][]string{{"A1"}, {"A2"}, nil, nil}, got); diff != "" {
		t.Errorf("acknowledged (-want +got):\n%s", diff)
	}
	var notes []string
	events, _ := a.Journal.Events(last)
	for _, e := range events {
		notes = append(notes, string(e.Type)+" "+e.Note)
	}
	if diff := cmp.Diff([]string{"changed alert A1 acknowledged", "changed alert A2 acknowledged"},
		notes); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestDiffering(t *testing.T) {
	for _, tt := range []struct{ a, b, wantA, wantB string }{
		{"http://h/sms?b=2&a=1", "http://h/sms?a=1&b=2", "b=2", "a=1"},
		{"http://h/España/x", "http://h/Espa%C3%B1a/x", "España", "Espa%C3%B1a"},
		{"http://h/sms?q={a", "http://h/sms?q=%7Ba", "q={a", "q=%7Ba"},
	} {
		if a, b := differing(tt.a, tt.b); a != tt.wantA || b != tt.wantB {
			t.Errorf("differing(%q, %q) = %q, %q; want %q, %q", tt.a, tt.b, a, b, tt.wantA, tt.wantB)
		}
	}
}

// TestRewritten checks which URLs are signed in another form than they are sent in.
func TestRewritten(t *testing.T) {
	for _, tt := range []struct{ url, rewritten, want string }{
		{"http://app.example/sms", "", ""}, {"http://app.example/?a=1", "", ""},
		{"http://app.example:3000", "", "a URL without a path where the request has the path /"},
		{"http://app.example?a=1", "", "a URL without a path where the request has the path /"},
		{"http://münchen.example:80/sms", "",
			"münchen.example:80 where the request has that name in Punycode"},
		{"http://app.example/a|b", "http://localhost:1/a|b", "a|b where the request has a%7Cb"},
	} {
		a := newAccount(t, newApp(t))
		x := &journal.Exchange{Method: "POST", URL: tt.url, Dialed: "http://localhost:1/a%7Cb",
			Signature: "valid"}
		got := ""
		if alert := a.AdviseRewritten(&webhook.Answer{Exchange: x, Signed: tt.rewritten}); alert != nil {
			_, got, _ = strings.Cut(alert.Text, " is over ")
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.want)
		}
		x.Signature = "none"
		if a.AdviseRewritten(&webhook.Answer{Exchange: x, Signed: tt.rewritten}) != nil {
			t.Errorf("%s: a hint about a webhook without a signature", tt.url)
		}
	}
}
