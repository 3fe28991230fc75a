package simulator

import (
	"net/http"
	"strings"

	"twilsim/simulator/console"
)

// fromBrowser reports whether a request asks for one of the pages that a browser opens or fetches
// by itself. SDKs do not ask for HTML, so they get what Twilio answers.
func fromBrowser(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	return r.URL.Path == "/favicon.ico" ||
		r.URL.Path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// toConsole answers a request of [fromBrowser]. Nothing is recorded, and no alert raised.
func toConsole(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.Redirect(w, r, console.Prefix+"/assets/icon.svg", http.StatusFound)
		return
	}
	http.Redirect(w, r, console.Prefix, http.StatusFound)
}
