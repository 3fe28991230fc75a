// Package simulator is a Twilio for messaging in one http.Handler: it calls an app as Twilio does, reads the TwiML that
// the app answers, takes what the app sends through the REST API, delivers messages as a script says, and reports every
// status back, signed.
//
// A [Server] is the whole fake. Its exported fields are its options, and the zero value works: one account, a real
// clock, nothing forwarded. Listening is another's job:
//
//	s := &simulator.Server{ForwardTo: "http://localhost:3000"}
//	defer s.Close()
//	go http.ListenAndServe("127.0.0.1:2010", s)
//
// [Server.Account] is the account that it simulates: text it with Receive, move its clock with Clock.Advance, read what
// happened from its Journal.
//
// # What is where
//
// Read it as a message travels: an app's request enters rest, or a handset's text messaging, which asks webhook to call
// the app, gives the answer to twiml, and asks carrier what will happen and when; clock makes it happen. Every step
// writes to journal. signature, segment, sid, errcode, pattern, suggest and shell are small pure packages underneath. control is
// our own API, which the command in cmd/twilsim uses; har is one of the forms in which it hands out what happened. intercept
// brings the traffic to Twilio's hosts here. simulatortest is all this for Go tests.
//
// # What is not simulated
//
// Twilio's other products (Calls, Verify, Conversations …) are not simulated: a request for one is answered with HTTP 501
// in Twilio's error shape and raises an alert. Of messaging, prices, limits of rate, content templates, link shortening and
// channels other than WhatsApp are missing. Package rest lists every operation and parameter that is there.
package simulator
