// Package intercept is a proxy that redirects the traffic of unmodified SDKs to the simulator. No
// official SDK has a setting for its base URL that works everywhere, but all of them can use a
// proxy (F-468 to F-482).
//
// A [Proxy] is an http.Handler for the simulator's own port. It terminates a CONNECT for one of
// Twilio's hosts with TLS and a certificate for exactly that host (F-484), and passes the requests
// in it to the Proxy's Handler under that host's name. Connections to other hosts are passed on, or
// refused if the Proxy is offline. [Proxy.Report] says what happened; Proxy.Trouble is called for
// each problem at once.
//
// A [CA] signs the certificates. It is made on its first use, is kept in the user's data directory,
// and can sign only names below twilio.com. [CA.Trust] writes the files that clients need to trust
// it; the system's trust store is never changed. An [Environment] has the variables that make the
// SDKs use a Proxy and these files, each with the reason for it.
//
// # What it does not do
//
// It sees only clients that use the proxy: a client that ignores the environment calls Twilio
// itself. It does not decrypt connections to other hosts. It does not use another proxy, so on a
// machine that needs one, clients reach only the simulator and the machine itself.
//
// Read ca.go, trust.go and jks.go for the certificates, then proxy.go, tls.go and tunnel.go in the
// order of a request, then report.go and environment.go.
package intercept
