package control

import (
	"net/http"

	"twilsim/simulator/journal"
)

// Alerts are the newest alerts that a query selects.
type Alerts struct {
	Alerts  []*journal.Alert `json:"alerts"`  // newest first
	Matched int              `json:"matched"` // how many the query selects, those beyond the limit included
}

func (s *api) alerts(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Alerts)
	alerts := &Alerts{Alerts: []*journal.Alert{}, Matched: matched}
	for _, t := range found {
		alerts.Alerts = append(alerts.Alerts, t.(*journal.Alert))
	}
	return alerts, err
}

func (s *api) alert(r *http.Request) (any, error) {
	return resolve[*journal.Alert](s, journal.Alerts, r.PathValue("ref"))
}
