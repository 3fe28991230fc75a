package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/journal"
)

func alertRoutes() []route {
	return []route{
		{
			method: "GET", path: "/alerts", name: "alerts", tag: "journal",
			summary: "The newest alerts that a query selects",
			query:   listParams(),
			result:  Alerts{},
			answer:  (*api).alerts,
		},
		{
			method: "GET", path: "/alerts/{ref}", name: "alert", tag: "journal",
			summary: "An alert",
			result:  &journal.Alert{}, errors: []int{404},
			answer: (*api).alert,
		},
		{
			method: "POST", path: "/acknowledge", name: "acknowledge", tag: "journal",
			summary:     "Mark alerts as read",
			description: "Marks all of them, or none if one does not exist.",
			body:        Acknowledge{},
			example:     `{"alerts":["A1","latest"]}`,
			result:      Acknowledged{}, errors: []int{404},
			answer: (*api).acknowledge,
		},
	}
}

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
	// both are set, or neither: an empty list must not mean all
	if in.All == (len(in.Alerts) > 0) {
		return nil, bad("write either alerts or all, not both", `{"all":true}`)
	}
	// all are resolved before the first is marked, so that an error marks none
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

// Alerts returns the newest alerts that the words select. A limit of 0 means all.
func (c *Client) Alerts(ctx context.Context, words []string, limit int) (*Alerts, error) {
	return call[Alerts](ctx, c, "GET", "/alerts"+listQuery(words, limit), nil)
}

// Alert returns an alert.
func (c *Client) Alert(ctx context.Context, ref string) (*journal.Alert, error) {
	return call[journal.Alert](ctx, c, "GET", "/alerts/"+url.PathEscape(ref), nil)
}

// Acknowledge marks alerts as read.
func (c *Client) Acknowledge(ctx context.Context, which Acknowledge) (*Acknowledged, error) {
	return call[Acknowledged](ctx, c, "POST", "/acknowledge", which)
}
