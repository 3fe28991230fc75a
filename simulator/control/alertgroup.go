package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/journal"
)

func alertgroupRoutes() []route {
	return []route{
		{
			method: "GET", path: "/alert-groups", name: "alertGroups", tag: "journal",
			summary: "The kinds of alerts that a query selects, with their numbers",
			query:   []param{qParam},
			result:  AlertGroups{},
			answer:  (*api).alertGroups,
		},
	}
}

// AlertGroups are the kinds of alerts among those that a query selects, the one with the newest
// alert first.
type AlertGroups struct {
	Groups []*AlertGroup `json:"groups"`
}

// AlertGroup is all alerts with the same code and title.
type AlertGroup struct {
	Code  string        `json:"code"`
	Level journal.Level `json:"level"`
	Title string        `json:"title"`
	Count int           `json:"count"`
	Open  int           `json:"open"` // how many of them are not acknowledged
	// the newest and the oldest
	Last  *journal.Alert `json:"last"`
	First *journal.Alert `json:"first"`
}

func (s *api) alertGroups(r *http.Request) (any, error) {
	found, _, err := s.list(r, journal.Alerts, 0)
	if err != nil {
		return nil, err
	}
	answer := &AlertGroups{Groups: []*AlertGroup{}}
	byKind := map[[2]string]*AlertGroup{}
	for _, t := range found { // newest first
		a := t.(*journal.Alert)
		kind := [2]string{a.Code, a.Title}
		group := byKind[kind]
		if group == nil {
			group = &AlertGroup{Code: a.Code, Level: a.Level, Title: a.Title, Last: a}
			byKind[kind] = group
			answer.Groups = append(answer.Groups, group)
		}
		group.Count++
		// the list goes backwards: the last one that is assigned is the oldest
		group.First = a
		if !a.Acknowledged.Load() {
			group.Open++
		}
	}
	return answer, nil
}

// AlertGroups returns the kinds of alerts that the words select.
func (c *Client) AlertGroups(ctx context.Context, words []string) (*AlertGroups, error) {
	return call[AlertGroups](ctx, c, "GET", "/alert-groups?"+url.Values{"q": words}.Encode(), nil)
}
