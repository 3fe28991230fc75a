package messaging

import (
	"net/url"

	"twilsim/simulator/journal"
)

// RaiseRefused gives SIM-2, once per host, about a request of the app to a host outside this
// machine that the proxy refused. try says how to allow it. The result is nil if the hint was given
// before.
func (a *Account) RaiseRefused(method, to, try string) *journal.Alert {
	cause := to
	if u, err := url.Parse(to); err == nil {
		cause = u.Hostname()
	}
	return a.advise(cause, &journal.Alert{
		Code: codeRefused, Text: "the app asked for " + method + " " +
			cutAt(to, maxAddress) +
			", which the proxy refused", Try: try,
	})
}

// RaiseDistrust gives SIM-10, once per host, about a connection to one of Twilio's hosts that the
// app closed during the TLS handshake. The result is nil if the hint was given before.
func (a *Account) RaiseDistrust(host string) *journal.Alert {
	return a.advise(host, &journal.Alert{Code: codeDistrust, Text: "a connection to " + host +
		" ended in TLS, without a request"})
}
