package events

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/apierr"
)

// Subscription says which events go to a sink.
type Subscription struct {
	SID         string         `json:"sid"`
	SinkSID     string         `json:"sink_sid"`
	Description string         `json:"description"`
	Types       map[string]int `json:"types"` // the version of the schema of each type
	Number      int            `json:"number"`
	Created     time.Time      `json:"created"`
	Updated     time.Time      `json:"updated"`
}

// Names returns the names of the types in their order.
func (s Subscription) Names() []string { return slices.Sorted(maps.Keys(s.Types)) }

// typeRequest is a type as Types has it (F-717).
type typeRequest struct {
	Type    string `json:"type"`
	Version int    `json:"schema_version"`
}

// CreateSubscription adds a subscription. types are the values of the parameter Types. unmodelled
// is a type that is not simulated, "" for none.
func (s *State) CreateSubscription(description, sink string, types []string) (sub Subscription,
	unmodelled string, err error) {
	switch {
	case description == "":
		return sub, "", invalid("Missing required parameter Description")
	case len(types) == 0:
		return sub, "", invalid("Missing required parameter Types")
	}
	wanted := map[string]int{}
	for _, text := range types {
		var t typeRequest
		if strings.HasPrefix(strings.TrimSpace(text), "[") || json.Unmarshal([]byte(text), &t) != nil ||
			t.Type == "" {
			return sub, "", invalid("Missing required input parameter event_types[0].type")
		}
		if unmodelled, err := want(wanted, t.Type, t.Version); unmodelled != "" || err != nil {
			return sub, unmodelled, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.sinks[sink] == nil:
		return sub, "", apierr.New(noSink)
	case s.usedLocked(sink):
		return sub, "", invalid("Sink with SID " + sink + " is in use") // F-721
	}
	s.last++
	now := s.account.Clock.Now()
	sub = Subscription{SID: s.account.NextSID("DF"), SinkSID: sink, Description: description,
		Types: wanted, Number: s.last, Created: now, Updated: now}
	s.subscriptions[sub.SID] = &sub
	s.touch(storedSubscription, sub.SID)
	return sub.clone(), "", nil
}

// want adds a type with a version of its schema, 0 for the newest (F-718).
func want(types map[string]int, name string, version int) (unmodelled string, err error) {
	t, other, err := checkType(name)
	switch {
	case err != nil:
		return "", err
	case other:
		return "the event type " + name, nil
	case version == 0:
		version = t.Version
	case version == messageBefore && t.Schema == messageSchema: // F-732: with the same data [inferred]
	case version != t.Version:
		return "version " + t.SchemaURL(version), nil
	}
	types[name] = version
	return "", nil
}

func (s Subscription) clone() Subscription {
	s.Types = maps.Clone(s.Types)
	return s
}

// Subscriptions returns the subscriptions, newest first.
func (s *State) Subscriptions() []Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := newest(s.subscriptions, func(sub *Subscription) int { return sub.Number })
	for i := range list {
		list[i] = list[i].clone()
	}
	return list
}

// Subscription returns a subscription.
func (s *State) Subscription(sid string) (Subscription, error) {
	return s.changeSubscription(sid, func(*Subscription) error { return nil })
}

// DescribeSubscription changes a subscription's description.
func (s *State) DescribeSubscription(sid, description string) (Subscription, error) {
	return s.changeSubscription(sid, func(sub *Subscription) error {
		if description == "" {
			return invalid("Missing required parameter Description")
		}
		sub.Description, sub.Updated = description, s.account.Clock.Now()
		return nil
	})
}

// Subscribe adds a type to a subscription, or changes the version of its schema (F-720).
func (s *State) Subscribe(sid, name string, version int) (sub Subscription, unmodelled string,
	err error) {
	sub, err = s.changeSubscription(sid, func(sub *Subscription) (err error) {
		unmodelled, err = want(sub.Types, name, version)
		return err
	})
	return sub, unmodelled, err
}

// Unsubscribe removes a type from a subscription.
func (s *State) Unsubscribe(sid, name string) error {
	_, err := s.changeSubscription(sid, func(sub *Subscription) error {
		if _, ok := sub.Types[name]; !ok {
			return apierr.NotFound()
		}
		delete(sub.Types, name)
		return nil
	})
	return err
}

// DeleteSubscription removes a subscription. Its sink stays active (F-721).
func (s *State) DeleteSubscription(sid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subscriptions[sid] == nil {
		return apierr.NotFound()
	}
	delete(s.subscriptions, sid)
	s.touch(storedSubscription, sid)
	return nil
}

// The change gets a copy, and its error leaves the subscription as it was.
func (s *State) changeSubscription(sid string, change func(*Subscription) error) (Subscription,
	error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subscriptions[sid]
	if sub == nil {
		return Subscription{}, apierr.NotFound()
	}
	changed := sub.clone()
	if err := change(&changed); err != nil {
		return Subscription{}, err
	}
	*sub = changed
	s.touch(storedSubscription, sid)
	return changed.clone(), nil
}
