package simulatortest_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	verify "github.com/twilio/twilio-go/rest/verify/v2"

	"twilsim/app"
	"twilsim/simulator/carrier"
	"twilsim/simulator/simulatortest"
)

// greeter returns an app that replies to each text with these replies.
func greeter(replies ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		var document strings.Builder
		document.WriteString("<Response>")
		if strings.HasSuffix(r.URL.Path, "/sms") {
			for _, reply := range replies {
				document.WriteString("<Message>" + reply + "</Message>")
			}
		}
		_, _ = io.WriteString(w, document.String()+"</Response>")
	})
}

func TestHandset(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
	ana, ben := s.Handset("+1 202 555 0142"), s.Handset("+12025550143")
	ana.Text("hello")
	ben.Text("hello")
	ana.Text("bye")
	if m := ana.Expect("body=*bye"); m.To != "+12025550142" || m.Status != "delivered" {
		t.Errorf("ana got %+v", m)
	}
	ana.Expect() // the older one
	ben.Expect()
	if s.Handset("+12025550143") != ben {
		t.Error("ben has two handsets")
	}
	ben.Reply("again")
	ben.Expect("body=You said: again")
	ben.Set(carrier.HandsetOff)
	ben.Text("lost")
	s.RunClock()
	s.AwaitMessage("to=+12025550143", "status=undelivered")
}

func TestHandsetOfChannel(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(greeter("hi"))
	ana := s.Handset("whatsapp:+12025550142")
	ana.Text("hello")
	ana.Expect("from=whatsapp:" + s.PhoneNumber)
}

// TestHandsetWithoutReceipt checks that a text without a delivery receipt can be expected.
func TestHandsetWithoutReceipt(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(greeter("hi"))
	s.Rule("then=sent-only")
	ana := s.Handset("+12025550142")
	ana.Text("hello")
	ana.Expect("status=sent")
}

// TestHandsetWaits checks that Expect waits for an app that sends after it has answered.
func TestHandsetWaits(t *testing.T) {
	s := simulatortest.New(t)
	sender := api.NewApiServiceWithClient(s.TwilioClient())
	var later sync.WaitGroup
	s.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := r.FormValue("From")
		later.Go(func() {
			message := &api.CreateMessageParams{}
			if _, err := sender.CreateMessage(
				message.SetTo(to).SetFrom(s.PhoneNumber).SetBody("later")); err != nil {
				t.Error(err)
			}
		})
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response/>")
	}))
	ana := s.Handset("+12025550142")
	ana.Text("hello")
	ana.Expect("body=later")
	later.Wait()
}

func TestIgnoreRest(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(greeter("one", "two", "three"))
	ana := s.Handset("+12025550142")
	ana.Text("hello")
	ana.Expect("body=two")
	ana.IgnoreRest()
}

func TestSetSmsURL(t *testing.T) {
	s := simulatortest.New(t)
	s.Serve(greeter("hi"))
	s.SetSmsURL("/twilio/sms")
	ana := s.Handset("+12025550142")
	ana.Text("hello")
	s.AwaitWebhook("url=" + simulatortest.PublicURL + "/twilio/sms")
	ana.Expect("body=hi")
}

// TestExpectCode enters the code that Verify has texted.
func TestExpectCode(t *testing.T) {
	s := simulatortest.New(t)
	sdk := verify.NewApiServiceWithClient(s.TwilioClient())
	service, err := sdk.CreateService((&verify.CreateServiceParams{}).SetFriendlyName("Shop"))
	if err != nil {
		t.Fatal(err)
	}
	start := (&verify.CreateVerificationParams{}).SetTo("+12025550142").SetChannel("sms")
	if _, err := sdk.CreateVerification(*service.Sid, start); err != nil {
		t.Fatal(err)
	}
	code := s.Handset("+12025550142").ExpectCode()
	check := (&verify.CreateVerificationCheckParams{}).SetTo("+12025550142").SetCode(code)
	result, err := sdk.CreateVerificationCheck(*service.Sid, check)
	if err != nil || *result.Status != "approved" {
		t.Errorf("the code %s: %+v, %v", code, result, err)
	}
}
