package messaging

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// TestBinAnswers checks that a bin answers instead of the app, and that a text with markup is
// returned unchanged.
func TestBinAnswers(t *testing.T) {
	a := newAccount(t, nil)
	bin, err := a.SetBin("echo",
		`<Response><Message to="{{From}}">{{Body}} from {{FromState}}</Message></Response>`)
	if err != nil {
		t.Fatal(err)
	}
	number, err := a.SetNumber(shop, "echo", "")
	if err != nil || number.SmsURL != bin.URL || bin.URL != "https://handler.twilio.com/twiml/"+
		bin.SID {
		t.Fatalf("%v, number %+v, bin %+v", err, number, bin)
	}
	const hostile = `</Message></Response> & "{{AccountSid}}" <Redirect>http://evil.invalid</Redirect>`
	receipt := text(t, a, hostile)
	if len(receipt.Replies) != 1 || len(receipt.Alerts) != 0 {
		t.Fatalf("replies %v, alerts %q", receipt.Replies, alerts(a))
	}
	f := receipt.Replies[0].Snapshot()
	if f.Body != hostile+" from DC" || f.To != customer {
		t.Errorf("reply %q to %s", f.Body, f.To)
	}
	x := receipt.Webhooks[0]
	if x.URL != bin.URL || x.Status != 200 || x.Name != "W1" || x.Purpose != journal.Inbound ||
		!strings.Contains(x.Body, "MessageSid="+f.ReplyTo) {
		t.Errorf("exchange %+v", x)
	}
	if _, err := a.SetNumber(shop, "echo", "GET"); err != nil {
		t.Fatal(err)
	}
	x = text(t, a, "hi").Webhooks[0]
	if body, _ := x.Field("Body"); x.Method != "GET" || x.Body != "" || body != "hi" ||
		!strings.HasPrefix(x.URL, bin.URL+"?ToCountry=US&") { // F-037
		t.Errorf("exchange of a GET %+v", x)
	}
	if _, err := a.SetBin("echo", `<Response><Redirect>`+bin.URL+
		`</Redirect></Response>`); err != nil {
		t.Fatal(err)
	}
	text(t, a, "hi")
	if diff := cmp.Diff([]string{"14106 warning 0:0"}, alerts(a)); diff != "" {
		t.Errorf("alerts of a bin that redirects to itself (-want +got):\n%s", diff)
	}
}

// TestBinAsAction checks that a bin answers a callback without a request over the network (F-181),
// also if its URL has a query.
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
