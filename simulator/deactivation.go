package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"twilsim/simulator/messaging"
)

// serveDeactivations answers a request for the file with the numbers that a day has taken out of
// use, one a line, and reports whether it was one. Nobody must log in for it: what Twilio links to
// is a file of a storage.
func (s *Server) serveDeactivations(w http.ResponseWriter, r *http.Request) bool {
	rest, found := strings.CutPrefix(r.URL.Path, messaging.DeactivationPath)
	sid, date, _ := strings.Cut(rest, "/")
	if !found {
		return false
	}
	day, err := time.Parse(time.DateOnly, date)
	a, ok := s.accounts.Account(sid)
	if err != nil || !ok || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return true
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, number := range a.Deactivations(day) {
		fmt.Fprintln(w, number)
	}
	return true
}
