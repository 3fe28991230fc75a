package messaging

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
)

// maxCallback is the greatest length of a callback's URL (F-191).
const maxCallback = 4000

// CheckStatusCallback returns the error 21609 about the URL of a status callback that Twilio
// refuses: one that is not absolute, too long, or has a host with an underscore (F-061, F-191).
// Twilio also refuses localhost and hosts of one label. They are what this program is for, and are
// accepted unless a switch says otherwise.
func (a *Account) CheckStatusCallback(target string) error {
	u, err := url.Parse(target)
	refused := err != nil || !isHTTP(target) || len(target) > maxCallback ||
		strings.Contains(u.Hostname(), "_") ||
		isLocalName(u.Hostname()) && a.quirk().Get(quirk.LocalCallbacks) == "refused"
	if !refused {
		return nil
	}
	return a.refuseAbout(apierr.BadCallback, apierr.About{Value: target, Valued: true})
}

// isLocalName reports whether a host is a name without a dot, such as localhost.
func isLocalName(host string) bool {
	return !strings.Contains(host, ".") && net.ParseIP(host) == nil
}

// adviseLocalCallback gives SIM-15, once per host.
func (a *Account) adviseLocalCallback(target, sid string) {
	if target == "" {
		return
	}
	u, err := url.Parse(target)
	if err != nil || !isLocalName(u.Hostname()) {
		return
	}
	refusal := a.refuseAbout(apierr.BadCallback, apierr.About{Value: target, Valued: true})
	a.advise(u.Hostname(), &journal.Alert{Code: codeLocalCallback, SID: sid,
		Text: fmt.Sprintf("Twilio answers %d %s", refusal.Status, refusal)})
}

// adviseWithoutPlus gives SIM-16, once per number. A number of the North American plan needs no
// plus (F-325).
func (a *Account) adviseWithoutPlus(to, sid string) {
	if strings.HasPrefix(address.Bare(strings.TrimSpace(to)), "+") {
		return
	}
	normalized, ok := address.Normalize(to)
	if !ok || strings.HasPrefix(address.Bare(normalized), "+1") {
		return
	}
	a.advise(normalized, &journal.Alert{Code: codeWithoutPlus, SID: sid,
		Text: fmt.Sprintf("To was %q, and was taken for %s", to, normalized)})
}
