package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
)

// newService makes a service with a pool of numbers, which it adds to the account.
func newService(t testing.TB, a *Account, change func(*directory.Service), pool ...string) string {
	t.Helper()
	s, err := a.CreateService(func(s *directory.Service) error {
		s.FriendlyName = "shop"
		if change != nil {
			change(s)
		}
		return nil
	})
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
		kind := directory.PhoneNumberSender
		if directory.KindOf(address) == directory.ShortCode {
			kind = directory.ShortCodeSender
		}
		if _, err := a.AddSender(s.SID, kind, n.SID); err != nil {
			t.Fatal(err)
		}
	}
	return s.SID
}

// TestServiceSends checks the statuses of a service's messages: accepted without a sender or
// segments, queued with a callback, then those of the carrier (F-154, F-156, F-359).
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
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "delivered 1s"}, shop,
			[]string{"queued", "sent", "delivered"}},
		{"rule by service", "service=MG* then=filtered", "", customer, []string{shop}, nil,
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "undelivered 2s 30007"}, shop,
			[]string{"queued", "sent", "undelivered"}},
		{"a script that queues", "then=queued@5s,sent", "", customer, []string{shop}, nil,
			[]string{"accepted 0s", "queued 5s", "sent 5.5s"}, shop, []string{"queued", "sent"}},
		{"stuck", "then=stuck", "", customer, []string{shop},
			func(d *Draft) { d.ValidityPeriod = "10" },
			[]string{"accepted 0s", "queued 100ms", "failed 10s 30036"}, shop,
			[]string{"queued", "failed"}},
		{"opted out", "", stop, customer, []string{shop}, nil, []string{"accepted 0s",
			"failed 100ms 21610"}, shop, []string{"failed"}}, // F-232, F-447
		{"magic opted out", "", "", "+15005550110", []string{shop}, nil, []string{"accepted 0s",
			"failed 100ms 21610"}, shop, []string{"failed"}},
		{"no sender fits", "", "", "+447700900123", []string{"55501"}, nil, []string{"accepted 0s",
			"failed 100ms 21703"}, "", []string{"failed"}}, // F-429
		{"From names the member", "", "", customer, []string{shop, "+12025550101"},
			func(d *Draft) { d.From = "+12025550101" },
			[]string{"accepted 0s", "queued 100ms", "sent 500ms", "delivered 1s"}, "+12025550101",
			[]string{"queued", "sent", "delivered"}}, // F-327
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			service := newService(t, a, func(s *directory.Service) {
				s.StatusCallback = app.URL +
					"/status"
			}, tt.pool...) // F-188
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
			if f := m.Snapshot(); f.NumSegments != 0 || f.MessagingServiceSID != service ||
				d.From == "" && f.From != "" {
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
			if f := m.Snapshot(); f.From != tt.from || (f.From != "") != (f.NumSegments == 1) {
				t.Errorf("from %q, %d segments", f.From, f.NumSegments)
			}
		})
	}
}

// TestCallbackURLOfService checks whose URL is used: that of the request, then of the application,
// then of the service (F-186 to F-188).
func TestCallbackURLOfService(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a,
		func(s *directory.Service) { s.StatusCallback = "http://localhost/service" }, shop)
	app, err := a.CreateApplication(func(app *directory.Application) error {
		app.MessageStatusCallback = "http://localhost/application"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		d    Draft
		want string
	}{
		{"request", Draft{StatusCallback: "http://localhost/request", ApplicationSID: app.SID,
			MessagingServiceSID: service}, "http://localhost/request"},
		{"application", Draft{ApplicationSID: app.SID, MessagingServiceSID: service},
			"http://localhost/application"},
		{"service", Draft{MessagingServiceSID: service}, "http://localhost/service"},
		{"service in From", Draft{From: service}, "http://localhost/service"}, // F-326
		{"application of a number", Draft{From: shop, ApplicationSID: app.SID},
			"http://localhost/application"},
		{"none", Draft{From: shop}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.d.To, tt.d.Body = customer, "hi"
			if got := send(t, a, tt.d).Snapshot().Callback.URL; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRouting checks where an inbound message goes (F-431, F-432).
func TestRouting(t *testing.T) {
	for _, tt := range []struct {
		name     string
		service  *directory.Service // nil for none
		app      *directory.Application
		advanced bool
		body     string
		want     string // method and path of the webhook, "" for none
		params   string
	}{
		{"number", nil, nil, false, "hi", "POST /number", ""},
		{"application", nil, &directory.Application{SmsURL: "/app", SmsMethod: "GET"}, false, "hi",
			"GET /app", ""},
		{"service", &directory.Service{InboundRequestURL: "/service"}, nil, false, "hi",
			"POST /service", "MG"},
		{"service without a URL", &directory.Service{}, nil, false, "hi", "", ""}, // F-411
		{"service that asks the number", &directory.Service{UseInboundWebhookOnNumber: true,
			InboundRequestURL: "/service"}, nil, false, "hi", "POST /number", "MG"},
		{"advanced opt-out", &directory.Service{InboundRequestURL: "/service"}, nil, true, " stop ",
			"POST /service", "MG STOP"}, // F-015, F-452
		{"not a keyword", &directory.Service{InboundRequestURL: "/service"}, nil, true, "stop it",
			"POST /service", "MG"},
		{"no advanced opt-out", &directory.Service{InboundRequestURL: "/service"}, nil, false,
			"STOP", "POST /service", "MG"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			n, err := a.SetNumber(shop, app.URL+"/number", "")
			if err != nil {
				t.Fatal(err)
			}
			if tt.app != nil {
				application, err := a.CreateApplication(func(a *directory.Application) error {
					a.SmsURL, a.SmsMethod = app.URL+tt.app.SmsURL, tt.app.SmsMethod
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := a.UpdateNumber(n.SID, func(n *directory.Number) error {
					n.SmsApplicationSID = application.SID
					return nil
				}); err != nil {
					t.Fatal(err)
				}
			}
			if tt.service != nil {
				sid := newService(t, a, func(s *directory.Service) {
					s.UseInboundWebhookOnNumber = tt.service.UseInboundWebhookOnNumber
					if tt.service.InboundRequestURL != "" {
						s.InboundRequestURL = app.URL + tt.service.InboundRequestURL
					}
				}, shop)
				if err := a.SetAdvancedOptOut(sid, tt.advanced); err != nil {
					t.Fatal(err)
				}
			}
			text(t, a, tt.body)
			got, params := "", ""
			for _, r := range app.requests("") {
				got = r.Method + " " + r.Path
				params = strings.TrimSpace(param(t, r.Body, "MessagingServiceSid")[:min(2,
					len(param(t, r.Body, "MessagingServiceSid")))] + " " +
					param(t, r.Body, "OptOutType"))
			}
			if got != tt.want || params != tt.params {
				t.Errorf("webhook %q with %q, want %q with %q", got, params, tt.want, tt.params)
			}
		})
	}
}

// TestSchedule checks the rules of section G.4.
func TestSchedule(t *testing.T) {
	at := func(d time.Duration) string { return start.Add(d).Format(time.RFC3339) }
	for _, tt := range []struct {
		name   string
		change func(*Draft)
		want   string
	}{
		// F-436: both inclusive
		{"15 minutes", func(d *Draft) { d.SendAt = at(15 * time.Minute) }, ""},
		{"35 days", func(d *Draft) { d.SendAt = at(35 * 24 * time.Hour) }, ""},
		{"with a zone", func(d *Draft) { d.SendAt = "2026-03-01T14:00:00+01:00" }, ""},
		{"too soon", func(d *Draft) { d.SendAt = at(15*time.Minute - time.Second) },
			"400 35114 Scheduling does not support this timestamp"},
		{"too late", func(d *Draft) { d.SendAt = at(35*24*time.Hour + time.Second) },
			"400 35114 Scheduling does not support this timestamp"},
		{"no time", func(d *Draft) { d.SendAt = "tomorrow" },
			"400 35114 Scheduling does not support this timestamp"},
		// F-437
		{"no SendAt", func(d *Draft) { d.SendAt = "" }, "400 35111 SendAt timestamp is missing"},
		{"other type", func(d *Draft) { d.ScheduleType = "optimized" },
			"400 35126 The ScheduleType value provided is not supported for this channel"},
		{"no service", func(d *Draft) { d.From, d.MessagingServiceSID = shop, "" },
			"400 35118 MessagingServiceSid is required to schedule a message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			d := Draft{To: customer, MessagingServiceSID: newService(t, a, nil, shop), Body: "hi",
				ScheduleType: "fixed", SendAt: at(time.Hour)}
			tt.change(&d)
			if _, err := a.Send(t.Context(), d); refused(err) != tt.want {
				t.Errorf("\n got %s\nwant %s", refused(err), tt.want)
			}
		})
	}
}

// TestScheduledMessage checks that a message is sent at its time, unless it was canceled or its
// recipient opted out (F-439, F-440).
func TestScheduledMessage(t *testing.T) {
	for _, tt := range []struct {
		name     string
		then     func(t *testing.T, a *Account, m *Message)
		history  []string
		statuses []string
	}{
		{"sent", func(*testing.T, *Account, *Message) {}, []string{"scheduled 0s", "queued 1h0m0s",
			"sent 1h0m0.5s", "delivered 1h0m1s"},
			[]string{"queued", "sent", "delivered"}},
		{"canceled", func(t *testing.T, a *Account, m *Message) {
			if _, err := a.cancel(m.ID()); err != nil {
				t.Error(err)
			}
		}, []string{"scheduled 0s", "canceled 1m0s"}, []string{"canceled"}},
		{"opted out", func(t *testing.T, a *Account, _ *Message) { text(t, a, "STOP") },
			[]string{"scheduled 0s", "failed 1h0m0s 21610"}, []string{"failed"}},
		{"service deleted", func(t *testing.T, a *Account, m *Message) {
			if err := a.DeleteService(m.Snapshot().MessagingServiceSID); err != nil {
				t.Error(err)
			}
		}, []string{"scheduled 0s", "failed 1h0m0s 21703"}, []string{"failed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccountAt(t, app, clock.Virtual(start))
			m := send(t, a, Draft{To: customer, MessagingServiceSID: newService(t, a, nil, shop),
				Body:           "hi",
				StatusCallback: app.URL + "/status", ScheduleType: "fixed",
				SendAt: start.Add(time.Hour).Format(time.RFC3339)})
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
