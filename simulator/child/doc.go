// Package child runs a program whose requests to Twilio reach a simulator, without a change to the
// program: this is the work behind "twilsim exec".
//
// [Start] puts an intercepting proxy in front of a simulator, which is either one of the session's
// own or one that is already running. [Session.Run] then runs the program with the variables of
// [Environment.Settings], and [Session.Report] says what it asked of Twilio.
//
// A request takes one of two ways. Most SDKs call api.twilio.com through the proxy that a variable
// names; the proxy answers in Twilio's place with a certificate that the program is made to trust.
// A program that knows TWILSIM_URL calls the simulator directly; Direct counts those.
//
// The package does not print and does not choose exit codes of its own; package intercept has the
// proxy, the certificate authority and the variables that each SDK reads.
package child
