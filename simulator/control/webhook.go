package control

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"twilsim/simulator/journal"
)

// maxReplays is how often one request may replay a webhook.
const maxReplays = 100

// Webhooks are the newest calls to the app that a query selects.
type Webhooks struct {
	Webhooks []*journal.Exchange `json:"webhooks"` // newest first
	Matched  int                 `json:"matched"`  // how many the query selects, those beyond the limit included
}

// Requests are the newest calls from the app to Twilio's API that a query selects.
type Requests struct {
	Requests []*journal.Exchange `json:"requests"` // newest first
	Matched  int                 `json:"matched"`
}

func (s *api) webhooks(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Webhooks)
	return &Webhooks{exchangesOf(found), matched}, err
}

func (s *api) requests(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Requests)
	return &Requests{exchangesOf(found), matched}, err
}

func exchangesOf(things []journal.Thing) []*journal.Exchange {
	exchanges := make([]*journal.Exchange, len(things))
	for i, t := range things {
		exchanges[i] = t.(*journal.Exchange)
	}
	return exchanges
}

func (s *api) webhook(r *http.Request) (any, error) {
	return resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("ref"))
}

func (s *api) request(r *http.Request) (any, error) {
	return resolve[*journal.Exchange](s, journal.Requests, r.PathValue("ref"))
}

// Replay says how a webhook is made again.
type Replay struct {
	Params map[string]string `json:"params,omitempty"` // set over the webhook's own
	URL    string            `json:"url,omitempty"`    // where it goes; "" is where it went
	Times  int               `json:"times,omitempty"`  // 0 is once
}

// Replayed are the webhooks that a [Replay] made, the last attempt of each.
type Replayed struct {
	Webhooks []*journal.Exchange `json:"webhooks"`
}

func (s *api) replay(r *http.Request) (any, error) {
	var in Replay
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Times < 0 || in.Times > maxReplays {
		return nil, bad("times is out of bounds", "a number from 1 to 100")
	}
	x, err := s.called(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	made := &Replayed{Webhooks: []*journal.Exchange{}}
	for range max(in.Times, 1) {
		again, err := s.account.Replay(context.WithoutCancel(r.Context()), x, params(in.Params), in.URL)
		if err != nil {
			return nil, err
		}
		made.Webhooks = append(made.Webhooks, again)
	}
	return made, nil
}

// called finds a webhook that went to an app: a TwiML Bin answers without any request, so there is none to repeat.
func (s *api) called(ref string) (*journal.Exchange, error) {
	x, err := resolve[*journal.Exchange](s, journal.Webhooks, ref)
	if err != nil {
		return nil, err
	}
	if bin, ok := s.account.Bin(x.URL); ok {
		return nil, conflict("bin "+bin.Name+" answered "+x.Name+" inside the simulator: no request was made", "text the number again")
	}
	return x, nil
}

// Diff is in what the parameters of two webhooks differ.
type Diff struct {
	Equal   int      `json:"equal"`   // how many parameters are the same
	Changes []Change `json:"changes"` // by name
}

// Change is a parameter that differs; nil where a webhook does not have it.
type Change struct {
	Param string  `json:"param"`
	From  *string `json:"from"`
	To    *string `json:"to"`
}

func (s *api) diff(r *http.Request) (any, error) {
	one, err := resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	other, err := resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("other"))
	if err != nil {
		return nil, err
	}
	return compare(one.Params(), other.Params()), nil
}

func compare(from, to url.Values) *Diff {
	diff := &Diff{Changes: []Change{}}
	all := maps.Clone(from)
	maps.Copy(all, to)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if a, b := from[name], to[name]; slices.Equal(a, b) {
			diff.Equal++
		} else {
			diff.Changes = append(diff.Changes, Change{Param: name, From: valueOf(a), To: valueOf(b)})
		}
	}
	return diff
}

func valueOf(values []string) *string {
	if values == nil {
		return nil
	}
	value := strings.Join(values, ",")
	return &value
}
