// Package simulator is a Twilio for messaging in one http.Handler: it calls an app as Twilio does,
// reads the TwiML of the answer, serves the REST API through which the app sends messages, delivers
// messages as scripts say, and reports every status to the app, signed.
//
// A [Server] is the whole simulator. Its exported fields are its options, and the zero value works:
// one account, a real clock, and no app. It does not listen itself:
//
//	s := &simulator.Server{ForwardTo: "http://localhost:3000"}
//	defer s.Close()
//	go http.ListenAndServe("127.0.0.1:2010", s)
//
// [Server.Account] is the main account: send it texts with Receive, move its clock with
// Clock.Advance, and read what happened in its Journal.
//
// # What is where
//
// Read the packages in the order in which a message passes through them. A request of the app comes
// in through rest, a text of a handset through messaging. messaging looks up numbers, services and
// opt-outs in directory, calls the app through webhook, parses the answer with twiml, and asks
// carrier what will happen to a message and when; clock runs it at that time. Every step writes to
// journal. fault describes what a rule makes go wrong with a webhook. apierr has Twilio's error
// codes and texts, quirk the switches for what is not known about Twilio, facts all numbered facts
// about Twilio. address, signature, segment, sid, errcode, pattern, recent, suggest and shell are
// small packages underneath. control is twilsim's own API, which cmd/twilsim uses; har is one of
// its export formats. intercept redirects the traffic for Twilio's hosts. doctor, config, child and
// project are parts of the command. simulatortest wraps a Server for Go tests.
//
// # What is not simulated
//
// Beside messages, the packages verify, content, lookup, events, links and numbers are products of
// Twilio. The others (Calls, Conversations, Studio …) are not simulated: a request for one gets
// HTTP 501 in the form of Twilio's errors, and raises an alert. In messaging, rate limits and
// channels other than WhatsApp are missing. Package rest lists every operation and parameter that
// is there.
package simulator
