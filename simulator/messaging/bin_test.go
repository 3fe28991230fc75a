package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

func TestRender(t *testing.T) {
	params := webhook.Params{{Name: "From", Value: customer}, {Name: "Body", Value: `</Message><Message to="+1">&amp; 'x' "y" {{From}}` + "\n"}, {Name: "ToState", Value: ""}}
	for _, tt := range []struct{ name, body, want string }{
		{"nothing to fill in", "<Response/>", "<Response/>"},
		{"a parameter", "<Message>{{From}}</Message>", "<Message>+12025550142</Message>"},
		{"spaces", "{{ From }}{{\tFrom\n}}", "+12025550142+12025550142"},
		{"unknown", "[{{Nobody}}]", "[]"},
		{"empty", "[{{ToState}}]", "[]"},
		{"no name", "{{}} {{a b}} {From}", "{{}} {{a b}} {From}"},
		{"hostile", "<Message>{{Body}}</Message>",
			"<Message>&lt;/Message&gt;&lt;Message to=&#34;+1&#34;&gt;&amp;amp; &#39;x&#39; &#34;y&#34; {{From}}&#xA;</Message>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(Bin{Body: tt.body}.Render(params))); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBinAnswers has a bin in the app's place, and a hostile text that must come back as it was sent.
func TestBinAnswers(t *testing.T) {
	a := newAccount(t, nil)
	bin, err := a.SetBin("echo", `<Response><Message to="{{From}}">{{Body}} from {{FromState}}</Message></Response>`)
	if err != nil {
		t.Fatal(err)
	}
	number, err := a.SetNumber(shop, "echo", "")
	if err != nil || number.SmsURL != bin.URL || bin.URL != "https://handler.twilio.com/twiml/"+bin.SID {
		t.Fatalf("%v, number %+v, bin %+v", err, number, bin)
	}
	const hostile = `</Message></Response> & "{{AccountSid}}" <Redirect>http://evil.invalid</Redirect>`
	receipt := text(t, a, hostile)
	if len(receipt.Replies) != 1 || len(receipt.Alerts) != 0 {
		t.Fatalf("replies %v, alerts %q", receipt.Replies, alerts(a))
	}
	f := receipt.Replies[0].Facts()
	if f.Body != hostile+" from DC" || f.To != customer {
		t.Errorf("reply %q to %s", f.Body, f.To)
	}
	x := receipt.Webhooks[0]
	if x.URL != bin.URL || x.Status != 200 || x.Name != "W1" || x.Purpose != journal.Inbound || !strings.Contains(x.Body, "MessageSid="+f.ReplyTo) {
		t.Errorf("exchange %+v", x)
	}
	if _, err := a.SetNumber(shop, "echo", "GET"); err != nil {
		t.Fatal(err)
	}
	x = text(t, a, "hi").Webhooks[0]
	if body, _ := x.Field("Body"); x.Method != "GET" || x.Body != "" || body != "hi" || !strings.HasPrefix(x.URL, bin.URL+"?ToCountry=US&") { // F-037
		t.Errorf("exchange of a GET %+v", x)
	}
	if _, err := a.SetBin("echo", `<Response><Redirect>`+bin.URL+`</Redirect></Response>`); err != nil {
		t.Fatal(err)
	}
	text(t, a, "hi")
	if diff := cmp.Diff([]string{"14106 warning 0:0"}, alerts(a)); diff != "" {
		t.Errorf("alerts of a bin that redirects to itself (-want +got):\n%s", diff)
	}
}

func TestBins(t *testing.T) {
	a := newAccount(t, nil)
	second, _ := a.SetBin("b-2", "two")
	first, _ := a.SetBin("a", "one")
	if diff := cmp.Diff([]Bin{first, second}, a.Bins()); diff != "" {
		t.Errorf("bins (-want +got):\n%s", diff)
	}
	again, _ := a.SetBin("a", "three")
	if again.SID != first.SID || again.Body != "three" {
		t.Errorf("changed to %+v", again)
	}
	for _, ref := range []string{"a", first.SID, first.URL} {
		if got, ok := a.Bin(ref); !ok || got != again {
			t.Errorf("Bin(%q) = %+v, %t", ref, got, ok)
		}
	}
	for _, ref := range []string{"", "c", "https://handler.twilio.com/twiml/"} {
		if got, ok := a.Bin(ref); ok {
			t.Errorf("Bin(%q) = %+v", ref, got)
		}
	}
	for _, name := range []string{"", "A", "-a", "a b", "a/b", "ä"} {
		if _, err := a.SetBin(name, ""); err == nil {
			t.Errorf("SetBin(%q) has no error", name)
		}
	}
}

// TestBinAsAction wants a bin to answer a callback in place of the network (F-181), and a bin's URL with a query to be the bin's.
func TestBinAsAction(t *testing.T) {
	a := newAccount(t, nil)
	status, err := a.SetBin("status", "<Response/>")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetBin("echo", reply(" action='"+status.URL+"?x=1#rc=2'", "hi")); err != nil {
		t.Fatal(err)
	}
	echo, _ := a.Bin("echo")
	if _, err := a.SetNumber(shop, echo.URL+"?lang=en", ""); err != nil {
		t.Fatal(err)
	}
	receipt := text(t, a, "hi")
	advance(t, a, time.Minute)
	if len(receipt.Replies) != 1 || len(alerts(a)) != 0 {
		t.Fatalf("replies %v, alerts %q", receipt.Replies, alerts(a))
	}
	var got []string
	for _, thing := range a.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		got = append(got, string(x.Purpose)+" "+x.Params().Get("MessageStatus"))
	}
	if diff := cmp.Diff([]string{"inbound ", "status sent", "status delivered"}, got); diff != "" {
		t.Errorf("webhooks (-want +got):\n%s", diff)
	}
}
