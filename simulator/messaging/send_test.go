package messaging

import (
	stdcmp "cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// refused returns an error of the API as "status code text", "" for none.
func refused(err error) string {
	if err == nil {
		return ""
	}
	var e *apierr.Error
	if !errors.As(err, &e) {
		return "not an Error: " + err.Error()
	}
	return fmt.Sprintf("%d %d %s", e.Status, e.Code, e.Message)
}

// draft returns a valid draft after a change.
func draft(change func(*Draft)) Draft {
	d := Draft{To: customer, From: shop, Body: "hi", HasBody: true}
	if change != nil {
		change(&d)
	}
	return d
}

// send sends a draft that must be accepted.
func send(t testing.TB, a *Account, d Draft) *Message {
	t.Helper()
	m, err := a.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// contentVariables makes a draft one of a template with variables.
func contentVariables(value string) func(*Draft) {
	return func(d *Draft) { d.ContentSID, d.ContentVariables = "HX"+strings.Repeat("0", 32), value }
}

const badVariables = "400 21656 The Content Variables parameter is invalid." // F-604

const premiumTo = "400 21268 Sending to Premium rate or Information Service numbers is not allowed"

// TestSendRefuses checks Twilio's codes and texts (E.1), and that To comes before From (F-234).
func TestSendRefuses(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a, nil, shop)
	empty := newService(t, a, nil)
	for _, tt := range []struct {
		name   string
		change func(*Draft)
		want   string
	}{
		{"no To", func(d *Draft) { d.To, d.From = "", "" },
			"400 21604 A 'To' phone number is required."}, // F-202
		// F-201
		{"no From", func(d *Draft) { d.From = "" }, "400 21603 A 'From' phone number is required."},
		{"bad To", func(d *Draft) { d.To, d.From = "123", "+123" },
			"400 21211 The 'To' number 123 is not a valid phone number."}, // F-192, F-234
		{"To with nine digits", func(d *Draft) { d.To = "+120255501" },
			"400 21211 The 'To' number +120255501 is not a valid phone number."},
		{"To a short code", func(d *Draft) { d.To = "55501" },
			"400 21265 'To' number cannot be a Short Code"}, // F-195
		{"From of another", func(d *Draft) { d.From = "+12025550199" },
			"400 21606 The 'From' phone number provided (+12025550199) is not a valid " +
				"message-capable Twilio phone number for this destination"}, // F-203, F-495
		{"From too short", func(d *Draft) { d.From = "+123" },
			"400 21606 The 'From' phone number provided (+123) is not a valid message-capable " +
				"Twilio phone number for this destination"},
		{"alphanumeric From too long", func(d *Draft) { d.From = "SomeLongSender" },
			"400 21212 The 'From' number SomeLongSender is not a valid phone number, shortcode, " +
				"or alphanumeric sender ID."}, // F-193, F-326
		{"From is To", func(d *Draft) { d.To = shop }, "400 21266 'To' and 'From' numbers cannot " +
			"be the same"}, // F-196
		{"nothing in it", func(d *Draft) { d.Body = "" }, "400 21619 A text message body or " +
			"media urls must be specified."}, // F-211, F-231
		{"1601 characters", func(d *Draft) { d.Body = strings.Repeat("é", 1601) },
			// F-210, F-328
			"400 21617 The concatenated message body exceeds the 1600 character limit."},
		{"eleven files", func(d *Draft) { d.MediaURL = make([]string, 11) },
			"400 21623 Number of media files exceeds allowed limit"}, // F-214
		{"a file of no URL", func(d *Draft) { d.MediaURL = []string{"ftp://x/y"} },
			"400 21620 Media urls: ftp://x/y are invalid. Please use only valid http and https " +
				"urls"}, // F-807
		{"bad callback", func(d *Draft) { d.StatusCallback = "/status" },
			"400 21609 The StatusCallback URL /status is not a valid URL."}, // F-191
		{"underscore in the callback's host",
			func(d *Draft) { d.StatusCallback = "https://my_app.example.com/x" },
			// F-061
			"400 21609 The StatusCallback URL https://my_app.example.com/x is not a valid URL."},
		{"long callback", func(d *Draft) {
			d.StatusCallback = "http://x/" + strings.Repeat("y",
				4000)
		},
			"400 21609 The StatusCallback URL http://x/" + strings.Repeat("y", 4000) +
				" is not a valid URL."},
		{"a plus that was not encoded", func(d *Draft) { d.To = " 525512345678" },
			"400 21211 The 'To' number  525512345678 is not a valid phone number."}, // F-325
		{"alphanumeric From to the US", func(d *Draft) { d.From = "My Shop" },
			"400 21657 The Sender ID is invalid"}, // F-619
		{"alphanumeric From to Canada", func(d *Draft) { d.From, d.To = "Shop", "+14165550142" },
			"400 21657 The Sender ID is invalid"},
		{"validity 0", func(d *Draft) { d.ValidityPeriod = "0" },
			"400 21624 Invalid validity period value"}, // F-215
		{"validity 36001", func(d *Draft) { d.ValidityPeriod = "36001" },
			"400 21624 Invalid validity period value"},
		{"price", func(d *Draft) { d.MaxPrice = "much" },
			"400 21627 Max Price must be a valid float"}, // F-216
		// F-219
		{"content", func(d *Draft) { d.ContentSID = "HX1" }, "400 21655 The ContentSid is Invalid"},
		{"variables alone", func(d *Draft) { d.ContentVariables = "{}" },
			"400 21654 ContentSid Required"}, // F-219
		{"variables", contentVariables("x"), badVariables},
		{"variables null", contentVariables("null"), badVariables},
		{"variables null in white space", contentVariables(" null\n"), badVariables},
		{"variables a list", contentVariables(`["a"]`), badVariables},
		{"variables a string", contentVariables(`"{}"`), badVariables},
		{"variables true", contentVariables("true"), badVariables},
		{"variables and more", contentVariables("{} {}"), badVariables},
		{"content retention", func(d *Draft) { d.ContentRetention = "keep" },
			"400 30029 Invalid ContentRetention"}, // F-258
		{"content retention of addresses", func(d *Draft) { d.ContentRetention = "obfuscate" },
			"400 30029 Invalid ContentRetention"}, // F-338
		{"address retention", func(d *Draft) { d.AddressRetention = "keep" },
			"400 30030 Invalid AddressRetention"},
		{"address retention of content", func(d *Draft) { d.AddressRetention = "discard" },
			"400 30030 Invalid AddressRetention"}, // F-339
		{"fallback", func(d *Draft) { d.FallbackFrom = shop },
			"400 21664 'FallbackFrom' cannot be used with a 'From' sender"}, // F-221
		{"WhatsApp From is To", func(d *Draft) { d.To, d.From = "whatsapp:"+shop, "whatsapp:"+shop },
			"400 63031 Channels message cannot have same 'From' and 'To'"}, // F-301
		{"premium To", func(d *Draft) { d.To = "+19005550142" }, premiumTo}, // F-198
		{"premium To without plus", func(d *Draft) { d.To = "19005550142" }, premiumTo},
		{"premium To in Britain", func(d *Draft) { d.To = "+449098790000" }, premiumTo},
		{"premium To in Germany", func(d *Draft) { d.To = "+499001234567" }, premiumTo},
		{"no such application", func(d *Draft) { d.ApplicationSID = "AP" + strings.Repeat("0", 32) },
			`400 20422 Invalid Parameter: ApplicationSid "AP` + strings.Repeat("0", 32) +
				`" does not exist`}, // F-612
		{"no application, and a callback", func(d *Draft) {
			d.ApplicationSID, d.StatusCallback = "AP1", "https://shop.example/status"
		},
			`400 20422 Invalid Parameter: ApplicationSid "AP1" does not exist`},
		{"fallback without a sender", func(d *Draft) { d.From, d.FallbackFrom = "", shop },
			"400 21666 'FallbackFrom' requires MessagingServiceSid"}, // F-792
		{"fallback of another", func(d *Draft) {
			d.From, d.MessagingServiceSID, d.FallbackFrom = "", service, "+12025550199"
		},
			"400 21665 Invalid 'FallbackFrom' sender"}, // F-792
		{"fallback of a channel", func(d *Draft) {
			d.From, d.MessagingServiceSID, d.FallbackFrom = "", service, "whatsapp:"+shop
		},
			"400 21665 Invalid 'FallbackFrom' sender"},
		{"fallback of a service", func(d *Draft) {
			d.From, d.MessagingServiceSID,
				d.FallbackFrom = "", service, shop
		},
			"400 21667 'FallbackFrom' requires the Messaging Service to have an RCS Sender"},
		{"no such service", func(d *Draft) {
			d.From, d.MessagingServiceSID = "", "MG"+
				strings.Repeat("0", 32)
		},
			"404 21701 The Messaging Service does not exist"}, // F-222
		{"service SID", func(d *Draft) { d.From, d.MessagingServiceSID = "", "MG1" },
			"400 21705 The Messaging Service is invalid"}, // F-226
		{"empty service", func(d *Draft) { d.From, d.MessagingServiceSID = "", empty },
			"400 21704 The Messaging Service contains no phone numbers"},
		{"From is not in the service", func(d *Draft) {
			d.From,
				d.MessagingServiceSID = "+12025550177", service
		},
			"400 21711 Sender is not associated with the specified Messaging Service"}, // F-430
		{"channel pair", func(d *Draft) { d.To = "whatsapp:" + customer },
			"400 21910 From(+12025550100) and To(whatsapp:+12025550142) addresses should be of " +
				"the same channel."}, // F-229
		{"colon", func(d *Draft) { d.To = "tel:" + customer },
			"400 21910 From(+12025550100) and To(tel:+12025550142) addresses should be of the " +
				"same channel."}, // F-233
		{"no channel", func(d *Draft) {
			d.To, d.From = "whatsapp:"+customer,
				"whatsapp:+14155238886"
		},
			"400 63007 Twilio could not find a Channel with the specified From address"}, // F-230
		{"magic: opted out", func(d *Draft) { d.To = "+15005550110" },
			"400 21610 Attempt to send to unsubscribed recipient"}, // F-206, F-447
		// F-378
		{"magic: 429", func(d *Draft) { d.To = "+15005550120" }, "429 20429 Too Many Requests"},
		{"magic: 429 by a service", func(d *Draft) {
			d.To, d.From,
				d.MessagingServiceSID = "+15005550120", "", service
		}, "429 20429 Too Many Requests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := a.Send(t.Context(), draft(tt.change))
			if got := refused(err); got != tt.want || (m == nil) != (err != nil) {
				t.Errorf("message %v\n got %s\nwant %s", m, got, tt.want)
			}
		})
	}
	if n := a.Journal.Count(journal.Messages); n != 0 {
		t.Errorf("%d messages of refused drafts", n)
	}
}

// TestSendTakes checks the answer of the create call (F-351 to F-366).
func TestSendTakes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Draft)
		want   Snapshot // the fields that differ from the usual
	}{
		{"text", nil, Snapshot{}},
		{"numbers without a plus", func(d *Draft) {
			d.To, d.From = "12025550142",
				"1 (202) 555-0100"
		}, Snapshot{}}, // F-325
		{"ten digits", func(d *Draft) { d.To = "2025550142" }, Snapshot{}},
		{"1600 characters", func(d *Draft) { d.Body = strings.Repeat("a", 1600) },
			// F-328, F-409
			Snapshot{Body: strings.Repeat("a", 1600), Units: 1600, NumSegments: 11}},
		{"smart", func(d *Draft) { d.Body, d.SmartEncoded = "“hi”", "true" }, Snapshot{Body: "“hi”",
			Units: 4}}, // F-407
		{"callback", func(d *Draft) { d.StatusCallback = "http://localhost:1/s#rc=2" },
			Snapshot{Callback: Callback{URL: "http://localhost:1/s#rc=2", Method: "POST"}}},
		{"alphanumeric", func(d *Draft) { d.From, d.To = "My Shop", "+447700900123" },
			Snapshot{From: "My Shop", To: "+447700900123"}}, // F-326
		{"words without effect", func(d *Draft) {
			d.MaxPrice, d.Attempt, d.ContentRetention, d.AddressRetention,
				d.ProvideFeedback = "0.5", "2", "discard", "obfuscate", "true"
		}, Snapshot{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, nil)
			m := send(t, a, draft(tt.change))
			got := m.Snapshot()
			if !strings.HasPrefix(got.SID, "SM") {
				t.Errorf("SID %q", got.SID)
			}
			want := Snapshot{
				SID: got.SID, AccountSID: a.SID, To: stdcmp.Or(tt.want.To, customer),
				From: stdcmp.Or(tt.want.From, shop), Body: stdcmp.Or(tt.want.Body, "hi"),
				Direction: OutboundAPI, Status: carrier.Queued, Encoding: "GSM-7",
				Units:       max(tt.want.Units, 2),
				NumSegments: max(tt.want.NumSegments, 1), PriceUnit: "USD", Created: start,
				Updated:  start,
				Callback: Callback{URL: tt.want.Callback.URL, Method: "POST"},
				Script:   usual.String(),
				History:  []Change{{Status: carrier.Queued, At: start}}, install: a.install,
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(Snapshot{})); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if kept, ok := a.Message(m.ID()); !ok || kept != m {
				t.Error("the journal does not have it")
			}
		})
	}
}

// TestSendDelivers checks the statuses of messages from the API, with scripts and validity periods.
func TestSendDelivers(t *testing.T) {
	for _, tt := range []struct {
		name, to, rule string
		change         func(*Draft)
		history        []string
		statuses       []string
	}{
		{"usual", customer, "", nil, []string{"queued 0s", "sent 500ms", "delivered 1s"},
			[]string{"sent", "delivered"}}, // F-156
		{"rule", customer, "direction=outbound-api then=unreachable", nil,
			[]string{"queued 0s", "sent 500ms", "undelivered 2s 30003"},
			[]string{"sent", "undelivered"}},
		{"magic", "+15005550107", "", nil, []string{"queued 0s", "sent 500ms",
			"undelivered 2s 30007"}, []string{"sent", "undelivered"}},
		{"stuck", customer, "then=stuck", nil, []string{"queued 0s", "failed 10h0m0s 30036"},
			[]string{"failed"}}, // F-263, F-336
		{"stuck for a minute", customer, "then=sending", func(d *Draft) { d.ValidityPeriod = "60" },
			[]string{"queued 0s", "sending 500ms", "failed 1m0s 30036"}, []string{"failed"}},
		{"sent too late", customer, "then=sent@2m", func(d *Draft) { d.ValidityPeriod = "60" },
			[]string{"queued 0s", "failed 1m0s 30036"}, []string{"failed"}},
		{"sent in time", customer, "then=sent@60s", func(d *Draft) { d.ValidityPeriod = "60" },
			[]string{"queued 0s", "sent 1m0s"}, []string{"sent"}},
		{"sent at the end, behind another step", customer, "then=sending@10s,sent@60s",
			func(d *Draft) { d.ValidityPeriod = "60" },
			[]string{"queued 0s", "sending 10s", "sent 1m0s"}, []string{"sent"}},
		{"a script longer than the default", customer, "then=sent@20h", nil,
			[]string{"queued 0s", "sent 20h0m0s"}, []string{"sent"}},
		{"sent without a receipt", customer, "then=sent-only", nil,
			[]string{"queued 0s", "sent 500ms"}, []string{"sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			if tt.rule != "" {
				addRule(t, a, strings.Fields(tt.rule)...)
			}
			m := send(t, a, draft(func(d *Draft) {
				d.To, d.StatusCallback = tt.to, app.URL+"/status"
				if tt.change != nil {
					tt.change(d)
				}
			}))
			if got := app.requests(""); len(got) != 0 {
				t.Errorf("called back before the answer: %v", got)
			}
			advance(t, a, 100*time.Hour)
			if diff := cmp.Diff(tt.history, history(m)); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.statuses, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
			if n, _ := a.Clock.Pending(); n != 0 {
				t.Errorf("%d pieces of work are left", n)
			}
		})
	}
}

// TestRefusingRule checks that a rule refuses at once, as often as it says.
func TestRefusingRule(t *testing.T) {
	a := newAccount(t, nil)
	addRule(t, a, "then=opted-out", "times=1")
	_, err := a.Send(t.Context(), draft(nil))
	if got := refused(err); got != "400 21610 Attempt to send to unsubscribed recipient" {
		t.Errorf("got %q", got)
	}
	send(t, a, draft(nil))
}

// TestRace checks that the first callback is answered before Send returns, and that the others come
// when they are due (F-170).
func TestRace(t *testing.T) {
	for _, service := range []bool{false, true} {
		t.Run(fmt.Sprintf("service %v", service), func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			addRule(t, a, "then=~sent,delivered", "race")
			want := []string{"delivered"}
			d := draft(func(d *Draft) { d.StatusCallback = app.URL + "/status" })
			if service {
				d.From, d.MessagingServiceSID, want = "", newService(t, a, nil, shop),
					[]string{"queued"}
			}
			send(t, a, d)
			if diff := cmp.Diff(want, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks before the answer (-want +got):\n%s", diff)
			}
			advance(t, a, time.Minute)
			if service {
				want = append(want, "delivered")
			}
			if diff := cmp.Diff(want, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSendDoesNotWait has an app that answers callbacks only after Send has returned.
func TestSendDoesNotWait(t *testing.T) {
	app := newApp(t)
	returned := make(chan struct{})
	answered := make(chan struct{}, 1)
	app.handle("/status", func(http.ResponseWriter, *http.Request) {
		<-returned
		select {
		case answered <- struct{}{}:
		default:
		}
	})
	a := newAccountAt(t, app, clock.Fast(1e6))
	send(t, a, draft(func(d *Draft) { d.StatusCallback = app.URL + "/status" }))
	close(returned)
	<-answered
}

// TestTestCredentials checks the table of section H, and that nothing is stored (F-465).
func TestTestCredentials(t *testing.T) {
	const notOurs = "is not a valid, SMS-capable inbound phone number or short code for your " +
		"account."
	for _, tt := range []struct{ from, to, media, want string }{
		{"+15005550001", customer, "", "400 21212 The 'From' number +15005550001 is not a valid " +
			"phone number, shortcode, or alphanumeric sender ID."}, // F-453
		// F-454
		{"+15005550007", customer, "", "400 21606 The From phone number +15005550007 " + notOurs},
		// F-455, F-493
		{"+15005550008", customer, "", "429 21611 SMS queue is full."},
		{"+15005550006", customer, "", ""}, // F-456, F-467
		// F-457
		{"+15005550000", customer, "", "400 21606 The From phone number +15005550000 " + notOurs},
		{"+123", customer, "", "400 21606 The From phone number +123 " + notOurs},
		{"+15005550006", "+15005550001", "", "400 21211 The 'To' number +15005550001 is not a " +
			"valid phone number."}, // F-458
		{"+15005550001", "+15005550001", "", "400 21211 The 'To' number +15005550001 is not a " +
			"valid phone number."}, // F-234
		{"+15005550006", "123", "", "400 21211 The 'To' number 123 is not a valid phone number."},
		{"+15005550006", "+15005550002", "", "400 21612 The 'To' phone number: +15005550002, is " +
			// F-459
			"not currently reachable using the 'From' phone number: +15005550006 via SMS."},
		{"+15005550006", "+15005550002", "http://localhost/x",
			"400 21612 The 'To' phone number: +15005550002, is not currently reachable using the " +
				"'From' phone number: +15005550006 via MMS."},
		{"+15005550006", "+15005550003", "", "400 21408 Permission to send an SMS has not been " +
			"enabled for the region indicated by the 'To' number: +15005550003."}, // F-460
		{"+15005550006", "+15005550004", "", "400 21610 The message From/To pair violates a " +
			"blacklist rule."}, // F-461
		{"+15005550006", "+15005550009", "", "400 21614 To number: +15005550009, is not a mobile " +
			"number"}, // F-462
	} {
		t.Run(tt.from+" "+tt.to+tt.media, func(t *testing.T) {
			app := newApp(t)
			accounts := NewAccounts(newAccount(t, app))
			a := accounts.Test()
			d := Draft{From: tt.from, To: tt.to, Body: "hi", StatusCallback: app.URL + "/status"}
			if tt.media != "" {
				d.MediaURL = []string{tt.media}
			}
			m, err := a.Send(t.Context(), d)
			if got := refused(err); got != tt.want {
				t.Fatalf("\n got %s\nwant %s", got, tt.want)
			}
			if err == nil && (m.Snapshot().Status != carrier.Queued ||
				m.Snapshot().AccountSID != a.SID) {
				t.Errorf("message %+v", m.Snapshot())
			}
			advance(t, a, time.Hour)
			if n := a.Journal.Count(journal.Messages); n != 0 || len(app.requests("")) != 0 {
				t.Errorf("%d messages kept, requests %v", n, app.requests(""))
			}
		})
	}
	a := NewAccounts(newAccount(t, nil)).Test()
	_, err := a.Send(t.Context(), Draft{To: customer, MessagingServiceSID: "MG" +
		strings.Repeat("0", 32), Body: "hi"})
	if got := refused(err); got != "403 20008 Test Credentials" {
		t.Errorf("a service: %s", got)
	}
}

// TestQuirks checks the switches of section J.
func TestQuirks(t *testing.T) {
	a := New(Options{Seed: 1, Clock: clock.Virtual(start), Quirks: quirks(t,
		"empty-content-code=21602", "old-texts=on", "schedule-without-service=send",
		"price-unit=null",
		"queue-full-status=400", "delete-in-flight-status=422", "service-segments=at-once",
	)})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber(shop, "", ""); err != nil {
		t.Fatal(err)
	}
	_, empty := a.Send(t.Context(), Draft{To: customer, From: shop})
	_, unsubscribed := a.Send(t.Context(), Draft{To: "+15005550110", From: shop, Body: "hi"})
	_, full := NewAccounts(a).Test().Send(t.Context(), Draft{To: customer, From: "+15005550008",
		Body: "hi"})
	m := send(t, a, draft(func(d *Draft) {
		d.ScheduleType, d.SendAt = "fixed",
			"2026-03-02T12:00:00Z"
	}))
	byService := send(t, a, Draft{To: customer, MessagingServiceSID: newService(t, a, nil, shop),
		Body: "hi"})
	got := []string{
		refused(empty), refused(unsubscribed), refused(full), refused(a.Delete(m.ID())),
		string(m.Snapshot().Status) + m.Snapshot().PriceUnit,
		fmt.Sprint(byService.Snapshot().NumSegments),
	}
	want := []string{
		"400 21602 Message body is required.", "400 21610 The message From/To pair violates a " +
			"blacklist rule.", "400 21611 SMS queue is full.",
		"422 20009 Cannot delete this resource before it is complete", "queued", "1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// quirks returns a set with some switches set, NAME=VALUE.
func quirks(t testing.TB, assignments ...string) (s quirk.Set) {
	t.Helper()
	for _, assignment := range assignments {
		if err := s.Assign(assignment); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// BenchmarkSend measures a create call without HTTP.
func BenchmarkSend(b *testing.B) {
	a := New(Options{Seed: 1, Clock: clock.Virtual(start), Keep: 1000})
	b.Cleanup(a.Close)
	if _, err := a.SetNumber(shop, "", ""); err != nil {
		b.Fatal(err)
	}
	addRule(b, a, "then=sent@0s")
	ctx := context.Background()
	d := draft(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Send(ctx, d); err != nil {
			b.Fatal(err)
		}
		if err := a.Clock.Advance(ctx, time.Millisecond); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCallbackQuirks wants a callback for sending, and ErrorMessage in one for a failure, under
// their switches only (F-491, F-492).
func TestCallbackQuirks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		quirks []string
		want   []string
	}{
		{"default", nil, []string{"sent", "undelivered"}},
		{"both", []string{"sending-callback=on", "callback-error-message=on"},
			[]string{"sending", "sent", "undelivered Unreachable destination handset"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			for _, assignment := range tt.quirks {
				name, value, _ := strings.Cut(assignment, "=")
				if err := a.SetQuirk(name, value); err != nil {
					t.Fatal(err)
				}
			}
			addRule(t, a, "then=sending,sent,undelivered:30003")
			send(t, a, draft(func(d *Draft) { d.StatusCallback = app.URL + "/status" }))
			advance(t, a, time.Minute)
			var got []string
			for _, body := range app.bodies("/status") {
				got = append(got, strings.TrimSpace(
					param(t, body, "MessageStatus")+" "+param(t, body, "ErrorMessage")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
		})
	}
	if err := newAccount(t, nil).SetQuirk("sending-callback", "maybe"); err == nil {
		t.Error("a value that there is not was taken")
	}
}

// TestMagicSender checks that only an account with that option replaces the sender of test
// credentials, which it refuses otherwise (F-456).
func TestMagicSender(t *testing.T) {
	for _, on := range []bool{false, true} {
		a := New(Options{MagicSender: on})
		if _, err := a.SetNumber(shop, "", ""); err != nil {
			t.Fatal(err)
		}
		m, err := a.Send(t.Context(), draft(func(d *Draft) { d.From = MagicSender }))
		if !on {
			var refused *apierr.Error
			if !errors.As(err, &refused) || refused.Code != apierr.NotOurNumber {
				t.Errorf("without the option: %v", err)
			}
			continue
		}
		if err != nil || m.Snapshot().From != shop {
			t.Fatalf("with the option: %v", err)
		}
		if _, err := a.Send(t.Context(), draft(func(d *Draft) { d.From = MagicSender })); err != nil {
			t.Error(err)
		}
		if n := a.Journal.Count(journal.Alerts); n != 1 {
			t.Errorf("%d hints, want one", n)
		}
		a.Close()
	}
}
