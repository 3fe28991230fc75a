package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/address"
	"twilsim/simulator/webhook"
)

// names returns the names of a form's parameters in order.
func names(t testing.TB, form string) string {
	t.Helper()
	params, err := webhook.ParseParams(form)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range params {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

// TestWhatsAppInbound compares with captured requests (F-016 to F-018, F-028).
func TestWhatsAppInbound(t *testing.T) {
	app := newApp(t)
	app.answer("/sms", reply("", "hello"))
	a := newAccount(t, app)
	receipt, err := a.Receive(t.Context(), Text{From: address.WhatsApp + customer,
		To: address.WhatsApp + shop, Body: strings.Repeat("ü", 200),
		Params: webhook.Params{{Name: "ProfileName", Value: "Ann"},
			{Name: "Forwarded", Value: "true"}}})
	if err != nil {
		t.Fatal(err)
	}
	body := app.bodies("/sms")[0]
	const order = "SmsMessageSid NumMedia ProfileName MessageType SmsSid WaId SmsStatus Body To " +
		"NumSegments ReferralNumMedia MessageSid " +
		"AccountSid ChannelMetadata From ApiVersion Forwarded"
	if diff := cmp.Diff(order, names(t, body)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	got := map[string]string{}
	for _, name := range []string{"ProfileName", "MessageType", "WaId", "To", "From", "NumSegments",
		"ChannelMetadata"} {
		got[name] = param(t, body, name)
	}
	want := map[string]string{
		"ProfileName": "Ann", "MessageType": "text", "WaId": "12025550142",
		"To": "whatsapp:+12025550100", "From": "whatsapp:+12025550142",
		"NumSegments": "1", // F-009
		"ChannelMetadata": `{"type":"whatsapp","data":{"context":{"ProfileName":"Ann",` +
			`"WaId":"12025550142"}}}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if f := receipt.Replies[0].Snapshot(); f.From != address.WhatsApp+shop ||
		f.To != address.WhatsApp+customer || f.NumSegments != 1 {
		t.Errorf("reply %+v", f)
	}
	media := Text{From: address.WhatsApp + customer, To: address.WhatsApp + shop,
		Media: []Media{ReadMedia("cat.png", []byte("x"))}}
	if _, err := a.Receive(t.Context(), media); err != nil {
		t.Fatal(err)
	}
	if got := param(t, app.bodies("/sms")[1], "MessageType"); got != "image" {
		t.Errorf("MessageType %q", got)
	}
	if _, err := a.Receive(t.Context(), Text{From: address.WhatsApp + customer,
		To: shop}); err == nil {
		t.Error("a channel address texted a number")
	}
}

// TestWhatsAppCallbacks compares with captured requests (F-176 to F-178, F-183).
func TestWhatsAppCallbacks(t *testing.T) {
	for _, tt := range []struct {
		then  string
		order []string
		types string
	}{
		{"read", []string{
			"SmsSid SmsStatus MessageStatus ChannelToAddress To ChannelPrefix MessageSid " +
				"AccountSid StructuredMessage From ApiVersion ChannelInstallSid",
			"EventType SmsSid SmsStatus MessageStatus ChannelToAddress To ChannelPrefix " +
				"MessageSid AccountSid From ApiVersion ChannelInstallSid",
			"EventType SmsSid SmsStatus MessageStatus ChannelToAddress To ChannelPrefix " +
				"MessageSid AccountSid From ApiVersion ChannelInstallSid",
		}, ",DELIVERED,READ"},
		{"outside-window", []string{
			"ErrorCode SmsSid SmsStatus MessageStatus ChannelToAddress To ChannelPrefix " +
				"MessageSid AccountSid ChannelStatusMessage From ApiVersion ChannelInstallSid",
		}, ""},
	} {
		t.Run(tt.then, func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			a.openWindow(address.WhatsApp+customer, address.WhatsApp+shop, a.Clock.Now())
			addRule(t, a, "then="+tt.then, "to=whatsapp:*")
			m := send(t, a, draft(func(d *Draft) {
				d.To, d.From, d.StatusCallback, d.Body = address.WhatsApp+customer,
					address.WhatsApp+shop, app.URL+"/status", strings.Repeat("a", 500)
			}))
			if m.Snapshot().NumSegments != 1 {
				t.Errorf("%d segments", m.Snapshot().NumSegments)
			}
			advance(t, a, time.Minute)
			var order, types []string
			for _, body := range app.bodies("/status") {
				order, types = append(order, names(t, body)),
					append(types, param(t, body, "EventType"))
				if got := param(t, body, "ChannelToAddress") + " " +
					param(t, body, "ChannelPrefix"); got != "+1202555XXXX whatsapp" {
					t.Errorf("channel %s", got)
				}
			}
			if diff := cmp.Diff(tt.order, order); diff != "" ||
				strings.Join(types, ",") != tt.types {
				t.Errorf("types %v, order (-want +got):\n%s", types, diff)
			}
		})
	}
}
