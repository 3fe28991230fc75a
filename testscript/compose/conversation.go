package compose

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// action is an event that did not come from an answer of the app, and what the app did in response.
// One of text, send, refused and move is set.
type action struct {
	event   int                 // its place among the events
	text    *messaging.Snapshot // a handset texted
	send    *messaging.Snapshot // the app sent by itself
	refused *journal.Exchange   // the app tried to send by itself, and was refused
	move    *journal.Event      // a status was set by hand

	// cause is the action that the app was answering with a send; nil if it sent by itself.
	cause    *action
	caused   []*messaging.Snapshot // the messages that the app made, and Twilio's own answers
	requests []*journal.Exchange   // calls of the API that failed, made by the app while it answered
	at       time.Duration         // virtual time
}

// conversation has the messages between a handset, or of a span of time all handsets, and a number.
// Its maps are made once by index; take goes through the events in their order and fills actions
// and of.
type conversation struct {
	*Recording
	handsets []string
	number   string
	// what the app sent while it answered is an action, too, because the scenario has no app that
	// sends it
	apart    bool
	messages map[string]*messaging.Snapshot
	requests map[string]*journal.Exchange
	actions  []*action
	of       map[string]*action             // a message's, by SID
	webhooks map[string][]*journal.Exchange // by the SID of what they are about, without replays
	request  map[string]*journal.Exchange   // the call that made a message, by SID
}

// newConversation finds the conversation of a message, up to that message. It keeps the last texts
// and sends; 0 keeps all.
func newConversation(r *Recording, sid string, o Options) (*conversation, error) {
	c := &conversation{
		Recording: r, apart: o.Answers, messages: map[string]*messaging.Snapshot{},
		requests: map[string]*journal.Exchange{},
		of:       map[string]*action{},
		webhooks: map[string][]*journal.Exchange{}, request: map[string]*journal.Exchange{},
	}
	c.index()
	if sid == "" {
		return c, c.span(o)
	}
	m := c.messages[sid]
	if m == nil {
		return nil, fmt.Errorf("there is no message %s", sid)
	}
	c.between(m)
	for i := range r.Events {
		c.take(i)
	}
	if c.of[sid] == nil {
		return nil, fmt.Errorf("the beginning of %s is no longer in the journal", sid)
	}
	c.cut(c.of[sid], o.Last)
	return c, nil
}

// span takes what began in a span of time, with all handsets. The number must be one. Replies are
// left out when the handsets are collected, because their recipient may be somebody who never
// texted.
func (c *conversation) span(o Options) error {
	for i := range c.Messages {
		m := &c.Messages[i]
		if !o.contains(m.Created) || m.ReplyTo != "" {
			continue // what is replied to says who talks
		}
		handset, number := sides(m)
		if c.number != "" && c.number != number {
			return fmt.Errorf("the span has messages of two numbers, %s and %s; save one conversation, "+
				"or a shorter span",
				c.number, number)
		}
		c.number = number
		if !slices.Contains(c.handsets, handset) {
			c.handsets = append(c.handsets, handset)
		}
	}
	if c.number == "" {
		return errors.New("no message began in that span of time")
	}
	for i := range c.Events {
		c.take(i)
	}
	c.keep(func(a *action) bool { return a.move != nil || o.contains(c.Events[a.root().event].At) })
	if len(c.actions) == 0 {
		return errors.New("the beginning of the span is no longer in the journal")
	}
	return nil
}

// last returns the newest message of the conversation.
func (c *conversation) last() *messaging.Snapshot {
	for _, a := range slices.Backward(c.actions) {
		if a.text != nil {
			return a.text
		}
		if a.send != nil {
			return a.send
		}
	}
	return nil
}

// index indexes messages by SID, and webhooks and requests by message.
func (c *conversation) index() {
	for i := range c.Messages {
		c.messages[c.Messages[i].SID] = &c.Messages[i]
	}
	for _, x := range c.Webhooks {
		if x.ReplayOf == "" {
			c.webhooks[x.SID] = append(c.webhooks[x.SID], x)
		}
	}
	// the first request with this SID that was answered 201 is the create; later ones read or
	// change the message
	for _, x := range c.Requests {
		c.requests[x.Name] = x
		if x.SID != "" && x.Method == http.MethodPost && x.Status == http.StatusCreated &&
			c.request[x.SID] == nil {
			c.request[x.SID] = x
		}
	}
}

// between sets the two sides. A reply may go to another recipient than the handset that it answers.
func (c *conversation) between(m *messaging.Snapshot) {
	if text := c.messages[m.ReplyTo]; text != nil {
		m = text
	} else if x := c.answering(c.request[m.SID],
		func(x *journal.Exchange) bool { return c.messages[x.SID] != nil }); x != nil {
		m = c.messages[x.SID]
	}
	handset, number := sides(m)
	c.handsets, c.number = []string{handset}, number
}

// sides returns the handset and the number of a message.
func sides(m *messaging.Snapshot) (handset, number string) {
	if m.Direction == messaging.Inbound {
		return m.From, m.To
	}
	return m.To, m.From
}

// has reports whether an address is that of a handset of the conversation.
func (c *conversation) has(address string) bool { return slices.Contains(c.handsets, address) }

// take adds an event to the conversation.
func (c *conversation) take(i int) {
	e := &c.Events[i]
	switch e.Type {
	case journal.MessageReceived:
		if m := c.messages[e.SID]; m != nil && c.has(m.From) && m.To == c.number {
			c.add(&action{event: i, text: m}, m)
		}
	case journal.MessageCreated:
		if m := c.messages[e.SID]; m != nil {
			c.takeCreated(i, m)
		}
	case journal.MessageStatus:
		if c.of[e.SID] != nil && e.Rule == "deliver" {
			c.actions = append(c.actions, &action{event: i, move: e})
		}
	case journal.RequestServed:
		c.takeRequest(i, e)
	}
}

func (c *conversation) add(a *action, m *messaging.Snapshot) {
	c.actions = append(c.actions, a)
	c.of[m.SID] = a
}

// takeCreated finds the origin of a message: an answer, an API request while the app answered a
// webhook, or the app by itself. A message to somebody else that the app sent by itself is not part
// of the conversation.
func (c *conversation) takeCreated(i int, m *messaging.Snapshot) {
	if m.Direction != messaging.OutboundAPI {
		if by := c.of[m.ReplyTo]; by != nil {
			by.caused = append(by.caused, m)
			c.of[m.SID] = by
		}
		return
	}
	switch by := c.during(c.request[m.SID]); {
	case by != nil && !c.apart:
		by.caused = append(by.caused, m)
		c.of[m.SID] = by
	case by != nil || c.has(m.To):
		c.add(&action{event: i, send: m, cause: by}, m)
	}
}

// during returns the action whose webhook the app was answering when it made a request, or nil.
// Only then is it certain that one caused the other.
func (c *conversation) during(request *journal.Exchange) *action {
	x := c.answering(request, func(x *journal.Exchange) bool { return c.of[x.SID] != nil })
	if x == nil {
		return nil
	}
	return c.of[x.SID]
}

// answering returns a suitable webhook that the app was answering when it made a request. Real
// times are compared, because on a virtual clock the webhook and the request have the same one.
func (c *conversation) answering(
	request *journal.Exchange,
	suits func(*journal.Exchange) bool,
) *journal.Exchange {
	if request == nil {
		return nil
	}
	for _, x := range c.Webhooks {
		if x.ReplayOf == "" && !request.Real.Before(x.Real) &&
			!request.Real.After(x.Real.Add(x.Duration)) &&
			suits(x) {
			return x
		}
	}
	return nil
}

// takeRequest adds an API request that made no message.
func (c *conversation) takeRequest(i int, e *journal.Event) {
	x := c.requests[e.Exchange]
	if x == nil {
		return
	}
	sends := x.Method == http.MethodPost &&
		strings.HasSuffix(strings.TrimSuffix(x.Path(), ".json"), "/Messages")
	if !sends || !c.has(x.Params().Get("To")) ||
		x.Status > 0 && x.Status < http.StatusBadRequest {
		return
	}
	if by := c.during(x); by != nil {
		by.requests = append(by.requests, x)
	} else if !strings.HasPrefix(x.Error, "rule ") { // a request that a rule made fail is not repeated
		c.actions = append(c.actions, &action{event: i, refused: x})
	}
}

// cut removes what came after the action end, and all but the last texts and sends before it. A
// status that was set by hand counts with its message, and not as a text or send of its own.
func (c *conversation) cut(end *action, last int) {
	c.actions = slices.DeleteFunc(
		c.actions,
		func(a *action) bool { return a.move == nil && a.root().event > end.root().event },
	)
	begin := 0
	if last > 0 {
		for i := len(c.actions) - 1; i >= 0 && last > 0; i-- {
			if c.actions[i].move == nil && c.actions[i].cause == nil {
				begin, last = i, last-1
			}
		}
	}
	kept := c.actions[begin:]
	c.keep(func(a *action) bool { return slices.Contains(kept, a) })
}

// keep removes all other actions, and statuses that were set by hand of what is removed. It sorts
// by event at the end, because sends that answered a webhook were found out of order.
func (c *conversation) keep(wanted func(*action) bool) {
	c.actions = slices.DeleteFunc(c.actions, func(a *action) bool { return !wanted(a) })
	for sid, by := range c.of {
		if !slices.Contains(c.actions, by) {
			delete(c.of, sid)
		}
	}
	c.actions = slices.DeleteFunc(
		c.actions,
		func(a *action) bool { return a.move != nil && c.of[a.move.SID] == nil },
	)
	slices.SortStableFunc(
		c.actions,
		func(a, b *action) int { return cmp.Compare(a.event, b.event) },
	)
}

// root is the first cause of an action.
func (a *action) root() *action {
	for a.cause != nil {
		a = a.cause
	}
	return a
}

// outbound returns the messages of an action that go to a handset.
func (a *action) outbound() []*messaging.Snapshot {
	if a.send != nil {
		return append([]*messaging.Snapshot{a.send}, a.caused...)
	}
	return a.caused
}

// calls returns the webhooks about the conversation's messages, in order.
func (c *conversation) calls() []*journal.Exchange {
	var calls []*journal.Exchange
	for _, x := range c.Webhooks {
		if x.ReplayOf == "" && c.of[x.SID] != nil {
			calls = append(calls, x)
		}
	}
	return calls
}

// alertsOf returns the alerts about a message.
func (c *conversation) alertsOf(sid string) []*journal.Alert {
	var alerts []*journal.Alert
	for _, a := range c.Alerts {
		if a.SID == sid {
			alerts = append(alerts, a)
		}
	}
	return alerts
}
