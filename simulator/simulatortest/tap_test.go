package simulatortest_test

import (
	"fmt"
	"net/http"
	"testing"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	content "github.com/twilio/twilio-go/rest/content/v1"

	"twilsim/simulator/simulatortest"
)

// TestTap taps a button of a template on WhatsApp.
func TestTap(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message>You chose: %s.</Message></Response>",
			r.FormValue("ButtonPayload"))
	}))
	client := s.TwilioClient()
	made, err := content.NewApiServiceWithClient(client).CreateContent(
		(&content.CreateContentParams{}).SetContentCreateRequest(content.ContentCreateRequest{
			Language: "en", Types: content.Types{TwilioQuickReply: &content.TwilioQuickReply{
				Body: "At noon?", Actions: []content.QuickReplyAction{{Title: "Yes", Id: "noon"}}}}}))
	if err != nil {
		t.Fatal(err)
	}
	ana := s.Handset("whatsapp:+12025550142")
	ana.Text("hi")
	ana.Expect("body=You chose: .")
	if _, err := api.NewApiServiceWithClient(client).CreateMessage((&api.CreateMessageParams{}).
		SetTo(ana.Number).SetFrom("whatsapp:" + s.PhoneNumber).SetContentSid(*made.Sid)); err != nil {
		t.Fatal(err)
	}
	ana.Expect("body=At noon?")
	ana.Tap("Yes")
	ana.Expect("body=You chose: noon.")
}
