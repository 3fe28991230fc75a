package compose_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/testscript"
	"twilsim/testscript/compose"
)

// TestMain serves the app of the stories, where a scenario starts this program as the app under
// test.
func TestMain(m *testing.M) {
	if port := os.Getenv("PORT"); port != "" && os.Getenv("COMPOSE_APP") != "" {
		fmt.Fprintln(
			os.Stderr,
			http.ListenAndServe(
				"127.0.0.1:"+port,
				shop{os.Getenv("TWILSIM_URL"), os.Getenv("TWILIO_ACCOUNT_SID"),
					os.Getenv("TWILIO_AUTH_TOKEN"), os.Getenv("PUBLIC_URL")},
			),
		)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// shop is an app that does what a text says.
type shop struct{ api, sid, token, public string }

func (s shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, path := r.FormValue("Body"), r.URL.Path
	word, _, _ := strings.Cut(strings.ToLower(body), " ")
	switch {
	case path == "/picture.gif":
		w.Header().Set("Content-Type", "image/gif")
		_, _ = io.WriteString(w, "GIF89a\xff\x00\x01")
	case path == "/broken":
		http.Error(w, "no such table: statuses", http.StatusInternalServerError)
	case path == "/status":
		if r.FormValue("MessageStatus") == "undelivered" && r.FormValue("ErrorCode") == "30005" {
			s.send("+12025550177", "we lost "+r.FormValue("To"))
		}
	case path == "/second":
		twiml(w, `<Message action="/status">the second document</Message>`)
	case word == "link":
		twiml(w, `<Message action="/status">pay at `+s.public+`/pay</Message>`)
	case word == "fail":
		http.Error(w, "out of order", http.StatusInternalServerError)
	case word == "invalid":
		twiml(w, `<Mesage>hello</Mesage>`)
	case word == "plain":
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "just text\nof two lines")
	case word == "redirect":
		twiml(w, `<Redirect>`+s.public+`/second</Redirect>`)
	case word == "picture":
		twiml(w, `<Message action="/status"><Body>look</Body><Media>/picture.gif</Media></Message>`)
	case word == "order":
		s.send(r.FormValue("From"), fmt.Sprintf("your code is %06d", time.Now().UnixNano()%1e6))
		twiml(w, ``)
	case word == "both":
		s.send("+12025550199", "a customer wrote")
		twiml(
			w,
			`<Message action="/broken">we look into `+
				`it</Message><Message>again</Message><Message>again</Message>`,
		)
	case word == "calls":
		resp, err := http.PostForm(s.api+"/2010-04-01/Accounts/"+s.sid+"/Calls.json", url.Values{})
		if err == nil {
			resp.Body.Close()
		}
		twiml(w, ``)
	default:
		twiml(
			w,
			`<Message action="/status">You said: `+strings.NewReplacer("&", "&amp;", "<", "&lt;").
				Replace(body)+
				`</Message>`,
		)
	}
}

func twiml(w http.ResponseWriter, document string) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, "<Response>"+document+"</Response>")
}

// send sends by the API; an app goes on when it is refused.
func (s shop) send(to, body string) { s.sendTo(to, body, s.public+"/status") }

func (s shop) sendTo(to, body, callback string) {
	s.post(
		s.messages(),
		url.Values{
			"To":             {to},
			"From":           {simulator.DefaultPhoneNumber},
			"Body":           {body},
			"StatusCallback": {callback},
		},
	)
}

func (s shop) messages() string { return "/2010-04-01/Accounts/" + s.sid + "/Messages.json" }

var sidInAnswer = regexp.MustCompile(`"sid": ?"(\w+)"`)

// post makes a request of Twilio's API, and returns the SID that it answers.
func (s shop) post(path string, form url.Values) (sid string) {
	r, err := http.NewRequest("POST", s.api+path, strings.NewReader(form.Encode()))
	if err != nil {
		return ""
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(s.sid, s.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if match := sidInAnswer.FindSubmatch(answer); match != nil {
		return string(match[1])
	}
	return ""
}

// world is a simulator that runs, and the app.
type world struct {
	t      *testing.T
	sim    *simulator.Server
	client *control.Client
	app    shop
}

const (
	ana    = "+12025550142"
	number = simulator.DefaultPhoneNumber
)

func newWorld(t *testing.T, c *clock.Clock, forward bool) *world {
	w := &world{t: t}
	var handler http.Handler
	server := httptest.NewServer(
		http.HandlerFunc(
			func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) },
		),
	)
	t.Cleanup(server.Close)
	var app shop
	appServer := httptest.NewServer(
		http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { app.ServeHTTP(rw, r) }),
	)
	t.Cleanup(appServer.Close)
	w.sim = &simulator.Server{Clock: c, URL: server.URL}
	if forward {
		w.sim.ForwardTo = appServer.URL
	}
	handler = w.sim
	t.Cleanup(w.sim.Close)
	app = shop{server.URL, w.sim.Account().SID, w.sim.Account().Token, appServer.URL}
	w.app, w.client = app, &control.Client{URL: server.URL}
	return w
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) text(body string, media ...control.Media) {
	w.t.Helper()
	_, err := w.client.Text(
		w.t.Context(),
		control.Text{From: ana, To: number, Body: body, Media: media},
	)
	w.check(err)
}

// number directs the number's texts to a URL, to the bin of that name, or to nothing.
func (w *world) number(url, method string) {
	w.t.Helper()
	w.numberOf(control.NumberWebhook{SmsURL: &url, SmsMethod: &method})
}

func (w *world) numberOf(webhook control.NumberWebhook) {
	w.t.Helper()
	_, err := w.client.SetNumber(w.t.Context(), number, webhook)
	w.check(err)
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	_, err := w.client.Advance(w.t.Context(), d)
	w.check(err)
}

func (w *world) rule(words ...string) {
	w.t.Helper()
	_, err := w.client.AddRule(w.t.Context(), words)
	w.check(err)
}

// scenario writes what happened in the manner of twilsim new.
func (w *world) scenario(ref string, o compose.Options) string {
	w.t.Helper()
	m, err := w.client.Message(w.t.Context(), ref)
	w.check(err)
	recording, err := compose.Read(w.t.Context(), w.client)
	w.check(err)
	text, err := compose.Scenario(recording, m.SID, o)
	w.check(err)
	return string(text)
}

// stories are what may happen. Each must pass as a scenario, with the app and with its answers, as
// it stands.
var stories = []struct {
	name string
	do   func(*world)
	want []string // lines that both scenarios have
}{
	{
		"happy",
		func(w *world) { w.text("hi"); w.advance(5 * time.Second) },
		[]string{"sms +12025550142 +12025550100 hi as=TEXT1"},
	},
	{
		"still in flight",
		func(w *world) { w.text("hi"); w.advance(600 * time.Millisecond) },
		[]string{"clock advance 500ms"},
	},
	{
		"nothing delivered yet",
		func(w *world) { w.text("hi") },
		[]string{"expect message sid=$REPLY1 status=queued"},
	},
	{"undelivered", func(w *world) {
		w.rule("to="+ana, "then=unreachable")
		w.text("hi")
		w.advance(time.Minute)
	}, []string{"rule to=+12025550142 then=unreachable times=1",
		"expect message sid=$REPLY1 status=undelivered error_code=30003"}},
	{"handset off, then on", func(w *world) {
		_, err := w.client.SetPhone(w.t.Context(), ana, control.Phone{State: "off"})
		w.check(err)
		w.text("hi")
		w.advance(time.Minute)
		_, err = w.client.SetPhone(w.t.Context(), ana, control.Phone{State: "on"})
		w.check(err)
		w.text("again")
		w.advance(time.Minute)
	}, []string{"phone +12025550142 off", "phone +12025550142 on"}},
	{"stop", func(w *world) {
		w.text("STOP")
		w.advance(time.Minute)
		w.app.send(ana, "still there?")
		w.text("START")
		w.advance(time.Minute)
	}, []string{"! send to=+12025550142 body='still there?' callback=$PUBLIC_URL/status",
		"stderr '^400 21610'"}},
	{"stop, written down at once", func(w *world) { w.text("STOP"); w.advance(0) }, []string{
		`# what twilsim saw: +12025550142 texts "STOP", Twilio itself replies, which is queued, ` +
			`the app replies "You said: STOP", which is failed 21610`, "clock advance 0s"}},
	{
		"app fails",
		func(w *world) { w.text("fail"); w.advance(time.Minute) },
		[]string{"expect alert sid=$TEXT1 code=11200"},
	},
	{"invalid TwiML", func(w *world) { w.text("invalid") }, nil},
	{"callback fails", func(w *world) { w.text("both it fails"); w.advance(time.Minute) }, nil},
	{"text/plain", func(w *world) { w.text("plain"); w.advance(time.Minute) }, nil},
	{"redirect", func(w *world) { w.text("redirect"); w.advance(time.Minute) },
		[]string{"expect webhook sid=$TEXT1 purpose=redirect path=/second http=200"}},
	{"media both ways", func(w *world) {
		w.text(
			"picture",
			control.Media{Name: "a.png", Data: []byte("\x89PNG\r\n\x1a\n")},
			control.Media{Name: "b.txt", Data: []byte("words\n")},
		)
		w.advance(time.Minute)
	}, nil},
	{"late and doubled callbacks", func(w *world) {
		w.rule("then=sent@1s>4s,delivered@2s*2")
		w.text("hi")
		w.advance(3 * time.Second)
		w.text("anybody there?")
		w.advance(time.Minute)
	}, []string{"clock advance 2s",
		"expect webhook sid=$REPLY1 MessageStatus=delivered http=200 count=2"}},
	{
		"a lost callback",
		func(w *world) { w.rule("then=~sent,delivered"); w.text("hi"); w.advance(time.Minute) },
		[]string{"! expect webhook sid=$REPLY1 MessageStatus=sent"},
	},
	{
		"the app sends while it answers",
		func(w *world) { w.text("order"); w.advance(time.Minute) },
		nil,
	},
	{"the app sends when it receives a status", func(w *world) {
		w.rule("to="+ana, "then=unknown")
		w.text("hi")
		w.advance(time.Minute)
	}, nil},
	{"the app sends by itself", func(w *world) {
		w.rule("to="+ana, "then=filtered", "times=1")
		w.app.send(ana, "it's on its way")
		w.advance(time.Minute)
	}, []string{"send to=+12025550142 body='it''s on its way' callback=$PUBLIC_URL/status as=SENT1"}},
	{"the API is broken", func(w *world) {
		w.rule("api=POST:Messages", "respond=500")
		w.text("order")
	}, nil},
	{"not simulated", func(w *world) { w.text("calls") }, nil},
	{"a status set by hand", func(w *world) {
		w.rule("then=stuck")
		w.text("hi")
		_, err := w.client.Deliver(w.t.Context(), "latest", control.Delivery{Status: "sent"})
		w.check(err)
		w.advance(time.Second)
		_, err = w.client.Deliver(
			w.t.Context(),
			"latest",
			control.Delivery{Status: "undelivered", ErrorCode: 30007},
		)
		w.check(err)
		_, err = w.client.Deliver(
			w.t.Context(),
			"latest",
			control.Delivery{Status: "delivered", Illegal: true},
		)
		w.check(err)
	}, []string{"deliver $REPLY1 undelivered:30007", "deliver $REPLY1 delivered illegal"}},
	{"scheduled through a service", func(w *world) {
		service := w.app.post("/v1/Services", url.Values{"FriendlyName": {"shop"}})
		n, _ := w.sim.Account().Number(number)
		w.app.post("/v1/Services/"+service+"/PhoneNumbers", url.Values{"PhoneNumberSid": {n.SID}})
		at := w.sim.Account().Clock.Now().Add(30 * time.Minute).Format(time.RFC3339)
		w.app.post(
			w.app.messages(),
			url.Values{
				"To":                  {ana},
				"MessagingServiceSid": {service},
				"Body":                {"soon"},
				"SendAt":              {at},
				"ScheduleType":        {"fixed"},
				"StatusCallback":      {w.app.public + "/status"},
			},
		)
		w.advance(time.Hour)
	}, []string{"send to=+12025550142 service=$SERVICE1 body=soon callback=$PUBLIC_URL/status " +
		"at=30m0s as=SENT1"}},
	{"a fallback", func(w *world) {
		url, fallback := w.app.public+"/sms", w.app.public+"/second"
		_, err := w.client.SetNumber(
			w.t.Context(),
			number,
			control.NumberWebhook{SmsURL: &url, SmsFallbackURL: &fallback},
		)
		w.check(err)
		w.text("fail")
		w.advance(time.Minute)
	}, []string{"number +12025550100 $PUBLIC_URL/sms POST fallback=$PUBLIC_URL/second",
		"expect webhook sid=$TEXT1 purpose=fallback path=/second http=200"}},
	{"a fallback of an app that is down", func(w *world) {
		w.text("hi")
		url, fallback := "http://127.0.0.1:1/sms", w.app.public+"/second"
		_, err := w.client.SetNumber(
			w.t.Context(),
			number,
			control.NumberWebhook{SmsURL: &url, SmsFallbackURL: &fallback},
		)
		w.check(err)
		w.text("hi again")
		w.advance(time.Minute)
	}, []string{"number +12025550100 http://127.0.0.1:1/sms POST fallback=$PUBLIC_URL/second",
		"expect alert sid=$TEXT2 code=11202"}},
	{"a reply with the app's own address", func(w *world) {
		w.text("link")
		w.advance(time.Minute)
	}, nil},
	{"a fallback bin", func(w *world) {
		_, err := w.client.SetBin(
			w.t.Context(),
			"sorry",
			"<Response><Message>We are closed</Message></Response>",
		)
		w.check(err)
		url, fallback := w.app.public+"/sms", "sorry"
		_, err = w.client.SetNumber(
			w.t.Context(),
			number,
			control.NumberWebhook{SmsURL: &url, SmsFallbackURL: &fallback},
		)
		w.check(err)
		w.text("fail")
		w.advance(time.Minute)
	}, []string{"number +12025550100 $PUBLIC_URL/sms POST fallback=sorry"}},
	{"callbacks that go wrong on their way", func(w *world) {
		w.rule("webhook=status", "status=sent", "fault=delay:5s")
		w.rule("webhook=status", "status=delivered", "fault=duplicate:3")
		w.text("hi")
		w.advance(time.Minute)
	}, []string{"rule webhook=status status=sent fault=delay:5s"}},
	{"callbacks that never come", func(w *world) {
		w.rule("webhook=status", "status=delivered", "fault=drop")
		w.text("hi")
		w.advance(time.Minute)
	}, nil},
	{"a text that comes late", func(w *world) {
		w.rule("webhook=inbound", "fault=delay:5s", "times=1")
		w.text("hi")
		w.advance(time.Minute)
		w.text("again")
		w.advance(time.Minute)
	}, nil},
	{"a webhook with a bad signature by rule", func(w *world) {
		w.rule("webhook=inbound", "fault=signature:bad")
		w.text("hi")
		w.advance(time.Minute)
	}, nil},
	{
		"a magic number",
		func(w *world) { w.app.send("+15005550103", "code 123456"); w.advance(time.Minute) },
		nil,
	},
	{"a bad signature", func(w *world) {
		answer, err := http.Post(w.client.URL+control.Prefix+"/signatures/spoil", "application/json",
			strings.NewReader(`{"how":"bad"}`))
		w.check(err)
		w.check(answer.Body.Close())
		w.text("hi")
	}, []string{"signature bad"}},
	{"strange texts", func(w *world) {
		w.text("it's\nseveral lines\n-- a file? --\n\x1b[2J *bold* $HOME # no comment ☎")
		w.text("~a regexp? <3 'quoted'")
		w.advance(time.Minute)
	}, nil},
	{"parameters", func(w *world) {
		_, err := w.client.Text(
			w.t.Context(),
			control.Text{
				From:   ana,
				To:     number,
				Body:   "hi",
				Params: map[string]string{"FromCity": "NEW YORK"},
			},
		)
		w.check(err)
	}, []string{"sms +12025550142 +12025550100 hi FromCity='NEW YORK' as=TEXT1"}},
	{"a number of its own, by GET", func(w *world) {
		url, method := w.app.public+"/hook?a=b", "GET"
		_, err := w.client.SetNumber(
			w.t.Context(),
			"+12025550111",
			control.NumberWebhook{SmsURL: &url, SmsMethod: &method},
		)
		w.check(err)
		_, err = w.client.Text(
			w.t.Context(),
			control.Text{From: ana, To: "+12025550111", Body: "hi"},
		)
		w.check(err)
		w.advance(time.Minute)
	}, []string{"number +12025550111 $PUBLIC_URL'/hook?a=b' GET"}},
	{"another path", func(w *world) {
		url := w.app.public + "/hook?a=b"
		_, err := w.client.SetNumber(w.t.Context(), number, control.NumberWebhook{SmsURL: &url})
		w.check(err)
		w.text("hi")
		w.advance(time.Minute)
	}, nil},
	{"another URL in between", func(w *world) {
		w.text("hi")
		w.number(w.app.public+"/hook?a=b", "POST")
		w.text("and now?")
		w.number(w.app.public+"/other", "GET")
		w.text("and by GET?")
		w.number(w.app.public+"/sms", "POST")
		w.text("and back?")
		w.advance(time.Minute)
	}, []string{
		"number +12025550100 $PUBLIC_URL'/hook?a=b' POST",
		"number +12025550100 $PUBLIC_URL/other GET", "number +12025550100 $PUBLIC_URL/sms POST",
	}},
	{"a bin in between", func(w *world) {
		_, err := w.client.SetBin(w.t.Context(), "away", "<Response><Message>Later</Message></Response>")
		w.check(err)
		w.text("hi")
		w.number("away", "POST")
		w.text("anybody there?")
		w.number(w.app.public+"/sms", "POST")
		w.text("back?")
		w.advance(time.Minute)
	}, []string{"number +12025550100 away", "number +12025550100 $PUBLIC_URL/sms POST"}},
	{"first a bin, then an app, then another bin", func(w *world) {
		for _, name := range []string{"one", "two"} {
			_, err := w.client.SetBin(w.t.Context(), name,
				"<Response><Message>bin "+name+"</Message></Response>")
			w.check(err)
		}
		w.number("one", "POST")
		w.text("hi")
		w.number(w.app.public+"/hook", "POST")
		w.text("again")
		w.number("two", "POST")
		w.text("and again")
		w.advance(time.Minute)
	}, []string{"number +12025550100 one", "number +12025550100 $PUBLIC_URL/hook POST",
		"number +12025550100 two"}},
	{"a fallback that is taken away", func(w *world) {
		url, fallback, none := w.app.public+"/sms", w.app.public+"/second", ""
		w.numberOf(control.NumberWebhook{SmsURL: &url, SmsFallbackURL: &fallback})
		w.text("fail")
		w.numberOf(control.NumberWebhook{SmsFallbackURL: &none})
		w.text("fail again")
		w.advance(time.Minute)
	}, []string{"number +12025550100 $PUBLIC_URL/sms POST fallback=$PUBLIC_URL/second"}},
	{"no URL, then one", func(w *world) {
		w.number("", "POST")
		w.text("hi")
		w.number(w.app.public+"/hook", "POST")
		w.text("again")
		w.advance(time.Minute)
	}, []string{"number +12025550100 $PUBLIC_URL/hook POST"}},
	{"a URL, then none", func(w *world) {
		w.text("again")
		w.number("", "POST")
		w.text("hi")
		w.advance(time.Minute)
	}, []string{"number +12025550100 ''"}},
	{"a bin", func(w *world) {
		_, err := w.client.SetBin(
			w.t.Context(),
			"hello",
			"<Response><Message>Hello {{From}}</Message></Response>",
		)
		w.check(err)
		name := "hello"
		_, err = w.client.SetNumber(w.t.Context(), number, control.NumberWebhook{SmsURL: &name})
		w.check(err)
		w.text("hi")
		w.advance(time.Minute)
	}, []string{"bin hello hello.xml"}},
	{"nobody listens", func(w *world) {
		url := "http://127.0.0.1:1/sms"
		_, err := w.client.SetNumber(w.t.Context(), number, control.NumberWebhook{SmsURL: &url})
		w.check(err)
		w.text("hi")
	}, nil},
	{"the app is away for a while", func(w *world) {
		w.text("hi")
		w.advance(600 * time.Millisecond)
		there, nobody := w.app.public+"/sms", "http://127.0.0.1:1/sms"
		_, err := w.client.SetNumber(w.t.Context(), number, control.NumberWebhook{SmsURL: &nobody})
		w.check(err)
		w.text("anybody?")
		w.app.sendTo(ana, "a callback to nobody", nobody)
		w.advance(time.Minute)
		_, err = w.client.SetNumber(w.t.Context(), number, control.NumberWebhook{SmsURL: &there})
		w.check(err)
		w.text("back?")
		w.advance(time.Minute)
	}, []string{"number +12025550100 http://127.0.0.1:1/sms POST",
		"number +12025550100 $PUBLIC_URL/sms POST"}},
	{"WhatsApp", func(w *world) {
		_, err := w.client.Text(
			w.t.Context(),
			control.Text{From: "whatsapp:" + ana, To: "whatsapp:" + number, Body: "hi"},
		)
		w.check(err)
		w.advance(time.Minute)
	}, nil},
}

func TestStories(t *testing.T) {
	t.Setenv("COMPOSE_APP", "1") // which the app under test finds in its environment
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range stories {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, clock.Virtual(time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)), true)
			tt.do(w)
			for _, o := range []compose.Options{{Answers: false}, {Answers: true}} {
				text := w.scenario("latest", o)
				for _, line := range tt.want {
					if !strings.Contains("\n"+text, "\n"+line+"\n") {
						t.Errorf("there is no line %q in\n%s", line, text)
					}
				}
				runner := testscript.Runner{Options: testscript.Options{App: []string{program}}}
				if o.Answers {
					runner.App = []string{"no-such-app"}
				}
				pass(t, runner, text)
			}
		})
	}
}

// pass runs a scenario, which must pass.
func pass(t *testing.T, runner testscript.Runner, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "recorded.txtar")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := runner.Do(
		t.Context(),
		[]testscript.Scenario{{Name: "recorded", File: file}},
		func(r testscript.Result) {
			if r.Outcome != testscript.Passed {
				t.Errorf("%s\n%s\n%s", r.Failure, r.Log, text)
			}
		},
	)
	if err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
