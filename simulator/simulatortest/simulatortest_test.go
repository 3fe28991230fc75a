package simulatortest_test

import (
	"net/http"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"twilsim/app"
	"twilsim/simulator/simulatortest"
)

// TestReply is the example in the package comment and in the README.
func TestReply(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
	s.Rule("to=+12025550142", "then=unreachable")
	s.Text("+12025550142", s.PhoneNumber, "hi")
	s.Advance(5 * time.Second)
	s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
	if m := s.AwaitMessage("direction=outbound-reply"); m.Body != "You said: hi" {
		t.Errorf("the app replied %q", m.Body)
	}
}

// shop sends login codes with Twilio's own client, and a second code if the first was not
// delivered.
type shop struct {
	twilio *api.ApiService
	from   string
}

func (s *shop) login(phone, code string) error {
	message := &api.CreateMessageParams{}
	message.SetTo(phone).SetFrom(s.from).SetBody("your code is " + code)
	message.SetStatusCallback(simulatortest.PublicURL + "/status")
	_, err := s.twilio.CreateMessage(message)
	return err
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("MessageStatus") == "undelivered" {
		_ = s.login(r.FormValue("To"), "654321")
	}
}

// TestLogin tests an app that sends, with Twilio's own client.
func TestLogin(t *testing.T) {
	s := simulatortest.New(t)
	s.Rule("to=+12025550142", "then=unreachable", "times=1")
	shop := &shop{twilio: api.NewApiServiceWithClient(s.TwilioClient()), from: s.PhoneNumber}
	s.Serve(shop)
	ana := s.Handset("+12025550142")
	if err := shop.login("+12025550142", "123456"); err != nil {
		t.Fatal(err)
	}
	ana.Expect("body=your code is 654321")
	s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
	ana.Reply("STOP")
	ana.Expect("body=You have successfully been unsubscribed.*") // Twilio's own text
	if err := shop.login("+12025550142", "111111"); err == nil {
		t.Error("the shop can still text a customer who has opted out")
	}
	s.AwaitRequest("path=*/Messages.json", "http=400", "response=*21610*")
}
