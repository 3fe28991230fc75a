package control

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"twilsim/simulator/events"
	"twilsim/simulator/journal"
)

func sinkRoutes() []route {
	return []route{
		{
			method: "GET", path: "/sinks", name: "sinks", tag: "account",
			summary: "The sinks of Event Streams, and the types of events that there are",
			result:  Sinks{},
			answer:  (*api).sinks,
		},
		{
			method: "POST", path: "/sinks", name: "addSink", tag: "account",
			summary: "Make a sink of Event Streams, and subscribe it to events",
			body:    NewSink{},
			example: `{"destination":"http://localhost:3000/events",` +
				`"types":["com.twilio.messaging.message.delivered"]}`,
			status: http.StatusCreated, result: Sink{},
			answer: (*api).addSink,
		},
		{
			method: "PUT", path: "/sinks/{sid}", name: "setSink", tag: "account",
			summary: "Change the types of the events that a sink gets",
			body:    SinkTypes{},
			example: `{"types":["com.twilio.messaging.message.delivered"]}`,
			result:  Sink{}, errors: []int{404},
			answer: (*api).setSink,
		},
		{
			method: "DELETE", path: "/sinks/{sid}", name: "removeSink", tag: "account",
			summary: "Remove a sink and its subscription; answers with the sinks that are left",
			result:  Sinks{}, errors: []int{404},
			answer: (*api).removeSink,
		},
		{
			method: "POST", path: "/sinks/{sid}/test", name: "testSink", tag: "account",
			summary: "Send Twilio's test event to a sink",
			body:    nothing{}, optional: true,
			result: Sink{}, errors: []int{404},
			answer: (*api).testSink,
		},
		{
			method: "GET", path: "/sink-events", name: "sinkEvents", tag: "account",
			summary: "The newest events for sinks that a query selects",
			query:   listParams(),
			result:  SinkEvents{},
			answer:  (*api).sinkEvents,
		},
	}
}

// Sink is where Event Streams sends events, with what is subscribed to.
type Sink struct {
	SID          string    `json:"sid"`
	Description  string    `json:"description"`
	Destination  string    `json:"destination"`            // a URL
	Subscription string    `json:"subscription,omitempty"` // its SID; missing without one
	Types        []string  `json:"types"`                  // of the events that it gets
	DateCreated  time.Time `json:"date_created"`
}

// Gets reports whether the sink gets events of a type. The console's templates call it.
func (k Sink) Gets(name string) bool { return slices.Contains(k.Types, name) }

// Sinks are the account's sinks of Event Streams, newest first.
type Sinks struct {
	Sinks []Sink      `json:"sinks"`
	Types []EventType `json:"types"` // of the events that there are
}

// EventType is a type of events.
type EventType struct {
	Type        string `json:"type"`
	Description string `json:"description"`
}

// SinkEvent is an event that Event Streams delivers to a sink.
type SinkEvent struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	SinkSID    string `json:"sink_sid"`
	MessageSID string `json:"message_sid"` // "" for none
	Status     string `json:"status"`      // delivered, retrying, rejected, dropped, or waiting
	Attempts   string `json:"attempts"`
}

// SinkEvents are the newest events of Event Streams that a query selects.
type SinkEvents struct {
	Events []SinkEvent `json:"events"` // newest first
	Count
}

// NewSink is a sink to be made, with a subscription.
type NewSink struct {
	Description string   `json:"description,omitempty"` // missing for the destination
	Destination string   `json:"destination"`           // a URL, which is called with POST
	Types       []string `json:"types,omitempty"`       // missing for all
}

// SinkTypes are the types of the events that a sink gets from now on.
type SinkTypes struct {
	Types []string `json:"types"`
}

func (s *api) sinks(*http.Request) (any, error) {
	state := events.Of(s.account)
	subscribed := map[string]events.Subscription{}
	for _, sub := range state.Subscriptions() {
		subscribed[sub.SinkSID] = sub
	}
	all := &Sinks{Sinks: []Sink{}}
	for _, k := range state.Sinks() {
		all.Sinks = append(all.Sinks, newSink(k, subscribed[k.SID]))
	}
	for _, t := range events.Types() {
		all.Types = append(all.Types, EventType{Type: t.Name, Description: t.Text})
	}
	return all, nil
}

func newSink(k events.Sink, sub events.Subscription) Sink {
	return Sink{SID: k.SID, Description: k.Description, Destination: k.Destination,
		Subscription: sub.SID, Types: append([]string{}, sub.Names()...),
		DateCreated: k.Created.UTC()}
}

func (s *api) addSink(r *http.Request) (any, error) {
	var in NewSink
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("destination", in.Destination); err != nil {
		return nil, err
	}
	if in.Description == "" {
		in.Description = in.Destination
	}
	types := in.Types
	if types == nil {
		types = sinkTypes()
	}
	if err := checkEventTypes(types); err != nil {
		return nil, err
	}
	config, _ := json.Marshal(map[string]string{"destination": in.Destination, // two strings
		"method": http.MethodPost})
	k, _, err := events.Of(s.account).CreateSink(in.Description, "webhook", string(config))
	if err != nil {
		return nil, bad("bad destination "+quote(in.Destination), "http://localhost:3000/events")
	}
	return s.setTypes(k, events.Subscription{}, types)
}

// sinkTypes returns the names of the types of events.
func sinkTypes() []string {
	var names []string
	for _, t := range events.Types() {
		names = append(names, t.Name)
	}
	return names
}

func checkEventTypes(names []string) error {
	known := sinkTypes()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return unknownWord("event type", name, known)
		}
	}
	return nil
}

// setTypes makes the subscription of a sink have these types. Without a type there is none. Twilio
// keeps sinks and subscriptions apart; here a sink has at most one, which is what a developer sets
// up.
func (s *api) setTypes(k events.Sink, sub events.Subscription, types []string) (any, error) {
	state := events.Of(s.account)
	var err error
	switch {
	case sub.SID == "" && len(types) > 0:
		var wanted []string
		for _, name := range types {
			text, _ := json.Marshal(map[string]string{"type": name}) // it is a string
			wanted = append(wanted, string(text))
		}
		sub, _, err = state.CreateSubscription(k.Description, k.SID, wanted)
	case sub.SID != "" && len(types) == 0:
		err = state.DeleteSubscription(sub.SID)
		sub = events.Subscription{}
	case sub.SID != "":
		sub, err = resubscribe(state, sub, types)
	}
	if err != nil {
		return nil, err
	}
	shown := newSink(k, sub)
	return &shown, nil
}

// resubscribe adds and removes types of a subscription. New types come first, so that the
// subscription is never without one.
func resubscribe(state *events.State, sub events.Subscription, types []string) (
	events.Subscription, error) {
	for _, name := range types {
		if _, ok := sub.Types[name]; ok {
			continue
		}
		if _, _, err := state.Subscribe(sub.SID, name, 0); err != nil {
			return sub, err
		}
	}
	for _, name := range sub.Names() {
		if slices.Contains(types, name) {
			continue
		}
		if err := state.Unsubscribe(sub.SID, name); err != nil {
			return sub, err
		}
	}
	return state.Subscription(sub.SID)
}

// findSink returns the sink of the path, with its subscription if it has one.
func (s *api) findSink(r *http.Request) (events.Sink, events.Subscription, error) {
	state, sid := events.Of(s.account), r.PathValue("sid")
	k, _, err := state.Sink(sid)
	if err != nil {
		return k, events.Subscription{}, missing("sink", sid, "twilsim sinks")
	}
	for _, sub := range state.Subscriptions() {
		if sub.SinkSID == sid {
			return k, sub, nil
		}
	}
	return k, events.Subscription{}, nil
}

func (s *api) setSink(r *http.Request) (any, error) {
	var in SinkTypes
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	k, sub, err := s.findSink(r)
	if err != nil {
		return nil, err
	}
	if err := checkEventTypes(in.Types); err != nil {
		return nil, err
	}
	return s.setTypes(k, sub, in.Types)
}

func (s *api) removeSink(r *http.Request) (any, error) {
	k, sub, err := s.findSink(r)
	if err != nil {
		return nil, err
	}
	state := events.Of(s.account)
	if sub.SID != "" {
		if err := state.DeleteSubscription(sub.SID); err != nil {
			return nil, err
		}
	}
	if err := state.DeleteSink(k.SID); err != nil {
		return nil, err
	}
	return s.sinks(r)
}

func (s *api) testSink(r *http.Request) (any, error) {
	k, sub, err := s.findSink(r)
	if err != nil {
		return nil, err
	}
	shown := newSink(k, sub)
	return &shown, events.Of(s.account).TestSink(k.SID)
}

func (s *api) sinkEvents(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Events, defaultLimit)
	if err != nil {
		return nil, err
	}
	list := &SinkEvents{Events: []SinkEvent{}, Count: of}
	for _, t := range found {
		field := func(name string) string {
			value, _ := t.Field(name)
			return value
		}
		// by the names that conditions use, so that a list shows what a query can select
		list.Events = append(list.Events, SinkEvent{ID: t.ID(), Type: field("type"),
			SinkSID: field("sink_sid"), MessageSID: field("message_sid"), Status: field("status"),
			Attempts: field("attempts")})
	}
	return list, nil
}

// Sinks returns the account's sinks of Event Streams.
func (c *Client) Sinks(ctx context.Context) (*Sinks, error) {
	return call[Sinks](ctx, c, "GET", "/sinks", nil)
}

// AddSink makes a sink with a subscription.
func (c *Client) AddSink(ctx context.Context, k NewSink) (*Sink, error) {
	return call[Sink](ctx, c, "POST", "/sinks", k)
}

// SetSink sets the types of the events that a sink gets.
func (c *Client) SetSink(ctx context.Context, sid string, types []string) (*Sink, error) {
	return call[Sink](ctx, c, "PUT", "/sinks/"+url.PathEscape(sid), SinkTypes{Types: types})
}

// RemoveSink removes a sink and its subscription, and returns the sinks that are left.
func (c *Client) RemoveSink(ctx context.Context, sid string) (*Sinks, error) {
	return call[Sinks](ctx, c, "DELETE", "/sinks/"+url.PathEscape(sid), nil)
}

// TestSink sends Twilio's test event to a sink.
func (c *Client) TestSink(ctx context.Context, sid string) (*Sink, error) {
	return call[Sink](ctx, c, "POST", "/sinks/"+url.PathEscape(sid)+"/test", nil)
}

// SinkEvents returns the newest events of Event Streams that conditions select, at most limit, 0
// for all.
func (c *Client) SinkEvents(ctx context.Context, words []string, limit int) (*SinkEvents, error) {
	return call[SinkEvents](ctx, c, "GET", "/sink-events"+listQuery(words, limit), nil)
}
