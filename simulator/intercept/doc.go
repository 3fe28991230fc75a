// Package intercept is the proxy that brings the traffic of unmodified SDKs to the simulator: no official SDK has a setting
// for its base URL that works everywhere, but all of them can be sent through a proxy (F-468 to F-482).
//
// A [Proxy] is an http.Handler for the simulator's own port. A CONNECT for a host of Twilio's is ended here, with TLS and a
// certificate made for exactly that host (F-484), and what comes through it goes to the Proxy's Handler under that host's
// name. Other hosts are let out, or refused when the Proxy is offline. [Proxy.Report] says what happened, and Proxy.Trouble
// hears of it at once.
//
// A [CA] signs the certificates. It is made on its first use, lives in the user's own data directory, and may sign names
// below twilio.com alone. [CA.Trust] writes the files that clients want in order to believe it: nothing is ever put into the
// system's trust store. An [Environment] has the variables that bring the SDKs to a Proxy and to these files, each with the
// reason for it.
//
// # What it does not do
//
// It sees clients that use the proxy, and no others: one that ignores the environment goes where it always went. It does not
// look into connections to other hosts. It does not speak through another proxy, so a machine that reaches the world by one
// only reaches the simulator and itself.
//
// Read ca.go, trust.go and jks.go for the certificates, then proxy.go, tls.go and tunnel.go along the way of a request, then
// report.go and environment.go.
package intercept
