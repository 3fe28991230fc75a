package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func awaitRoutes() []route {
	return []route{
		{
			method: "GET", path: "/await", name: "await", tag: "journal",
			summary: "Wait until something exists",
			query:   []param{kindParam, qParam, timeoutParam},
			result:  Found{}, errors: []int{408},
			answer: (*api).await,
		},
	}
}

// The durations of an await, in real time.
const (
	defaultAwait = 10 * time.Second
	maxAwait     = 10 * time.Minute
)

// Found is the newest thing that fits an await.
type Found struct {
	Kind journal.Kind `json:"kind"`
	// a Message, an Exchange, an Alert or a resource, depending on Kind
	Thing json.RawMessage `json:"thing"`
}

// found is [Found] before its thing is encoded as JSON.
type found struct {
	Kind  journal.Kind `json:"kind"`
	Thing any          `json:"thing"`
}

// await waits in real time whatever the account's clock does: on a virtual clock nothing happens
// until somebody else advances it, and the timeout is what ends the wait.
func (s *api) await(r *http.Request) (any, error) {
	params := r.URL.Query()
	kind, err := parseKind(params.Get("kind"))
	if err != nil {
		return nil, err
	}
	q, err := messaging.ParseQuery(kind, params["q"])
	if err != nil {
		return nil, err
	}
	timeout, err := parseTimeout(params.Get("timeout"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	thing, err := s.account.Journal.Await(ctx, q)
	var miss *journal.MissError
	switch {
	case err != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		// a miss would say that nothing has happened in all the time
		return nil, conflict("the wait was ended before its time: the server stops, or has no more "+
			"connections", "")
	case errors.As(err, &miss):
		return nil, missed(miss, timeout)
	case err != nil:
		return nil, err
	}
	if m, ok := thing.(*messaging.Message); ok {
		return found{kind, s.showOne(m)}, nil
	}
	return found{kind, thing}, nil
}

func parseKind(s string) (journal.Kind, error) {
	var words []string
	for _, kind := range journal.Kinds() {
		if s == string(kind) {
			return kind, nil
		}
		words = append(words, string(kind))
	}
	if s == "" {
		last := len(words) - 1
		return "", bad("the query parameter kind is missing",
			strings.Join(words[:last], ", ")+" or "+words[last])
	}
	return "", unknownWord("kind", s, words)
}

func parseTimeout(s string) (time.Duration, error) {
	if s == "" {
		return defaultAwait, nil
	}
	d, err := clock.ParseDuration(s)
	if err != nil || d > maxAwait {
		return 0, bad("bad timeout "+quote(s), "a time from 0s to "+maxAwait.String()+", as 10s")
	}
	return d, nil
}

// missed returns the error for an await that has timed out. Its text tells a wrong condition, where
// other things of the kind exist, from a kind of which there is none at all.
func missed(miss *journal.MissError, timeout time.Duration) *Error {
	what := string(miss.Query.Kind)
	e := &Error{Status: http.StatusRequestTimeout, Message: "no " + miss.Query.String() +
		" within " + timeout.String()}
	if miss.Of == 0 {
		e.Message += "; there was no " + what + " at all"
	}
	for _, near := range miss.Nearest {
		n := Near{ID: near.Thing.ID(), Summary: near.Thing.Summary(), Differences: []Difference{}}
		for _, d := range near.Wrong {
			n.Differences = append(n.Differences, Difference{Field: d.Field, Expected: d.Want,
				Got: d.Got})
		}
		e.Nearest = append(e.Nearest, n)
	}
	return e
}

// Await waits until a thing of the kind fits the words, and returns the newest one. After the
// timeout, in real time, it returns an [*Error] with status 408 and the things that came nearest. A
// timeout above 10 minutes is an error with status 400. One with status 409 says that the server
// has ended the wait before its time, so nothing is known about the rest of it. A client with
// Direct set cannot wait, because the server answers with another type.
func (c *Client) Await(ctx context.Context, kind journal.Kind, words []string,
	timeout time.Duration) (*Found, error) {
	q := url.Values{"kind": {string(kind)}, "timeout": {timeout.String()}, "q": words}
	return call[Found](ctx, c, "GET", "/await?"+q.Encode(), nil)
}

// Message returns the thing as a message. The kind must be [journal.Messages].
func (f *Found) Message() (*Message, error) { return thingOf[Message](f, journal.Messages) }

// Exchange returns the thing as a webhook or a request. The kind must be [journal.Webhooks] or
// [journal.Requests].
func (f *Found) Exchange() (*journal.Exchange, error) {
	return thingOf[journal.Exchange](f, journal.Webhooks, journal.Requests)
}

// Alert returns the thing as an alert. The kind must be [journal.Alerts].
func (f *Found) Alert() (*journal.Alert, error) { return thingOf[journal.Alert](f, journal.Alerts) }

func thingOf[T any](f *Found, kinds ...journal.Kind) (*T, error) {
	if slices.Contains(kinds, f.Kind) {
		v := new(T)
		return v, json.Unmarshal(f.Thing, v)
	}
	return nil, fmt.Errorf("found a %s, not a %s", f.Kind, kinds[0])
}
