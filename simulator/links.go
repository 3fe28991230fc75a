package simulator

import (
	"net"
	"net/http"

	"twilsim/simulator/links"
	"twilsim/simulator/quirk"
)

// serveLink answers a request for a short link, and reports whether it was one: its Host is that of
// an account's links.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	serves := func(quirks *quirk.Set) bool { return links.Serves(quirks, host) }
	for _, a := range s.accounts.WithQuirks(serves) {
		to, err := links.Of(a).Click(r.URL.Path, r.UserAgent())
		if err != nil {
			continue
		}
		if err := s.accounts.Sync(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return true
		}
		if to == "" {
			http.NotFound(w, r) // it is too old, and has no fallback
			return true
		}
		http.Redirect(w, r, to, http.StatusFound)
		return true
	}
	return false
}
