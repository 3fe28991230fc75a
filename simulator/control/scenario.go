package control

import (
	"net/http"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// scenario writes a scenario of the conversation that a message belongs to.
func (s *api) scenario(w http.ResponseWriter, r *http.Request) error {
	m, err := resolve[*messaging.Message](s, journal.Messages, r.PathValue("ref"))
	if err != nil {
		return err
	}
	answers, err := truth(r, "answers")
	if err != nil {
		return err
	}
	if s.info.Scenario == nil {
		return conflict("this simulator writes no scenarios", "twilsim new my-scenario --from "+m.ID())
	}
	text, err := s.info.Scenario(r.Context(), s.account.SID, m.ID(), answers)
	if err != nil {
		return conflict("no scenario of "+m.ID()+": "+err.Error(), "serve --keep 0 keeps everything")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text) // nothing to do when the client has gone
	return nil
}
