package messaging

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
)

// newService makes a service with a pool of numbers, which become the account's.
func newService(t testing.TB, a *Account, values url.Values, pool ...string) string {
	t.Helper()
	if values == nil {
		values = url.Values{}
	}
	values.Set("FriendlyName", "shop")
	s, err := a.CreateService(values)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range pool {
		n, ok := a.Number(address)
		if !ok {
			if n, err = a.SetNumber(address, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		kind := PhoneNumberSender
		if kindOf(address) == ShortCode {
			kind = ShortCodeSender
		}
		if _, err := a.AddSender(s.SID, kind, n.SID); err != nil {
			t.Fatal(err)
		}
	}
	return s.SID
}

// TestServiceSends takes messages through a service: accepted without a sender or segments, then queued with a callback, then
// the carrier (F-154, F-156, F-359).
func TestServiceSends(t *testing.T) {
	const stop = "STOP"
	for _, tt := range []struct {
		name, rule string
		text       string // from the customer, before
		to         string
		pool       []string
		change     func(*Draft)
		history    []string
		from       string
		statuses   []string
	}{
		{"usual", "", "", customer, []string{shop}, nil,
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "delivered 1s"}, shop, []string{"queued", "sent", "delivered"}},
		{"rule by service", "service=MG* then=filtered", "", customer, []string{shop}, nil,
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "undelivered 2s 30007"}, shop, []string{"queued", "sent", "undelivered"}},
		{"a script that queues", "then=queued@5s,sent", "", customer, []string{shop}, nil,
			[]string{"accepted 0s", "queued 5s", "sent 5.5s"}, shop, []string{"queued", "sent"}},
		{"stuck", "then=stuck", "", customer, []string{shop}, func(d *Draft) { d.ValidityPeriod = "10" },
			[]string{"accepted 0s", "queued 100ms", "failed 10s 30036"}, shop, []string{"queued", "failed"}},
		{"opted out", "", stop, customer, []string{shop}, nil, []string{"accepted 0s", "failed 100ms 21610"}, shop, []string{"failed"}}, // F-232, F-447
		{"magic opted out", "", "", "+15005550110", []string{shop}, nil, []string{"accepted 0s", "failed 100ms 21610"}, shop, []string{"failed"}},
		{"no sender fits", "", "", "+447700900123", []string{"55501"}, nil, []string{"accepted 0s", "failed 100ms 21703"}, "", []string{"failed"}}, // F-429
		{"From names the member", "", "", customer, []string{shop, "+12025550101"}, func(d *Draft) { d.From = "+12025550101" },
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "delivered 1s"}, "+12025550101", []string{"queued", "sent", "delivered"}}, // F-327
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			service := newService(t, a, url.Values{"StatusCallback": {app.URL + "/status"}}, tt.pool...) // F-188
			if tt.text != "" {
				text(t, a, tt.text)
			}
			if tt.rule != "" {
				addRule(t, a, strings.Fields(tt.rule)...)
			}
			now := a.Clock.Now()
			d := Draft{To: tt.to, MessagingServiceSID: service, Body: "hi"}
			if tt.change != nil {
				tt.change(&d)
			}
			m := send(t, a, d)
			if f := m.Facts(); f.NumSegments != 0 || f.MessagingServiceSID != service || d.From == "" && f.From != "" {
				t.Errorf("at creation: %+v", f)
			}
			advance(t, a, time.Minute)
			if diff := cmp.Diff(tt.history, history(m)); diff != "" {
				t.Errorf("history since %s (-want +got):\n%s", now, diff)
			}
			if diff := cmp.Diff(tt.statuses, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
			for _, body := range app.bodies("/status") {
				if param(t, body, "MessagingServiceSid") != service { // F-173
					t.Errorf("callback %s", body)
				}
			}
			if f := m.Facts(); f.From != tt.from || (f.From != "") != (f.NumSegments == 1) {
				t.Errorf("from %q, %d segments", f.From, f.NumSegments)
			}
		})
	}
}

// TestCallbackURLOfService asks who names the URL: the request, then the application, then the service (F-186 to F-188).
func TestCallbackURLOfService(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a, url.Values{"StatusCallback": {"http://localhost/service"}}, shop)
	app, err := a.CreateApplication(url.Values{"MessageStatusCallback": {"http://localhost/application"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		d    Draft
		want string
	}{
		{"request", Draft{StatusCallback: "http://localhost/request", ApplicationSID: app.SID, MessagingServiceSID: service}, "http://localhost/request"},
		{"application", Draft{ApplicationSID: app.SID, MessagingServiceSID: service}, "http://localhost/application"},
		{"service", Draft{MessagingServiceSID: service}, "http://localhost/service"},
		{"service in From", Draft{From: service}, "http://localhost/service"}, // F-326
		{"application of a number", Draft{From: shop, ApplicationSID: app.SID}, "http://localhost/application"},
		{"none", Draft{From: shop}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.d.To, tt.d.Body = customer, "hi"
			if got := send(t, a, tt.d).Facts().Callback.URL; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestChooseSender follows the order of F-427.
func TestChooseSender(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pool   []string
		values url.Values
		before string // who texted the customer's first message to
		to     string
		want   string // any of these
	}{
		{"same country", []string{"+447700900001", "+12025550101"}, nil, "", customer, "+12025550101"},
		{"another country", []string{"+447700900001", "+12025550101"}, nil, "", "+447700900123", "+447700900001"},
		{"area code", []string{"+14155550101", "+12025550101", "+13125550101"}, nil, "", customer, "+12025550101"},
		{"no geomatch", []string{"+14155550101", "+12025550101"}, url.Values{"AreaCodeGeomatch": {"false"}}, "", customer, "+14155550101 +12025550101"},
		{"sticky", []string{"+14155550101", "+12025550101"}, nil, "+14155550101", customer, "+14155550101"}, // F-428
		{"not sticky", []string{"+14155550101", "+12025550101"}, url.Values{"StickySender": {"false"}}, "+14155550101", customer, "+12025550101"},
		{"whichever there is", []string{"+447700900001"}, nil, "", customer, "+447700900001"},
		{"short code abroad", []string{"55501"}, nil, "", "+447700900123", ""},
		{"short code at home", []string{"55501"}, nil, "", customer, "55501"},
		{"channel", []string{"55501", "+12025550101"}, nil, "", "whatsapp:" + customer, "whatsapp:+12025550101"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			service := newService(t, a, tt.values, tt.pool...)
			if tt.before != "" {
				if _, err := a.Receive(t.Context(), Text{From: customer, To: tt.before, Body: "hi"}); err != nil {
					t.Fatal(err)
				}
			}
			for range 5 {
				got, ok := a.chooseSender(service, tt.to)
				if ok != (tt.want != "") || !strings.Contains(tt.want, got) {
					t.Fatalf("chose %q, %v; want %q", got, ok, tt.want)
				}
			}
		})
	}
}

func TestStickySenderIsForgotten(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a, nil, "+14155550101", "+12025550101")
	choose := func() string { from, _ := a.chooseSender(service, customer); return from }
	if _, err := a.Receive(t.Context(), Text{From: customer, To: "+14155550101", Body: "hi"}); err != nil {
		t.Fatal(err)
	}
	got := choose()
	advance(t, a, stickyTime+time.Second)
	got += " " + choose() // after a year the area code counts
	n, _ := a.Number("+12025550101")
	if err := a.RemoveSender(service, PhoneNumberSender, n.SID); err != nil {
		t.Fatal(err)
	}
	got += " " + choose() // who has left the pool is chosen no more
	if want := "+14155550101 +12025550101 +14155550101"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestServices(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct {
		values url.Values
		want   string
	}{
		{url.Values{}, "400 20422 Invalid Parameter: FriendlyName is required"},
		{url.Values{"FriendlyName": {strings.Repeat("x", 65)}}, "400 20422 Invalid Parameter: FriendlyName has at most 64 characters, this one 65"}, // F-410
		{url.Values{"FriendlyName": {"x"}, "ValidityPeriod": {"36001"}}, "400 21624 Invalid validity period value"},                                 // F-416
		{url.Values{"FriendlyName": {"x"}, "StickySender": {"maybe"}}, `400 20422 Invalid Parameter: StickySender is true or false, not "maybe"`},
		{url.Values{"FriendlyName": {"x"}, "InboundMethod": {"PUT"}}, `400 20422 Invalid Parameter: InboundMethod is GET or POST, not "PUT"`},
		{url.Values{"FriendlyName": {"x"}, "ScanMessageContent": {"x"}}, `400 20422 Invalid Parameter: ScanMessageContent is inherit or enable or disable, not "x"`},
		{url.Values{"FriendlyName": {"x"}, "StatusCallback": {"x"}}, `400 20422 Invalid Parameter: StatusCallback: "x" is no absolute http or https URL`},
	} {
		if _, err := a.CreateService(tt.values); refused(err) != tt.want {
			t.Errorf("%v\n got %s\nwant %s", tt.values, refused(err), tt.want)
		}
	}
	sid := newService(t, a, nil, shop)
	s, err := a.UpdateService(sid, url.Values{"SmartEncoding": {"true"}, "InboundRequestUrl": {"http://localhost/in"}, "InboundMethod": {"get"}})
	if err != nil || !s.SmartEncoding || s.InboundMethod != "GET" || s.FriendlyName != "shop" || s.ValidityPeriod != 36000 {
		t.Errorf("%v, service %+v", err, s)
	}
	if f := send(t, a, Draft{To: customer, MessagingServiceSID: sid, Body: "“hi”"}).Facts(); f.Encoding != "GSM-7" {
		t.Errorf("smart encoding: %s", f.Encoding)
	}
	second := newService(t, a, nil)
	if list := a.Services(); len(list) != 2 {
		t.Errorf("services %+v", list)
	}
	if err := a.DeleteService(sid); err != nil {
		t.Fatal(err)
	}
	_, update := a.UpdateService(sid, nil)
	const gone = "404 20404 Not Found"
	if got := []string{refused(a.DeleteService(sid)), refused(update)}; got[0] != gone || got[1] != gone {
		t.Errorf("after its end: %q", got)
	}
	n, _ := a.Number(shop)
	if _, err := a.AddSender(second, PhoneNumberSender, n.SID); err != nil {
		t.Errorf("the sender is not free (F-426): %v", err)
	}
}

// TestPool has the errors of a pool (F-425, F-228).
func TestPool(t *testing.T) {
	a := newAccount(t, nil)
	service, other := newService(t, a, nil, shop), newService(t, a, nil, "+12025550101")
	full := newService(t, a, nil)
	for i := range maxPool {
		n, err := a.SetNumber(fmt.Sprintf("+1303555%04d", i), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.AddSender(full, PhoneNumberSender, n.SID); err != nil {
			t.Fatal(err)
		}
	}
	number := func(address string) string {
		n, err := a.SetNumber(address, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return n.SID
	}
	for _, tt := range []struct {
		name, service string
		kind          SenderKind
		ref, want     string
	}{
		{"twice", service, PhoneNumberSender, number(shop), "409 21710 Phone Number Already Exists in Messaging Service"},
		{"in another", service, PhoneNumberSender, number("+12025550101"), "400 21712 Phone Number or Short Code is associated with another Messaging Service."},
		{"full", full, PhoneNumberSender, number("+12025550102"), "400 21714 Messaging Service Number Pool size limit reached"},
		{"no such number", service, PhoneNumberSender, "PN1", "404 20404 Not Found"},
		{"a short code as a number", service, PhoneNumberSender, number("55501"), "404 20404 Not Found"},
		{"a short code", service, ShortCodeSender, number("55501"), ""},
		{"no such service", "MG1", PhoneNumberSender, number("+12025550102"), "404 20404 Not Found"},
		{"alphanumeric", service, AlphaSender, "My Shop", ""},
		{"the same in another", other, AlphaSender, "My Shop", ""},
		{"digits", service, AlphaSender, "12345", "400 21709 Alpha Sender ID is Invalid or Not Authorized for this Messaging Service"}, // F-424
		{"long", service, AlphaSender, "123456789abc", "400 21709 Alpha Sender ID is Invalid or Not Authorized for this Messaging Service"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := a.AddSender(tt.service, tt.kind, tt.ref); refused(err) != tt.want {
				t.Errorf("\n got %s\nwant %s", refused(err), tt.want)
			}
		})
	}
	n, _ := a.Number(shop)
	if err := a.ReleaseNumber(n.SID); err != nil {
		t.Fatal(err)
	}
	if _, ok := a.Sender(service, PhoneNumberSender, n.SID); ok {
		t.Error("a released number is in the pool")
	}
	alphas, err := a.Senders(service, AlphaSender)
	if err != nil || len(alphas) != 1 || alphas[0].Address != "My Shop" || !strings.HasPrefix(alphas[0].SID, "AI") {
		t.Errorf("%v, alphanumeric senders %+v", err, alphas)
	}
}

// TestRouting asks where an inbound message goes (F-431, F-432).
func TestRouting(t *testing.T) {
	for _, tt := range []struct {
		name     string
		service  url.Values // nil for none
		app      url.Values
		advanced bool
		body     string
		want     string // method and path of the webhook, "" for none
		params   string
	}{
		{"number", nil, nil, false, "hi", "POST /number", ""},
		{"application", nil, url.Values{"SmsUrl": {"/app"}, "SmsMethod": {"GET"}}, false, "hi", "GET /app", ""},
		{"service", url.Values{"InboundRequestUrl": {"/service"}}, nil, false, "hi", "POST /service", "MG"},
		{"service without a URL", url.Values{}, nil, false, "hi", "", ""}, // F-411
		{"service that asks the number", url.Values{"UseInboundWebhookOnNumber": {"true"}, "InboundRequestUrl": {"/service"}}, nil, false, "hi", "POST /number", "MG"},
		{"advanced opt-out", url.Values{"InboundRequestUrl": {"/service"}}, nil, true, " stop ", "POST /service", "MG STOP"}, // F-015, F-452
		{"not a keyword", url.Values{"InboundRequestUrl": {"/service"}}, nil, true, "stop it", "POST /service", "MG"},
		{"no advanced opt-out", url.Values{"InboundRequestUrl": {"/service"}}, nil, false, "STOP", "POST /service", "MG"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			absolute := func(values url.Values) url.Values {
				for name, value := range values {
					if strings.HasPrefix(value[0], "/") {
						values.Set(name, app.URL+value[0])
					}
				}
				return values
			}
			n, err := a.SetNumber(shop, app.URL+"/number", "")
			if err != nil {
				t.Fatal(err)
			}
			if tt.app != nil {
				application, err := a.CreateApplication(absolute(tt.app))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := a.UpdateNumber(n.SID, url.Values{"SmsApplicationSid": {application.SID}}); err != nil {
					t.Fatal(err)
				}
			}
			if tt.service != nil {
				sid := newService(t, a, absolute(tt.service), shop)
				if err := a.SetAdvancedOptOut(sid, tt.advanced); err != nil {
					t.Fatal(err)
				}
			}
			text(t, a, tt.body)
			got, params := "", ""
			for _, r := range app.requests("") {
				got = r.Method + " " + r.Path
				params = strings.TrimSpace(param(t, r.Body, "MessagingServiceSid")[:min(2, len(param(t, r.Body, "MessagingServiceSid")))] + " " + param(t, r.Body, "OptOutType"))
			}
			if got != tt.want || params != tt.params {
				t.Errorf("webhook %q with %q, want %q with %q", got, params, tt.want, tt.params)
			}
		})
	}
}

// TestSchedule has the rules of G.4.
func TestSchedule(t *testing.T) {
	at := func(d time.Duration) string { return start.Add(d).Format(time.RFC3339) }
	for _, tt := range []struct {
		name   string
		change func(*Draft)
		want   string
	}{
		{"15 minutes", func(d *Draft) { d.SendAt = at(15 * time.Minute) }, ""}, // F-436: both inclusive
		{"35 days", func(d *Draft) { d.SendAt = at(35 * 24 * time.Hour) }, ""},
		{"with a zone", func(d *Draft) { d.SendAt = "2026-03-01T14:00:00+01:00" }, ""},
		{"too soon", func(d *Draft) { d.SendAt = at(15*time.Minute - time.Second) }, "400 35114 Scheduling does not support this timestamp"},
		{"too late", func(d *Draft) { d.SendAt = at(35*24*time.Hour + time.Second) }, "400 35114 Scheduling does not support this timestamp"},
		{"no time", func(d *Draft) { d.SendAt = "tomorrow" }, "400 35114 Scheduling does not support this timestamp"},
		{"no SendAt", func(d *Draft) { d.SendAt = "" }, "400 35111 SendAt timestamp is missing"}, // F-437
		{"other type", func(d *Draft) { d.ScheduleType = "optimized" }, "400 35126 The ScheduleType value provided is not supported for this channel"},
		{"no service", func(d *Draft) { d.From, d.MessagingServiceSID = shop, "" }, "400 35118 MessagingServiceSid is required to schedule a message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			d := Draft{To: customer, MessagingServiceSID: newService(t, a, nil, shop), Body: "hi", ScheduleType: "fixed", SendAt: at(time.Hour)}
			tt.change(&d)
			if _, err := a.Send(t.Context(), d); refused(err) != tt.want {
				t.Errorf("\n got %s\nwant %s", refused(err), tt.want)
			}
		})
	}
}

// TestScheduledMessage sends at its time, unless it was canceled or its recipient opted out (F-439, F-440).
func TestScheduledMessage(t *testing.T) {
	for _, tt := range []struct {
		name     string
		then     func(t *testing.T, a *Account, m *Message)
		history  []string
		statuses []string
	}{
		{"sent", func(*testing.T, *Account, *Message) {}, []string{"scheduled 0s", "queued 1h0m0s", "sent 1h0m0.5s", "delivered 1h0m1s"},
			[]string{"queued", "sent", "delivered"}},
		{"canceled", func(t *testing.T, a *Account, m *Message) {
			if _, err := a.Cancel(m.ID()); err != nil {
				t.Error(err)
			}
		}, []string{"scheduled 0s", "canceled 1m0s"}, []string{"canceled"}},
		{"opted out", func(t *testing.T, a *Account, _ *Message) { text(t, a, "STOP") },
			[]string{"scheduled 0s", "failed 1h0m0s 21610"}, []string{"failed"}},
		{"service deleted", func(t *testing.T, a *Account, m *Message) {
			if err := a.DeleteService(m.Facts().MessagingServiceSID); err != nil {
				t.Error(err)
			}
		}, []string{"scheduled 0s", "failed 1h0m0s 21703"}, []string{"failed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccountAt(t, app, clock.Virtual(start))
			m := send(t, a, Draft{To: customer, MessagingServiceSID: newService(t, a, nil, shop), Body: "hi",
				StatusCallback: app.URL + "/status", ScheduleType: "fixed", SendAt: start.Add(time.Hour).Format(time.RFC3339)})
			advance(t, a, time.Minute)
			tt.then(t, a, m)
			advance(t, a, 2*time.Hour)
			if diff := cmp.Diff(tt.history, history(m)); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.statuses, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
		})
	}
}
