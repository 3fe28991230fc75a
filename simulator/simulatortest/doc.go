// Package simulatortest gives a Go test a Twilio of its own.
//
//	func TestReply(t *testing.T) {
//		s := simulatortest.New(t)
//		s.Serve(&app.App{AuthToken: s.AuthToken, PublicURL: simulatortest.PublicURL})
//		s.Rule("to=+12025550142", "then=unreachable")
//		s.Text("+12025550142", s.PhoneNumber, "hi")
//		s.Advance(5 * time.Second)
//		s.AwaitWebhook("MessageStatus=undelivered", "ErrorCode=30003")
//	}
//
// [New] starts a simulator that stops with the test; parallel tests have nothing in common. What it is like can be set in the
// fields of its [simulator.Server], the seed or the credentials, before anything else is done with it. [Simulator.Serve]
// serves the app under test; [Simulator.ServeURL] takes one that runs already.
//
// # Sending
//
// An app that sends takes Twilio's own client, unmodified: [Simulator.TwilioClient] is the light one of
// github.com/twilio/twilio-go/client, for NewApiServiceWithClient of an API's package and for twilio.ClientParams{Client: …}.
// [Simulator.HTTPClient] does for any other client of Twilio's API. Nothing gets out of the machine through either.
//
// # Handsets
//
// A [Handset] is a phone that the test holds in its hand:
//
//	ana := s.Handset("+12025550142")
//	ana.Text("hello")
//	ana.Expect(`body=~code \d{6}`)
//	ana.Reply("STOP")
//
// Expect lets as much time pass as the text needs. The test fails on a text that the handset got and nobody expected.
//
// # Time
//
// The clock is virtual: a reply is on its way until [Simulator.Advance], [Simulator.RunClock] or [Handset.Expect] moves the
// time. Nothing needs to sleep. The Await methods move no time; they wait, for a moment of real time, for an app that acts after
// it has answered, and show what came nearest where they wait in vain.
//
// # Words
//
// Rules and conditions are words of the scenario language, to=+12025550142 then=unreachable or body=~code: what works in a
// scenario, on the command line and in the console works here. There are no functions beside them, which would be a second
// language to learn. A word that is wrong fails the test at its line and names what was meant.
//
// # What fails a test
//
//   - an alert of level error that it did not ask for with [Simulator.ExpectAlert], as in a scenario; a request to an API that is
//     not simulated raises one;
//   - a text that a handset got and nobody expected;
//   - a request through HTTPClient to another machine;
//   - with [Simulator.StrictRules], a rule that never applied.
//
// A test that has failed prints what happened, with the times of its clock.
//
// Scenarios run from go test with Run of twilsim/testscript, which is built on all this and so cannot be part of it.
package simulatortest
