package messaging

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// sorry is the answer of a fallback.
var sorry = reply("", "sorry")

// fails makes the app answer 500 at a path.
func (a *app) fails(path string) {
	a.handle(path, func(w http.ResponseWriter,
		_ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	})
}

// newFallback returns an app that fails at /sms and answers sorry at /fallback, and an account
// whose number has both URLs.
func newFallback(t testing.TB) (*app, *Account) {
	app := newApp(t)
	app.fails("/sms")
	app.answer("/fallback", sorry)
	a := newAccount(t, app)
	setFallback(t, a, app.URL+"/sms", app.URL+"/fallback", "")
	return app, a
}

func setFallback(t testing.TB, a *Account, url, fallback, method string) {
	t.Helper()
	_, err := a.SetWebhooks(shop, func(n *directory.Number) {
		n.SmsURL, n.SmsMethod, n.SmsFallbackURL, n.SmsFallbackMethod = url, "", fallback, method
	})
	if err != nil {
		t.Fatal(err)
	}
}

// trail returns the calls of a run as purpose, method and path, with the parameters of the
// fallback.
func trail(r *Receipt) []string {
	lines := []string{}
	for _, x := range r.Webhooks {
		line := fmt.Sprintf("%s %s %s", x.Purpose, x.Method, x.Path())
		if params := x.Params(); params.Has("ErrorCode") {
			failed, _ := url.Parse(params.Get("ErrorUrl"))
			line += " " + params.Get("ErrorCode") + " " + failed.RequestURI()
		}
		lines = append(lines, line)
	}
	return lines
}

// said returns the bodies of the replies of a run.
func said(r *Receipt) []string {
	bodies := []string{}
	for _, m := range r.Replies {
		bodies = append(bodies, m.Snapshot().Body)
	}
	return bodies
}

// TestFallbackRequest checks that the request has the parameters of the webhook that failed and two
// more, and a signature and a token of its own.
func TestFallbackRequest(t *testing.T) {
	app, a := newFallback(t)
	receipt := text(t, a, "hi")
	primary, fallback := receipt.Webhooks[0], receipt.Webhooks[1]
	params, err := webhook.ParseParams(primary.Body)
	if err != nil {
		t.Fatal(err)
	}
	insert := func(after, name, value string) {
		i := slices.IndexFunc(params, func(p webhook.Param) bool { return p.Name == after })
		params = slices.Insert(params, i+1, webhook.Param{Name: name, Value: value})
	}
	insert("ToCountry", "ErrorUrl", app.URL+"/sms") // in the order of captured requests
	insert("SmsMessageSid", "ErrorCode", "11200")
	want := request{Method: "POST", Path: "/fallback", Body: params.Encode(),
		Signature: fallback.Header.Get("X-Twilio-Signature")}
	if diff := cmp.Diff([]request{want}, app.requests("/fallback")); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if fallback.Signature != "valid" || want.Signature == "" ||
		want.Signature == primary.Header.Get("X-Twilio-Signature") {
		t.Errorf("signature %q is %s", want.Signature, fallback.Signature)
	}
	// F-036: it is another request
	if token := "I-Twilio-Idempotency-Token"; fallback.Header.Get(token) == primary.Header.Get(
		token) {
		t.Error("the fallback has the token of the webhook that failed")
	}
	if fallback.Purpose != journal.Fallback || fallback.Attempt != 1 ||
		fallback.SID != receipt.Message.ID() || !fallback.At.Equal(start) {
		t.Errorf("exchange %+v", fallback)
	}
	if diff := cmp.Diff([]string{"sorry"}, said(receipt)); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"11200 error 0:0 W1"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestErrorURL checks that ErrorUrl is the URL that failed as it is signed: without overrides and
// credentials (F-040, F-068).
func TestErrorURL(t *testing.T) {
	for configured, want := range map[string]string{
		"http://shop.example/sms":                     "http://shop.example/sms",
		"http://shop.example/sms?a=1#rc=2&rp=5xx":     "http://shop.example/sms?a=1",
		"https://user:secret@shop.example:8443/a%20b": "https://shop.example:8443/a%20b",
		"https://handler.twilio.com/twiml/EH1":        "https://handler.twilio.com/twiml/EH1",
	} {
		for _, message := range []webhook.Params{
			{{Name: "ToCountry", Value: "US"}, {Name: "SmsMessageSid", Value: "SM1"}},
			{{Name: "ToCountry"}, {Name: "SmsMessageSid", Value: "SM1"}},
			// a channel's
			{{Name: "SmsMessageSid", Value: "SM1"}, {Name: "ApiVersion", Value: "2010-04-01"}},
		} {
			params := breakdown{"11200", configured}.params(message)
			got := slices.DeleteFunc(params,
				func(p webhook.Param) bool { return !strings.HasPrefix(p.Name, "Error") })
			slices.SortFunc(got, func(x, y webhook.Param) int {
				return strings.Compare(x.Name,
					y.Name)
			})
			if diff := cmp.Diff(webhook.Params{{Name: "ErrorCode", Value: "11200"},
				{Name: "ErrorUrl", Value: want}}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", configured, diff)
			}
		}
	}
}

// TestFallbackRoutes checks whose fallback is used: that of the number, its application or its
// service (F-412, F-414, F-432).
func TestFallbackRoutes(t *testing.T) {
	app, a := newFallback(t)
	app.fails("/app")
	app.fails("/service")
	for _, path := range []string{"/app-fallback", "/service-fallback"} {
		app.answer(path, sorry)
	}
	number := a.IncomingPhoneNumbers()[0].SID
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	update := func(change func(*directory.Number)) {
		t.Helper()
		_, err := a.UpdateNumber(number, func(n *directory.Number) error {
			change(n)
			return nil
		})
		must(err)
	}
	updateService := func(service string, change func(*directory.Service)) {
		t.Helper()
		_, err := a.UpdateService(service, func(s *directory.Service) error {
			change(s)
			return nil
		})
		must(err)
	}
	shopApp, err := a.CreateApplication(func(d *directory.Application) error {
		d.SmsURL, d.SmsFallbackURL = app.URL+"/app", app.URL+"/app-fallback"
		d.SmsFallbackMethod = "GET"
		return nil
	})
	must(err)
	service, err := a.CreateService(func(s *directory.Service) error {
		s.FriendlyName = "shop"
		s.InboundRequestURL, s.FallbackURL = app.URL+"/service", app.URL+"/service-fallback"
		return nil
	})
	must(err)
	for _, tt := range []struct {
		name   string
		change func()
		want   []string
	}{
		{"number", func() {}, []string{"inbound POST /sms", "fallback POST /fallback 11200 /sms"}},
		{"GET", func() { update(func(n *directory.Number) { n.SmsFallbackMethod = "GET" }) },
			[]string{"inbound POST /sms", "fallback GET /fallback 11200 /sms"}},
		{"webhook with GET", func() { update(func(n *directory.Number) { n.SmsMethod = "GET" }) },
			[]string{"inbound GET /sms", "fallback GET /fallback 11200 /sms"}},
		{"none", func() { update(func(n *directory.Number) { n.SmsFallbackURL = "" }) },
			[]string{"inbound GET /sms"}}, // F-052
		{"application", func() {
			update(
				func(n *directory.Number) { n.SmsApplicationSID = shopApp.SID })
		},
			[]string{"inbound POST /app", "fallback GET /app-fallback 11200 /app"}},
		{"application without one", func() {
			update(func(n *directory.Number) { n.SmsFallbackURL = app.URL + "/fallback" })
			_, err := a.UpdateApplication(shopApp.SID, func(d *directory.Application) error {
				d.SmsFallbackURL = ""
				return nil
			})
			must(err)
		}, []string{"inbound POST /app"}}, // F-432: the number's own URLs are ignored
		{"service", func() {
			update(func(n *directory.Number) { n.SmsApplicationSID = "" })
			_, err := a.AddSender(service.SID, directory.PhoneNumberSender, number)
			must(err)
		}, []string{"inbound POST /service", "fallback POST /service-fallback 11200 /service"}},
		{"service that leaves it to the number", func() {
			updateService(service.SID,
				func(s *directory.Service) { s.UseInboundWebhookOnNumber = true })
		}, []string{"inbound GET /sms", "fallback GET /fallback 11200 /sms"}},
		{"service without one", func() {
			updateService(service.SID, func(s *directory.Service) {
				s.UseInboundWebhookOnNumber,
					s.FallbackURL = false, ""
			})
		}, []string{"inbound POST /service"}},
		{"service without a webhook", func() {
			updateService(service.SID, func(s *directory.Service) {
				s.InboundRequestURL,
					s.FallbackURL = "", app.URL+"/service-fallback"
			})
		}, []string{}}, // nothing was asked that could fail
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.change()
			if diff := cmp.Diff(tt.want, trail(text(t, a, "hi"))); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFallbackRuns follows documents through redirects on both sides of the failure.
func TestFallbackRuns(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers map[string]string // documents by path; a path that is not there fails
		calls   []string
		replies []string
		alerts  []string
	}{
		{"all is well", map[string]string{"/sms": reply("", "hello")},
			[]string{"inbound POST /sms"}, []string{"hello"}, []string{}},
		{"what was said before a redirect stays", // F-099
			map[string]string{"/sms": "<Response><Message>one " +
				"moment</Message><Redirect>/more?x=1</Redirect></Response>", "/fall/back": sorry},
			[]string{"inbound POST /sms", "redirect POST /more",
				"fallback POST /fall/back 11200 /more?x=1"},
			[]string{"one moment", "sorry"}, []string{"11200 error 0:0 W2"}},
		{"a redirect that leads nowhere", // F-117
			map[string]string{"/sms": "<Response><Message>one</Message><Redirect>ftp://x</Redirect>" +
				"</Response>", "/fall/back": sorry},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11100 /sms"},
			[]string{"one", "sorry"}, []string{"11100 error 1:33 W1"}},
		{"a document that breaks off says nothing", // F-139
			map[string]string{"/sms": "<Response><Message>one</Message><Message>two</Response>",
				"/fall/back": sorry},
			[]string{"inbound POST /sms", "fallback POST /fall/back 12100 /sms"}, []string{"sorry"},
			[]string{"12100 error 1:45 W1"}},
		// F-114, F-116
		{"the fallback redirects, in its own place and with the message's parameters alone",
			map[string]string{"/fall/back": "<Response><Message>sorry</Message><Redirect " +
				"method='GET'>more</Redirect></Response>",
				"/fall/more": reply("", "more")},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11200 /sms",
				"redirect GET /fall/more"},
			[]string{"sorry", "more"}, []string{"11200 error 0:0 W1"}},
		{"the fallback redirects to what failed", // there is one fallback in a run
			map[string]string{"/fall/back": "<Response><Message>sorry</Message><Redirect>/sms</Redirect>" +
				"</Response>"},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11200 /sms",
				"redirect POST /sms"},
			[]string{"sorry"}, []string{"11200 error 0:0 W1", "11200 error 0:0 W3"}},
		{"the fallback fails as well", map[string]string{},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11200 /sms"}, []string{},
			[]string{"11200 error 0:0 W1", "11200 error 0:0 W2"}},
		{"the fallback breaks off", map[string]string{"/fall/back": "<Response>"},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11200 /sms"}, []string{},
			[]string{"11200 error 0:0 W1", "12100 error 1:1 W2"}},
		// F-151
		{"warnings of the fallback",
			map[string]string{"/fall/back": "<Response><Say>x</Say><Message>sorry</Message></Response>"},
			[]string{"inbound POST /sms", "fallback POST /fall/back 11200 /sms"}, []string{"sorry"},
			[]string{"11200 error 0:0 W1", "14110 warning 1:11 W2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			for _, path := range []string{"/sms", "/more", "/fall/back", "/fall/more"} {
				if document, ok := tt.answers[path]; ok {
					app.answer(path, document)
				} else {
					app.fails(path)
				}
			}
			a := newAccount(t, app)
			setFallback(t, a, app.URL+"/sms", app.URL+"/fall/back", "")
			receipt := text(t, a, "hi")
			if diff := cmp.Diff(tt.calls, trail(receipt)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.replies, said(receipt)); diff != "" {
				t.Errorf("replies (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.alerts, alerts(a)); diff != "" ||
				len(receipt.Alerts) != len(tt.alerts) {
				t.Errorf("alerts (-want +got):\n%s\nreceipt has %d", diff, len(receipt.Alerts))
			}
		})
	}
}

// TestFallbackBehindHTTP checks that ErrorUrl is the webhook's URL, even after HTTP redirects
// (F-055).
func TestFallbackBehindHTTP(t *testing.T) {
	app, a := newFallback(t)
	app.fails("/moved")
	app.handle("/sms", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
	})
	want := []string{"inbound POST /sms", "http-redirect POST /moved",
		"fallback POST /fallback 11200 /sms"}
	if diff := cmp.Diff(want, trail(text(t, a, "hi"))); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestFallbackOfABin checks that a bin can be the fallback of a bin.
func TestFallbackOfABin(t *testing.T) {
	a := newAccount(t, nil)
	broken, err := a.SetBin("broken", "<Response><Message>{{From}}</Response>")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetBin("sorry", reply("", "{{ErrorCode}} at {{ErrorUrl}}")); err != nil {
		t.Fatal(err)
	}
	setFallback(t, a, "broken", "sorry", "get")
	receipt := text(t, a, "hi")
	if diff := cmp.Diff([]string{"12100 at " + broken.URL}, said(receipt)); diff != "" {
		t.Errorf("replies (-want +got):\n%s", diff)
	}
	if x := receipt.Webhooks[1]; x.Purpose != journal.Fallback || x.Method != "GET" {
		t.Errorf("exchange %+v", x)
	}
}

// TestFallbackOfAChannel checks the two parameters of a WhatsApp message, which has no ToCountry to
// put them behind.
func TestFallbackOfAChannel(t *testing.T) {
	app, a := newFallback(t)
	receipt, err := a.Receive(t.Context(), Text{From: "whatsapp:" + customer, To: "whatsapp:" +
		shop, Body: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	form := app.bodies("/fallback")[0]
	if param(t, form, "ErrorCode") != "11200" || param(t, form, "ErrorUrl") != app.URL+"/sms" ||
		len(receipt.Replies) != 1 {
		t.Errorf("form %s, receipt %+v", form, receipt)
	}
}

// TestRunLimits checks that the limits count over both sides of the failure: 50 documents and 10
// replies for one message (F-100).
func TestRunLimits(t *testing.T) {
	for _, tt := range []struct {
		failing  int // the document that fails
		fallback int // how often the fallback redirects to itself
		fetched  int
		want     []string
	}{
		{1, 48, 50, []string{"11200 error 0:0 W1"}},
		{1, 100, 50, []string{"11200 error 0:0 W1", "14106 warning 0:0"}},
		{49, 0, 50, []string{"11200 error 0:0 W49"}},
		{50, 0, 50, []string{"11200 error 0:0 W50", "14106 warning 0:0"}},
	} {
		t.Run(fmt.Sprint(tt.failing, tt.fallback), func(t *testing.T) {
			app := newApp(t)
			again := func(last int, path string, end func(http.ResponseWriter)) {
				app.handle(path, func(w http.ResponseWriter, r *http.Request) {
					n, _ := strconv.Atoi(r.URL.Query().Get("n"))
					if n >= last {
						end(w)
						return
					}
					w.Header().Set("Content-Type", "text/xml")
					fmt.Fprintf(w, "<Response><Redirect>?n=%d</Redirect></Response>", n+1)
				})
			}
			again(tt.failing-1, "/sms",
				func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
			again(tt.fallback, "/fallback", func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "text/xml")
				_, _ = io.WriteString(w, sorry)
			})
			a := newAccount(t, app)
			setFallback(t, a, app.URL+"/sms", app.URL+"/fallback", "")
			receipt := text(t, a, "hi")
			if n := len(receipt.Webhooks); n != tt.fetched {
				t.Errorf("%d documents were fetched, want %d", n, tt.fetched)
			}
			if diff := cmp.Diff(tt.want, alerts(a)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
		})
	}
	app, a := newFallback(t)
	app.answer("/sms", "<Response>"+strings.Repeat("<Message>hi</Message>", 10)+
		"<Redirect>/more</Redirect></Response>")
	app.fails("/more")
	if receipt := text(t, a, "hi"); len(receipt.Replies) != 10 {
		t.Errorf("%d replies", len(receipt.Replies))
	}
	if diff := cmp.Diff([]string{"11200 error 0:0 W2", "14109 warning 1:11 W3"},
		alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
}

// TestNoFallback checks that a warning does not lead to the fallback (F-147, F-058), nor does a URL
// that only we refuse.
func TestNoFallback(t *testing.T) {
	for _, tt := range []struct {
		name, document, url string
		want                []string
	}{
		{"nothing to say", "<Response/>", "/sms", []string{}},
		{"empty body", "", "/sms", []string{"11770 warning 0:0 W1"}},
		{"warnings alone", "<Response><Say/><Message to='me'>hi</Message></Response>", "/sms",
			[]string{"14110 warning 1:11 W1", "14101 warning 1:26 W1"}},
		// the message is sent
		{"an action that leads nowhere", reply(" action='ftp://x'", "hi"), "/sms",
			[]string{"11100 error 1:20 W1"}},
		{"documents without end", "<Response><Redirect/></Response>", "/loop",
			[]string{"14106 warning 0:0"}},
		{"outside this machine", "", "http://shop.invalid/sms", []string{"SIM-1 error 0:0 W1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app, a := newFallback(t)
			app.answer("/sms", tt.document)
			app.answer("/loop", "<Response><Redirect>/loop</Redirect></Response>")
			target := tt.url
			if strings.HasPrefix(target, "/") {
				target = app.URL + target
			}
			setFallback(t, a, target, app.URL+"/fallback", "")
			text(t, a, "hi")
			if n := len(app.requests("/fallback")); n != 0 {
				t.Errorf("the fallback was asked %d times", n)
			}
			if diff := cmp.Diff(tt.want, alerts(a)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoFallbackAtTheEnd checks that a canceled run makes no request to the fallback.
func TestNoFallbackAtTheEnd(t *testing.T) {
	app, a := newFallback(t)
	ctx, cancel := context.WithCancel(t.Context())
	app.handle("/sms", func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	receipt, err := a.Receive(ctx, Text{From: customer, To: shop, Body: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"inbound POST /sms"}, trail(receipt)); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
