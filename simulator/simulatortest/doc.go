// Package simulatortest gives each Go test its own simulator of Twilio.
//
//	func TestReply(t *testing.T) {
//		s := simulatortest.New(t)
//		s.Serve(&app.App{
//			AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL,
//		})
//		s.Rule("to=+12025550142", "then=unreachable")
//		s.Text("+12025550142", s.PhoneNumber, "hi")
//		s.Advance(5 * time.Second)
//		s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
//	}
//
// [New] starts a simulator that stops with the test; parallel tests are independent. Options such
// as the seed or the credentials are fields of its [simulator.Server]; set them before the first
// use. [Simulator.Serve] serves the app under test; [Simulator.ServeURL] uses an app that is
// already running.
//
// # Sending
//
// An app that sends messages uses Twilio's own client, unmodified: [Simulator.TwilioClient] is the
// client of github.com/twilio/twilio-go/client, for NewApiServiceWithClient of an API's package and
// for twilio.ClientParams{Client: …}. Any other client of Twilio's API can use
// [Simulator.HTTPClient]. Neither calls another machine.
//
// # Handsets
//
// A [Handset] is a phone that the test controls:
//
//	ana := s.Handset("+12025550142")
//	ana.Text("hello")
//	ana.Expect(`body=~code \d{6}`)
//	ana.Reply("STOP")
//
// ana.Tap("Yes") taps a button of the last message that was expected, of a content template.
// ana.ExpectCode() returns the code of Verify's that was texted to her.
//
// Expect moves the clock as far as the text needs. A text that the handset receives and the test
// does not expect fails the test.
//
// # Time
//
// The clock is virtual: a reply is not delivered until [Simulator.Advance], [Simulator.RunClock] or
// [Handset.Expect] moves the clock, so no test needs to sleep. The Await methods do not move the
// clock. They wait, for a short real time, for an app that acts after it has answered; if nothing
// comes, they show what came nearest.
//
// # Words
//
// Rules and conditions are words of the scenario language, to=+12025550142 then=unreachable or
// body=~code, as in scenarios and on the command line. There are no Go functions for them, because
// these would be a second language to learn. A wrong word fails the test at its line, with a
// suggestion.
//
// # What fails a test
//
//   - an alert of level error that the test did not expect with [Simulator.ExpectAlert]; a request
//     to an API that is not simulated raises one;
//   - a text that a handset received and the test did not expect;
//   - a request through HTTPClient or TwilioClient to another machine;
//   - with [Simulator.StrictRules], a rule that never applied.
//
// A failed test prints what happened, with the times of its clock.
//
// Run of package testscript runs scenarios from go test. It is not in this package because it
// depends on it.
package simulatortest
