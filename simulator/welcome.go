package simulator

import (
	"html/template"
	"net/http"
	"strings"

	"twilsim/simulator/rest"
)

// welcome is the page at / for a person who opens the simulator's address in a browser.
var welcome = template.Must(template.New("welcome").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>twilsim</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }</style>
<main>
<h1>twilsim {{.Version}}</h1>
<p>This is a simulator of Twilio's messaging. Twilio's API is served here, for the account {{.SID}}.</p>
<ul>
<li><code>twilsim sms +12025550142 {{.Number}} hello</code> texts your app</li>
<li><code>twilsim messages watch</code> shows what happens</li>
<li><a href="/sim/v1/openapi.json">/sim/v1/openapi.json</a> describes the simulator's own API</li>
</ul>
</main>
</html>
`))

// fromBrowser reports whether a request asks for one of the pages that a browser opens or fetches by
// itself. A request for one of Twilio's host names, or from an SDK, is for Twilio's API.
func fromBrowser(r *http.Request) bool {
	if rest.IsTwilio(r.Host) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	return r.URL.Path == "/favicon.ico" ||
		r.URL.Path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// serveBrowser answers a request of [fromBrowser]. Nothing is recorded, and no alert raised.
func (s *Server) serveBrowser(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		w.WriteHeader(http.StatusNoContent) // there is no icon
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	page := struct{ Version, SID, Number string }{s.Version, s.account.SID, ""}
	for _, number := range s.account.Numbers() {
		page.Number = number.PhoneNumber
		break
	}
	if err := welcome.Execute(w, page); err != nil && s.Log != nil {
		s.Log.Debug("the browser went away", "error", err)
	}
}
