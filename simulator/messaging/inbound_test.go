package messaging

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// TestInboundParams compares the body of the webhook byte by byte: the parameters of section A.1
// (F-001 to F-012) in the order of F-027.
func TestInboundParams(t *testing.T) {
	const account = "&AccountSid=AC00000000000000000000000000000001"
	gif := Media{ContentType: "image/gif", Data: []byte("GIF89a")}
	png := Media{ContentType: "image/png", Data: []byte("PNG")}
	for _, tt := range []struct {
		name string
		text Text
		want string // with SID for the message's, ME0 and ME1 for those of its files
	}{
		{"SMS", Text{From: "+12125551234", To: shop, Body: "Hello, wörld 👍 & more"},
			"ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=0" +
				"&ToCity=&FromZip=&SmsSid=SID&FromState=NY&SmsStatus=received&FromCity=NEW+YORK" +
				"&Body=Hello%2C+w%C3%B6rld+%F0%9F%91%8D+%26+more&FromCountry=US&To=%2B12025550100&ToZip=" +
				"&NumSegments=1&MessageSid=SID" +
				account + "&From=%2B12125551234&ApiVersion=2010-04-01"},
		{"empty", Text{From: customer, To: shop},
			"ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=0&ToCity=&FromZip=" +
				// F-006
				"&SmsSid=SID&FromState=DC&SmsStatus=received&FromCity=&Body=&FromCountry=US" +
				"&To=%2B12025550100&ToZip=&NumSegments=1&MessageSid=SID" + account +
				"&From=%2B12025550142&ApiVersion=2010-04-01"},
		{"MMS", Text{From: customer, To: shop, Media: []Media{gif, png}},
			"MediaContentType0=image%2Fgif&MediaContentType1=image%2Fpng" + // F-008
				"&ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=2&ToCity=&FromZip=&SmsSid=SID" +
				"&FromState=DC&SmsStatus=received&FromCity=&Body=&FromCountry=US&To=%2B12025550100&ToZip=" +
				"&NumSegments=1&MessageSid=SID" +
				account + "&From=%2B12025550142" +
				"&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2FAccounts%2F" +
				"AC00000000000000000000000000000001%2FMessages%2FSID%2FMedia%2FME0" +
				"&MediaUrl1=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2FAccounts%2F" +
				"AC00000000000000000000000000000001%2FMessages%2FSID%2FMedia%2FME1" +
				"&ApiVersion=2010-04-01"},
		{"short code", Text{From: customer, To: "55501", Body: "hi"},
			"ToCountry=&SmsMessageSid=SID&NumMedia=0&FromZip=" + // F-012
				"&SmsSid=SID&FromState=DC&SmsStatus=received&FromCity=&Body=hi&FromCountry=US&To=55501" +
				"&NumSegments=1&MessageSid=SID" + account + "&From=%2B12025550142&ApiVersion=2010-04-01"},
		{"overrides", Text{From: customer, To: shop, Body: "hi", Params: webhook.Params{
			{Name: "FromZip", Value: "20001"}, {Name: "FromCity", Value: "WASHINGTON"},
			{Name: "ProfileName", Value: "Ann"},
			{Name: "MediaUrl3", Value: "x"}, {Name: "FromZip", Value: "20002"},
		}}, "ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=0&ToCity=&FromZip=20002" +
			"&SmsSid=SID&FromState=DC&SmsStatus=received&FromCity=WASHINGTON&Body=hi&FromCountry=US" +
			"&To=%2B12025550100&ToZip=&NumSegments=1&MessageSid=SID" + account +
			"&From=%2B12025550142&ApiVersion=2010-04-01&ProfileName=Ann&MediaUrl3=x"},
		{"two segments", Text{From: customer, To: shop, Body: strings.Repeat("a", 161)},
			"ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=0" +
				"&ToCity=&FromZip=&SmsSid=SID&FromState=DC&SmsStatus=received&FromCity=&Body=" +
				strings.Repeat("a", 161) +
				"&FromCountry=US&To=%2B12025550100&ToZip=&NumSegments=2&MessageSid=SID" + account +
				"&From=%2B12025550142&ApiVersion=2010-04-01"},
		{"not UTF-8", Text{From: customer, To: shop, Body: "a\xff\xfeb"},
			"ToCountry=US&ToState=DC&SmsMessageSid=SID&NumMedia=0" +
				"&ToCity=&FromZip=&SmsSid=SID&FromState=DC&SmsStatus=received&FromCity=&Body=a%EF%BF%BDb" +
				"&FromCountry=US&To=%2B12025550100&ToZip=&NumSegments=1&MessageSid=SID" + account +
				"&From=%2B12025550142&ApiVersion=2010-04-01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t)
			app.answer("/sms", "<Response/>")
			a := newAccount(t, app)
			if _, err := a.SetNumber("55501", app.URL+"/sms", "POST"); err != nil {
				t.Fatal(err)
			}
			receipt, err := a.Receive(t.Context(), tt.text)
			if err != nil {
				t.Fatal(err)
			}
			f := receipt.Message.Snapshot()
			want := strings.ReplaceAll(tt.want, "SID=SID", "SID="+f.SID)
			want = strings.NewReplacer("Sid=SID", "Sid="+f.SID, "%2FSID%2F", "%2F"+f.SID+
				"%2F").Replace(want)
			for i, media := range f.Media {
				want = strings.ReplaceAll(want, "%2FME"+string(rune('0'+i)), "%2F"+media.SID)
			}
			if diff := cmp.Diff([]string{want}, app.bodies("/sms")); diff != "" {
				t.Errorf("webhook (-want +got):\n%s", diff)
			}
			if prefix := map[bool]string{false: "SM",
				true: "MM"}[len(tt.text.Media) > 0]; !strings.HasPrefix(f.SID, prefix) { // F-001
				t.Errorf("SID %s, want %s…", f.SID, prefix)
			}
			if len(alerts(a)) != 0 {
				t.Errorf("alerts %q", alerts(a))
			}
		})
	}
}

// TestInboundGET checks that a GET has the parameters in the query (F-037).
func TestInboundGET(t *testing.T) {
	app := newApp(t)
	a := newAccount(t, app)
	if _, err := a.SetNumber(shop, app.URL+"/sms?shop=1#rc=2", "get"); err != nil {
		t.Fatal(err)
	}
	receipt := text(t, a, "hi")
	got := app.requests("/sms")
	if len(got) != 1 || got[0].Method != "GET" || got[0].Body != "" ||
		!strings.HasPrefix(got[0].Query, "shop=1&ToCountry=US&") {
		t.Fatalf("got %+v", got)
	}
	x := receipt.Webhooks[0]
	if want := app.URL + "/sms?" + got[0].Query; x.URL != want || x.Body != "" {
		t.Errorf("the journal has URL %q and body %q, want URL %q", x.URL, x.Body, want)
	}
	if sid, _ := x.Field("MessageSid"); sid != receipt.Message.ID() {
		t.Errorf("MessageSid %q", sid)
	}
}

func TestReceiveErrors(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct {
		name string
		text Text
		want string
	}{
		{"from", Text{From: "12025550142", To: shop},
			`"12025550142" is not a phone number: did you mean "+12025550142"?`},
		{"to", Text{From: customer, To: "shop"},
			`"shop" is not a phone number: write + and the country code first, for example +12025550142`},
		{"not ours, but near", Text{From: customer, To: "+12025550101"},
			"+12025550101 is not a number of this account: did you mean +12025550100?"},
		{"not ours", Text{From: customer, To: "+4930123456"},
			"+4930123456 is not a number of this account, which has +12025550100"},
		{"unknown parameter", Text{From: customer, To: shop, Body: "hi",
			Params: webhook.Params{{Name: "FromZap", Value: "1"}}},
			`an inbound message has no parameter "FromZap": did you mean "FromZip"?`},
		{"unknown parameter of an empty text", Text{From: customer, To: shop,
			Params: webhook.Params{{Name: "FromZap", Value: "1"}}},
			`an inbound message has no parameter "FromZap": did you mean "FromZip"?`},
		{"a number as a parameter", Text{From: customer, To: shop, Body: "hi",
			Params: webhook.Params{{Name: "7", Value: "1"}}},
			`an inbound message has no parameter "7", only ` + strings.Join(InboundParams(), " ")},
		{"media out of range", Text{From: customer, To: shop, Body: "hi",
			Params: webhook.Params{{Name: "MediaUrl10", Value: "1"}}},
			`an inbound message has no parameter "MediaUrl10": did you mean "MediaUrl0"?`},
		{"too many files", Text{From: customer, To: shop, Media: make([]Media, 11)},
			"a message carries at most 10 files, this one has 11"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			receipt, err := a.Receive(t.Context(), tt.text)
			if err == nil || receipt != nil {
				t.Fatalf("receipt %v, error %v", receipt, err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
	if n := a.Journal.Count(journal.Messages); n != 0 {
		t.Errorf("%d messages were made of texts that were refused", n)
	}
}

// TestReceiveUnknownNumber checks that the error names a few numbers, however many there are.
func TestReceiveUnknownNumber(t *testing.T) {
	a := newAccount(t, nil)
	refused := func(want string) {
		t.Helper()
		_, err := a.Receive(t.Context(), Text{From: customer, To: "+4930123456", Body: "hi"})
		if want = "+4930123456 is not a number of this account, which has " + want; err == nil ||
			err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for i := range 7 {
		if _, err := a.SetNumber(fmt.Sprintf("+1415555010%d", i), "", ""); err != nil {
			t.Fatal(err)
		}
	}
	refused("+12025550100 +14155550100 +14155550101 +14155550102 +14155550103 and 3 more")
	for _, n := range a.Numbers() {
		if err := a.ReleaseNumber(n.SID); err != nil {
			t.Fatal(err)
		}
	}
	refused("none: buy one first")
}

// TestNoWebhook checks that a message to a number without a webhook is kept and raises an alert
// (F-134).
func TestNoWebhook(t *testing.T) {
	a := newAccount(t, nil)
	receipt := text(t, a, "hi")
	if diff := cmp.Diff([]string{"11321 warning 0:0"}, alerts(a)); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	if len(receipt.Webhooks) != 0 || len(receipt.Replies) != 0 || len(receipt.Alerts) != 1 {
		t.Errorf("receipt %+v", receipt)
	}
	if f := receipt.Message.Snapshot(); f.Status != carrier.Received || f.Direction != Inbound {
		t.Errorf("message %+v", f)
	}
	if diff := cmp.Diff([]directory.Handset{{Number: customer, State: carrier.HandsetOn}},
		a.Handsets()); diff != "" {
		t.Errorf("handsets (-want +got):\n%s", diff)
	}
}
