package carrier

import (
	"net/url"

	"twilsim/simulator/fault"
	"twilsim/simulator/signature"
)

// matchesWebhook reports whether the rule is about w, and all its faults can happen to it.
func (r *Rule) matchesWebhook(w fault.Webhook) bool {
	if r.Webhook == "" || r.Webhook != anyWebhook && r.Webhook != w.Purpose {
		return false
	}
	if !fits(r.To, w.To) || !fits(r.From, w.From) || !fits(r.Status, w.Status) || r.Status != nil &&
		w.Status == "" {
		return false
	}
	if r.URL != nil || r.Path != nil {
		// parsed only if a rule has such a condition, because most have none
		signed := signature.SignedURL(w.URL)
		if !fits(r.URL, signed) || !fits(r.Path, pathOf(signed)) {
			return false
		}
	}
	return r.Faults.Fit(w)
}

// pathOf returns the path of a URL, "" if it has none.
func pathOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Path
}
