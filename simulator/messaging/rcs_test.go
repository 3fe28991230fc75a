package messaging

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
)

// agent is a sender of RCS.
const agent = "rcs:shop_agent"

// newRCS returns an account whose service has a number and a sender of RCS, and whose customer has
// RCS.
func newRCS(t testing.TB, app *app) (a *Account, service string) {
	a = newAccount(t, app)
	service = newService(t, a, func(s *directory.Service) {
		if app != nil {
			s.InboundRequestURL = app.URL + "/sms"
		}
	}, shop)
	if _, err := a.SetNumber(agent, "", ""); err != nil {
		t.Fatal(err)
	}
	addSender(t, a, service, agent)
	setPhone(t, a, carrier.HandsetRCS)
	return a, service
}

func addSender(t testing.TB, a *Account, service, sender string) directory.Sender {
	t.Helper()
	kind, ref, ok := a.FindSender(sender)
	if !ok {
		t.Fatalf("there is no sender %s", sender)
	}
	added, err := a.AddSender(service, kind, ref)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func setPhone(t testing.TB, a *Account, state carrier.HandsetState) {
	t.Helper()
	if _, err := a.SetHandset(customer, state); err != nil {
		t.Fatal(err)
	}
}

// course returns a message's sender, and its statuses with their codes.
func course(m *Message) string {
	f := m.Snapshot()
	words := []string{f.From}
	for _, change := range f.History[1:] {
		word := string(change.Status)
		if change.ErrorCode != 0 {
			word += fmt.Sprint(":", change.ErrorCode)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// TestRCS sends to a customer by RCS: directly, without a fallback (F-790), and through a service,
// which sends an SMS where RCS does not reach the handset (F-791, F-792, F-794, F-797).
func TestRCS(t *testing.T) {
	const rcs = address.RCS + customer
	for _, tt := range []struct {
		name  string
		phone carrier.HandsetState
		rule  string
		draft Draft // without a From it is the service's
		want  string
	}{
		{"directly", "rcs", "", Draft{From: agent, To: rcs}, agent + " sent delivered"},
		{"directly, read", "rcs", "from=rcs:* then=read", Draft{From: agent, To: rcs},
			agent + " sent delivered read"},
		{"directly, no RCS", "on", "", Draft{From: agent, To: rcs},
			agent + " sent undelivered:63036"},
		{"directly, switched off", "off", "", Draft{From: agent, To: rcs},
			agent + " sent undelivered:63036"},
		{"directly, no permission", "rcs", "then=rcs-not-permitted", Draft{From: agent, To: rcs},
			agent + " sent undelivered:63035"},
		{"directly, unreachable", "rcs", "then=rcs-unreachable", Draft{From: agent, To: rcs},
			agent + " sent undelivered:63036"},
		{"directly, unconfirmed", "rcs", "then=rcs-unconfirmed", Draft{From: agent, To: rcs},
			agent + " sent undelivered:30046"},
		{"directly, opted out", "opted-out", "", Draft{From: agent, To: rcs},
			agent + " sent undelivered:63036"},
		{"service", "rcs", "", Draft{To: customer}, agent + " queued sent delivered"},
		{"service, read", "rcs", "to=* then=read", Draft{To: customer},
			agent + " queued sent delivered read"},
		{"service, no RCS", "on", "", Draft{To: customer}, shop + " queued sent delivered"},
		{"service, no RCS, never read", "on", "then=read", Draft{To: customer},
			shop + " queued sent delivered"},
		{"service, switched off", "off", "", Draft{To: customer},
			shop + " queued sent undelivered:30003"},
		{"service, landline", "landline", "", Draft{To: customer},
			shop + " queued sent undelivered:30006"},
		{"service, unreachable", "rcs", "then=rcs-unreachable", Draft{To: customer},
			shop + " queued sent delivered"},
		{"service, unconfirmed", "rcs", "then=rcs-unconfirmed", Draft{To: customer},
			shop + " queued sent delivered"},
		{"service, no permission", "rcs", "then=rcs-not-permitted", Draft{To: customer},
			agent + " queued sent undelivered:63035"},
		{"service, unreachable, SMS fails too", "rcs",
			"from=rcs:* then=rcs-unreachable|from=+* then=filtered", Draft{To: customer},
			shop + " queued sent undelivered:30007"},
		{"service, its RCS only", "rcs", "then=rcs-unreachable", Draft{To: rcs},
			agent + " queued sent undelivered:63036"},
		{"service, its RCS only, no RCS", "on", "", Draft{To: rcs},
			agent + " queued sent undelivered:63036"},
		{"FallbackFrom, no RCS", "on", "", Draft{To: customer, FallbackFrom: second},
			second + " queued sent delivered"},
		{"FallbackFrom, unreachable", "rcs", "from=rcs:* then=rcs-unreachable",
			Draft{To: customer, FallbackFrom: second}, second + " queued sent delivered"},
		{"FallbackFrom, RCS", "rcs", "", Draft{To: customer, FallbackFrom: second},
			agent + " queued sent delivered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, service := newRCS(t, nil)
			if _, err := a.SetNumber(second, "", ""); err != nil {
				t.Fatal(err)
			}
			setPhone(t, a, tt.phone)
			if tt.rule != "" {
				for rule := range strings.SplitSeq(tt.rule, "|") {
					addRule(t, a, strings.Fields(rule)...)
				}
			}
			tt.draft.Body = "Your order has left."
			if tt.draft.From == "" {
				tt.draft.MessagingServiceSID = service
			}
			m := send(t, a, tt.draft)
			advance(t, a, time.Minute)
			if got := course(m); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			if f := m.Snapshot(); f.channel() != "" && f.NumSegments != 1 {
				t.Errorf("%d segments", f.NumSegments)
			}
		})
	}
}

// second is another number of the account, outside the service's pool.
const second = "+12025550177"

// TestRCSRefusals: what the API says about addresses of RCS at once (F-790, F-792).
func TestRCSRefusals(t *testing.T) {
	const rcs = address.RCS + customer
	a, service := newRCS(t, nil)
	plain := newService(t, a, nil, "+12025550103")
	for _, tt := range []struct {
		name  string
		draft Draft
		want  int
	}{
		{"a plain recipient", Draft{From: agent, To: customer}, 21910},
		{"a plain sender", Draft{From: shop, To: rcs}, 21910},
		{"a sender of WhatsApp", Draft{From: address.WhatsApp + shop, To: rcs}, 21910},
		{"a number as the sender", Draft{From: address.RCS + shop, To: rcs}, 63007},
		{"nobody's sender", Draft{From: "rcs:other_agent", To: rcs}, 63007},
		{"to a sender", Draft{From: agent, To: agent}, 21211},
		{"fallback with From", Draft{From: shop, To: customer, FallbackFrom: shop}, 21664},
		{"fallback to nobody's number",
			Draft{MessagingServiceSID: service, To: customer, FallbackFrom: "+12025550188"}, 21665},
		{"fallback to RCS", Draft{MessagingServiceSID: service, To: customer, FallbackFrom: agent},
			21665},
		{"fallback to a name in the US",
			Draft{MessagingServiceSID: service, To: customer, FallbackFrom: "SHOP"}, 21665},
		{"fallback without a service", Draft{To: customer, FallbackFrom: shop}, 21666},
		{"fallback without a sender of RCS",
			Draft{MessagingServiceSID: plain, To: customer, FallbackFrom: shop}, 21667},
		{"a sender of another service", Draft{MessagingServiceSID: plain, From: agent, To: rcs},
			21711},
	} {
		tt.draft.Body = "Hello"
		if got := codeOf(a, tt.draft); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// codeOf returns the code with which a draft is refused, 0 if it is not.
func codeOf(a *Account, d Draft) int {
	_, err := a.Send(context.Background(), d)
	var refused *apierr.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return 0
}

// TestRCSCallbacks: callbacks are those of a channel until the service falls back (F-795), and a
// switch has the other form of the recipient (F-796).
func TestRCSCallbacks(t *testing.T) {
	app := newApp(t)
	a, service := newRCS(t, app)
	read := func(sid string) []string {
		var got []string
		for _, body := range app.bodies("/status") {
			if param(t, body, "MessageSid") == sid {
				line := param(t, body, "MessageStatus") + " " + param(t, body, "From") + " " +
					param(t, body, "To") + " " + param(t, body, "ChannelPrefix")
				got = append(got, strings.TrimSpace(line))
			}
		}
		return got
	}
	addRule(t, a, "body=read", "from=rcs:*", "then=read")
	addRule(t, a, "body=late", "from=rcs:*", "then=rcs-unconfirmed")
	d := Draft{MessagingServiceSID: service, To: customer, Body: "read",
		StatusCallback: app.URL + "/status"}
	m := send(t, a, d)
	advance(t, a, time.Minute)
	const rcs = agent + " rcs:" + customer + " rcs"
	want := []string{"queued " + rcs, "sent " + rcs, "delivered " + rcs, "read " + rcs}
	if diff := cmp.Diff(want, read(m.ID())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.Body = "late"
	d.MessagingServiceSID, d.From = "", service // F-793
	m = send(t, a, d)
	advance(t, a, time.Minute)
	want = []string{"queued " + rcs, "sent " + rcs, "delivered " + shop + " " + customer}
	if diff := cmp.Diff(want, read(m.ID())); diff != "" {
		t.Errorf("fallback (-want +got):\n%s", diff)
	}
	if f := m.Snapshot(); f.By != "fallback to SMS" {
		t.Errorf("decided by %q", f.By)
	}
	if err := a.SetQuirk("rcs-address", "plain"); err != nil {
		t.Fatal(err)
	}
	d.Body = "plain"
	m = send(t, a, d)
	advance(t, a, time.Minute)
	want = []string{"queued ", "sent ", "delivered "}
	for i := range want {
		want[i] += agent + " " + customer + " rcs"
	}
	if diff := cmp.Diff(want, read(m.ID())); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
	if code := codeOf(a, Draft{From: agent, To: customer, Body: "Hello"}); code != 0 {
		t.Errorf("a plain recipient is refused with %d", code)
	}
}

// TestRCSInbound: a phone with RCS writes to a sender of RCS, and one without it cannot (F-796).
// STOP counts for the service's numbers as well (F-446).
func TestRCSInbound(t *testing.T) {
	app := newApp(t)
	a, service := newRCS(t, app)
	receipt, err := a.Receive(t.Context(), Text{From: customer, To: agent, Body: "Hello"})
	if err == nil && len(receipt.Webhooks) != 1 {
		err = fmt.Errorf("%d webhooks", len(receipt.Webhooks))
	}
	if err != nil {
		t.Fatal(err)
	}
	body := receipt.Webhooks[0].Body
	for name, want := range map[string]string{"From": "rcs:" + customer, "To": agent, "Body": "Hello",
		"MessagingServiceSid": service, "WaId": "", "FromCountry": "", "NumSegments": "1"} {
		if got := param(t, body, name); got != want {
			t.Errorf("%s=%q, want %q", name, got, want)
		}
	}
	if _, err := a.Receive(t.Context(), Text{From: customer, To: agent, Body: "STOP"}); err != nil {
		t.Fatal(err)
	}
	if code := codeOf(a, Draft{From: shop, To: customer, Body: "Hello"}); code != 21610 {
		t.Errorf("after STOP by RCS an SMS is refused with %d", code)
	}
	setPhone(t, a, carrier.HandsetOn)
	_, err = a.Receive(t.Context(), Text{From: customer, To: agent, Body: "Hello"})
	want := customer + " is on, and only a phone with RCS texts " + agent +
		": put it into the state rcs first"
	if fmt.Sprint(err) != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// cards is a template with a text for SMS and a card for RCS.
const cards = `{"language":"en","types":{"twilio/text":{"body":"See you at noon."},
	"twilio/card":{"title":"At noon?","subtitle":"Shop",
		"actions":[{"type":"QUICK_REPLY","title":"Yes","id":"yes 1"}]}}}`

// TestRCSTemplate: RCS has the card of a template, SMS its text (F-693, F-699, F-847), and a tap
// comes with the exact ID (F-796).
func TestRCSTemplate(t *testing.T) {
	app := newApp(t)
	a, service := newRCS(t, app)
	d := Draft{MessagingServiceSID: service, To: customer, ContentSID: addTemplate(t, a, cards).SID}
	m := send(t, a, d)
	advance(t, a, time.Minute)
	if f := m.Snapshot(); f.Body != "At noon?" || f.From != agent {
		t.Errorf("by RCS: %s %q", f.From, f.Body)
	}
	text, err := a.TapText(Tap{MessageSID: m.ID(), Button: "Yes"})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := a.Receive(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	body := receipt.Webhooks[0].Body
	for name, want := range map[string]string{"Body": "Yes", "ButtonText": "Yes",
		"ButtonPayload": "yes 1", "ButtonType": "", "MessageType": ""} {
		if got := param(t, body, name); got != want {
			t.Errorf("%s=%q, want %q", name, got, want)
		}
	}
	addRule(t, a, "then=rcs-unconfirmed")
	m = send(t, a, d)
	advance(t, a, time.Minute)
	if f := m.Snapshot(); f.Body != "See you at noon." || f.From != shop || f.Status != "delivered" {
		t.Errorf("after the fallback: %s %q %s", f.From, f.Body, f.Status)
	}
	// a quick-reply alone is not a type of RCS (F-847), and an SMS has none either (F-845)
	d.ContentSID = addTemplate(t, a, `{"language":"en","types":{"twilio/quick-reply":{
		"body":"At noon?","actions":[{"title":"Yes"}]}}}`).SID
	m = send(t, a, d)
	advance(t, a, time.Minute)
	if f := m.Snapshot(); f.ErrorCode != 63021 {
		t.Errorf("a quick-reply by RCS ended with %s %d", f.Status, f.ErrorCode)
	}
}

// TestChannelSenders: a sender of WhatsApp or RCS in a pool (F-618).
func TestChannelSenders(t *testing.T) {
	a, service := newRCS(t, nil)
	if got := addSender(t, a, service, address.WhatsApp+shop); got.Address != address.WhatsApp+shop ||
		!strings.HasPrefix(got.SID, "XE") || got.CountryCode != "US" {
		t.Errorf("a sender of WhatsApp: %+v", got)
	}
	other := newService(t, a, nil, "+12025550103")
	kind, ref, _ := a.FindSender(agent)
	for _, tt := range []struct {
		name, service, ref string
		want               int
	}{
		{"twice", service, ref, 21710}, {"in two services", other, ref, 21712},
		{"unknown", service, "XE0123456789abcdef0123456789abcdef", 20404}, {"none", service, "", 20404},
	} {
		_, err := a.AddSender(tt.service, kind, tt.ref)
		var refused *apierr.Error
		if !errors.As(err, &refused) || refused.Code != tt.want {
			t.Errorf("%s: %v, want %d", tt.name, err, tt.want)
		}
	}
	if _, _, ok := a.FindSender("rcs:other_agent"); ok {
		t.Error("a sender that the account does not have was found")
	}
}
