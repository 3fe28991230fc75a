package messaging

import "twilsim/simulator/journal"

// Our own codes about an app whose traffic comes through our proxy.
const (
	codeRefused  = "SIM-2"  // it called a host that it cannot reach from here
	codeDistrust = "SIM-10" // it hung up on us in TLS
)

// RaiseRefused writes the alert of a request of the app's to a host outside this machine, which the proxy refused. Try is what
// the owner can do where that is wanted.
func (a *Account) RaiseRefused(method, url, try string) *journal.Alert {
	return a.write(&journal.Alert{
		Code: codeRefused, Level: journal.LevelError, Title: "Refused: outside this machine",
		Text: "the app asked for " + method + " " + url + ", which the proxy did not let out", Try: try,
	})
}

// RaiseDistrust writes the alert of a connection to one of Twilio's hosts that the app broke off in TLS.
func (a *Account) RaiseDistrust(host string) *journal.Alert {
	return a.write(&journal.Alert{
		Code: codeDistrust, Level: journal.LevelWarning, Title: "No trust in the local CA",
		Text: "a connection to " + host + " ended in TLS, without a request: most often because the client does not believe the CA",
		Try:  "twilsim doctor --exec -- CMD   says which variables the client reads",
	})
}
