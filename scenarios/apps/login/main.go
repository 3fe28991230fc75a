// Command login is an app that people log in to with their number and a code: an example of
// Twilio's Verify, with the official SDK. scenarios/verify shows what can go wrong.
//
// PORT, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are in its environment, and VERIFY_SERVICE_SID.
//
//	POST /code phone=… [channel=…] [address=…]    sends a code
//	POST /login phone=… code=…                    logs in
//	POST /cancel phone=…                          gives up
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/twilio/twilio-go/client"
	verify "github.com/twilio/twilio-go/rest/verify/v2"
)

func main() {
	c := &client.Client{Credentials: client.NewCredentials(os.Getenv("TWILIO_ACCOUNT_SID"),
		os.Getenv("TWILIO_AUTH_TOKEN"))}
	c.SetAccountSid(os.Getenv("TWILIO_ACCOUNT_SID"))
	app := &login{verify.NewApiServiceWithClient(c), os.Getenv("VERIFY_SERVICE_SID")}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /code", app.send)
	mux.HandleFunc("POST /login", app.check)
	mux.HandleFunc("POST /cancel", app.cancel)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}

// login is the app. It keeps nothing: Twilio knows who was sent a code.
type login struct {
	verify  *verify.ApiService
	service string
}

func (l *login) send(w http.ResponseWriter, r *http.Request) {
	channel := r.FormValue("channel")
	if channel == "" {
		channel = "sms"
	}
	params := (&verify.CreateVerificationParams{}).SetTo(r.FormValue("phone")).SetChannel(channel)
	if address := r.FormValue("address"); address != "" {
		params.SetRateLimits(map[string]string{"address": address})
	}
	if code := r.FormValue("custom"); code != "" {
		params.SetCustomCode(code)
	}
	_, err := l.verify.CreateVerification(l.service, params)
	answer(w, "enter the code", err)
}

func (l *login) check(w http.ResponseWriter, r *http.Request) {
	result, err := l.verify.CreateVerificationCheck(l.service,
		(&verify.CreateVerificationCheckParams{}).
			SetTo(r.FormValue("phone")).SetCode(r.FormValue("code")))
	if err == nil && (result.Status == nil || *result.Status != "approved") {
		http.Error(w, "wrong code", http.StatusUnauthorized)
		return
	}
	answer(w, "welcome", err)
}

func (l *login) cancel(w http.ResponseWriter, r *http.Request) {
	_, err := l.verify.UpdateVerification(l.service, r.FormValue("phone"),
		(&verify.UpdateVerificationParams{}).SetStatus("canceled"))
	answer(w, "canceled", err)
}

// words are what a person reads in place of Twilio's errors.
var words = map[int]string{
	20404: "ask for a new code",
	20429: "too many requests from here",
	60200: "check what you entered",
	60202: "too many tries: wait ten minutes",
	60203: "too many codes: wait ten minutes",
	60205: "this is a landline: choose a call",
}

// answer writes what happened for a person, and logs what is unexpected.
func answer(w http.ResponseWriter, done string, err error) {
	var refused *client.TwilioRestError
	switch {
	case err == nil:
		fmt.Fprintln(w, done)
	case errors.As(err, &refused) && words[refused.Code] != "":
		http.Error(w, words[refused.Code], http.StatusConflict)
	default:
		log.Print(err)
		http.Error(w, "try again later", http.StatusBadGateway)
	}
}
