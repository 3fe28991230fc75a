package app

import (
	"fmt"
	"net/http"
)

// status has the parameters of a status callback, F-171 and F-174.
type status struct {
	MessageSID    string `schema:"MessageSid"`
	MessageStatus string
	ErrorCode     string // empty where nothing failed
}

// status prints the status of a reply. Twilio ignores the body of the answer, F-181.
func (a *App) status(w http.ResponseWriter, r *http.Request) {
	s, err := decode[status](a, r.Form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.print(s.lines()...)
	answer{plainText, ""}.write(w)
}

func (s status) lines() []string {
	lines := []string{
		fmt.Sprintf("Message SID %s has a status of %s", s.MessageSID, s.MessageStatus),
	}
	if s.ErrorCode != "" {
		lines = append(lines, "Error code "+s.ErrorCode)
	}
	return lines
}
