package simulator_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"twilsim/simulator/control"
)

// What vercel-labs/emulate has in the file of this measure.
const (
	emulateAccount = "AC00000000000000000000000000000000"
	emulateToken   = "twilio_test_auth_token"
	emulateNumber  = "+15551234567"
)

// emulate measures whole flows over HTTP next to vercel-labs/emulate, the other simulator in
// design.md, each in a process of its own and with eight clients. SUITE_EMULATE is the command that
// starts it, with spaces between its words; .ci/emulate installs it and runs this measure.
//
// It does not play a flow, so the client drives it by hand: a text, the app's reply, and the two
// statuses of the reply. The app receives the same three requests from both. The second row is the
// limit of the first: what a program that keeps nothing reaches next to the same client and app.
func (s *suite) emulate(b *testing.B) {
	command := strings.Fields(os.Getenv("SUITE_EMULATE"))
	if len(command) == 0 {
		b.Log("no measure of vercel-labs/emulate: run .ci/emulate")
		return
	}
	const flows = 150 // in 8 rounds of 4 requests each: emulate refuses more than 5,000 in an hour
	app := newSuiteApp(b)
	var customer atomic.Int64
	next := func() string { return fmt.Sprintf("+1415555%04d", customer.Add(1)%10_000) }
	ours := begin(b, s.build(b, "twilsim"), "serve", "--port", "0", "--speed", "10000x",
		"--forward-to", app.URL)
	defer ours.end()
	bare := begin(b, s.build(b, "bare"), "serve", flowFile(b, app))
	defer bare.end()
	texts := func(url string) func() {
		return func() {
			flowsOver(b, app, flows, func(client *http.Client) {
				text := strings.Replace(textJSON, suiteCustomer, next(), 1)
				send(b, client, request(b, "POST", url, "application/json", text))
			})
		}
	}
	besideEmulate := func(flow func()) float64 {
		other := begin(b, command[0], slices.Concat(command[1:], []string{"start", "--service",
			"twilio", "--port", freePort(b), "--seed", emulateSeed(b, app)})...)
		defer other.end()
		return 1 / compare(flow, func() {
			flowsOver(b, app, flows, func(client *http.Client) {
				byHand(b, client, other.url, next(), app.URL+"/status")
			})
		})
	}
	s.rate("emulate", "whole flow over HTTP / emulate driven by hand",
		besideEmulate(texts(ours.url+control.Prefix+"/texts")), 10)
	s.rate("emulate", "bare server with the same four exchanges / emulate driven by hand",
		besideEmulate(texts(bare.url)), 0)
}

// freePort returns a port that is free at the moment, for a program that needs one by number.
func freePort(b *testing.B) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return port
}

// byHand drives emulate through a flow.
func byHand(b *testing.B, client *http.Client, base, customer, callback string) {
	post := func(path string, form url.Values) []byte {
		r := request(b, "POST", base+path, suiteForm, form.Encode())
		r.SetBasicAuth(emulateAccount, emulateToken)
		return send(b, client, r)
	}
	post("/_twilio/simulate/inbound-message", url.Values{"From": {customer}, "To": {emulateNumber},
		"Body": {"hi"}})
	var message struct{ SID string }
	answer := post("/2010-04-01/Accounts/"+emulateAccount+"/Messages.json", url.Values{
		"From": {emulateNumber}, "To": {customer}, "Body": {"Hello"}, "StatusCallback": {callback}})
	if err := json.Unmarshal(answer, &message); err != nil || message.SID == "" {
		b.Errorf("no message: %v: %s", err, answer)
	}
	for _, status := range []string{"sent", "delivered"} {
		post("/_twilio/simulate/message-status", url.Values{"MessageSid": {message.SID},
			"Status": {status}})
	}
}

// emulateSeed writes the file from which emulate has its account and number.
func emulateSeed(b *testing.B, app *suiteApp) string {
	text, err := json.Marshal(map[string]any{"twilio": map[string]any{
		"account": map[string]string{"sid": emulateAccount, "auth_token": emulateToken},
		"phone_numbers": []map[string]string{
			{"phone_number": emulateNumber, "sms_url": app.URL + "/sms"}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "emulate.json")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		b.Fatal(err)
	}
	return file
}
