// Package doctor finds out what is wrong with a setup: the simulator that is running, the app under
// test, what leads the traffic of an SDK to the simulator, and credentials that must not be used by
// mistake. It is the work behind "twilsim doctor".
//
// [Run] checks a setup, [Command] runs a program and says how its requests reach the simulator.
// Both return values, which the command prints. Nothing is changed, and nothing is sent to another
// machine.
//
// doctor.go has the order of the checks and those of the simulator; app.go and signature.go call
// the app; interception.go and sdk.go look at proxies, certificates and SDKs; command.go has
// [Command]. A finding of level fail means that something does not work, warn that it may surprise;
// what cannot be checked is said, and not left out silently. The checks call the app with texts
// from a simulator of their own, so the app under test must expect a text from +12025550199; the
// running simulator records nothing.
package doctor
