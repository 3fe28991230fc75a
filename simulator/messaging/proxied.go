package messaging

import (
	"net/url"

	"twilsim/simulator/journal"
)

// RaiseRefused gives SIM-2 about a request of the app's to a host outside this machine, which the proxy refused: once for each
// host. Try is what the owner can do where that is wanted. It returns nil where the hint was given before.
func (a *Account) RaiseRefused(method, to, try string) *journal.Alert {
	cause := to
	if u, err := url.Parse(to); err == nil {
		cause = u.Hostname()
	}
	return a.advise(cause, &journal.Alert{
		Code: codeRefused, Text: "the app asked for " + method + " " + to + ", which the proxy did not let out", Try: try,
	})
}

// RaiseDistrust gives SIM-10 about a connection to one of Twilio's hosts that the app broke off in TLS: once for each host. It
// returns nil where the hint was given before.
func (a *Account) RaiseDistrust(host string) *journal.Alert {
	return a.advise(host, &journal.Alert{Code: codeDistrust, Text: "a connection to " + host + " ended in TLS, without a request"})
}
