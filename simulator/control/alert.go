package control

import (
	"net/http"

	"twilsim/simulator/journal"
)

// Alerts are the newest alerts that a query selects.
type Alerts struct {
	Alerts []*journal.Alert `json:"alerts"` // newest first
	Count
}

func (s *api) alerts(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Alerts, defaultLimit)
	alerts := &Alerts{Alerts: []*journal.Alert{}, Count: of}
	for _, t := range found {
		alerts.Alerts = append(alerts.Alerts, t.(*journal.Alert))
	}
	return alerts, err
}

func (s *api) alert(r *http.Request) (any, error) {
	return resolve[*journal.Alert](s, journal.Alerts, r.PathValue("ref"))
}

// Acknowledge asks for alerts to be marked as read: some, or all.
type Acknowledge struct {
	Alerts []string `json:"alerts,omitempty"` // IDs, prefixes that only one has, latest, latest~1
	All    bool     `json:"all,omitempty"`
}

// Acknowledged says what an [Acknowledge] did.
type Acknowledged struct {
	Acknowledged []string `json:"acknowledged"` // the IDs of those that were not marked before
	Left         int      `json:"left"`         // how many are not marked now
}

// acknowledge marks all alerts that the body names, or none if one does not exist.
func (s *api) acknowledge(r *http.Request) (any, error) {
	var in Acknowledge
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.All == (len(in.Alerts) > 0) {
		return nil, bad("write either alerts or all, not both", `{"all":true}`)
	}
	var chosen []*journal.Alert
	for _, ref := range in.Alerts {
		a, err := resolve[*journal.Alert](s, journal.Alerts, ref)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, a)
	}
	if in.All {
		for _, t := range s.account.Journal.Things(journal.Alerts) {
			chosen = append(chosen, t.(*journal.Alert))
		}
	}
	answer := &Acknowledged{Acknowledged: list(s.account.Acknowledge(chosen...))}
	for _, t := range s.account.Journal.Things(journal.Alerts) {
		if !t.(*journal.Alert).Acknowledged.Load() {
			answer.Left++
		}
	}
	return answer, nil
}
