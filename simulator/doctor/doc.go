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
// [Command].
package doctor
