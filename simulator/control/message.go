package control

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/segment"
	"twilsim/simulator/suggest"
)

func messageRoutes() []route {
	return []route{
		{
			method: "GET", path: "/messages", name: "messages", tag: "messages",
			summary: "The newest messages that a query selects",
			query:   listParams(),
			result:  Messages{},
			answer:  (*api).messages,
		},
		{
			method: "GET", path: "/messages/{ref}", name: "message", tag: "messages",
			summary: "A message",
			result:  Message{}, errors: []int{404},
			answer: (*api).message,
		},
		{
			method: "GET", path: "/messages/{ref}/story", name: "story", tag: "messages",
			summary: "A message with everything that happened to it",
			result:  Story{}, errors: []int{404},
			answer: (*api).story,
		},
		{
			method: "POST", path: "/messages/{ref}/deliver", name: "deliver", tag: "messages",
			summary: "Change the status of a message by hand",
			description: "Ends the message's script. Answers when the app has answered the " +
				"callback.",
			body:    Delivery{},
			example: `{"status":"failed","error_code":30007}`,
			result:  Message{}, errors: []int{404, 409},
			answer: (*api).deliver,
		},
	}
}

// Message is a message with Twilio's names and types (F-351 to F-366). Only the dates differ: they
// are RFC 3339.
type Message struct {
	SID         string    `json:"sid"`
	DateCreated time.Time `json:"date_created"`
	DateUpdated time.Time `json:"date_updated"`
	// nil until sent; for an inbound message, when its webhook was requested (F-353)
	DateSent   *time.Time `json:"date_sent"`
	AccountSID string     `json:"account_sid"`
	To         string     `json:"to"`
	// nil until its service has chosen one (F-355)
	From                *string        `json:"from"`
	MessagingServiceSID *string        `json:"messaging_service_sid"` // nil for none
	Body                string         `json:"body"`
	Status              carrier.Status `json:"status"`
	// a string, as is num_media (F-359)
	NumSegments string              `json:"num_segments"`
	NumMedia    string              `json:"num_media"`
	Direction   messaging.Direction `json:"direction"`
	APIVersion  string              `json:"api_version"`
	// nil until a minute after the message was sent
	Price           *string           `json:"price"`
	PriceUnit       *string           `json:"price_unit"`
	ErrorCode       *int              `json:"error_code"`
	ErrorMessage    *string           `json:"error_message"`
	URI             string            `json:"uri"`
	SubresourceURIs map[string]string `json:"subresource_uris"`
	Sim             MessageSim        `json:"_sim"`
}

// MessageSim is what twilsim knows about a message beyond Twilio's resource.
type MessageSim struct {
	// what decided its delivery: a rule, the state of the handset, a magic number or a person
	By       string           `json:"by,omitempty"`
	Script   string           `json:"script,omitempty"` // the delivery script
	Encoding segment.Encoding `json:"encoding"`
	Units    int              `json:"units"` // septets or UTF-16 code units
	// the inbound message that a reply answers
	ReplyTo string `json:"reply_to,omitempty"`
	// the ID of the API request that created it; "" if there is none, or it is no longer kept
	Request string `json:"request,omitempty"`
	// where its statuses are reported; nil for none
	Callback *MessageCallback  `json:"callback,omitempty"`
	Media    []messaging.Media `json:"media,omitempty"`
	// the template that it was made of, with its buttons; nil for none
	Template *messaging.Templated `json:"template,omitempty"`
	// the IDs of those about the message, oldest first
	Webhooks       []string `json:"webhooks"`
	FailedWebhooks int      `json:"failed_webhooks"` // how many of them failed
	// the IDs of those about the message, oldest first
	Alerts  []string           `json:"alerts"`
	History []messaging.Change `json:"history"`
	// what will happen to it unless somebody interferes; not in exports
	Planned []messaging.Planned `json:"planned,omitempty"`
}

// MessageCallback is where a message's statuses are reported.
type MessageCallback struct {
	URL    string `json:"url"`
	Method string `json:"method"`
}

// Messages are the newest messages that a query selects.
type Messages struct {
	Messages []*Message `json:"messages"` // newest first
	Count
}

func (s *api) messages(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Messages, defaultLimit)
	if err != nil {
		return nil, err
	}
	return &Messages{Messages: s.show(messagesOf(found)...), Count: of}, nil
}

func messagesOf(things []journal.Thing) []*messaging.Message {
	messages := make([]*messaging.Message, len(things))
	for i, t := range things {
		messages[i] = t.(*messaging.Message)
	}
	return messages
}

func (s *api) message(r *http.Request) (any, error) {
	m, err := resolve[*messaging.Message](s, journal.Messages, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	return s.showOne(m), nil
}

// createsMessage reports whether the request x created the message that it is about. The SID of a
// request is that of the message it is about, which may also be one that it read or changed: only a
// POST to the list with 201 created one.
func createsMessage(x *journal.Exchange) bool {
	name := strings.TrimSuffix(strings.TrimSuffix(x.Path(), ".json"), ".xml")
	return x.SID != "" && x.Method == http.MethodPost && x.Status == http.StatusCreated &&
		strings.HasSuffix(name, "/Messages")
}

func (s *api) showOne(m *messaging.Message) *Message { return s.show(m)[0] }

// show returns messages in their present state. Each is a snapshot of its own moment: a list is not
// consistent across messages while the clock runs by itself.
func (s *api) show(messages ...*messaging.Message) []*Message {
	shown := make([]*Message, len(messages))
	for i, m := range messages {
		shown[i] = newMessage(m.Snapshot())
		s.relate(shown[i])
		shown[i].Sim.Planned = s.account.Planned(m.ID())
	}
	return shown
}

// A zero value becomes null where Twilio has null.
func newMessage(f messaging.Snapshot) *Message {
	uri := "/2010-04-01/Accounts/" + f.AccountSID + "/Messages/" + f.SID
	m := &Message{
		SID: f.SID, DateCreated: f.Created, DateUpdated: f.Updated, AccountSID: f.AccountSID,
		To: f.To, Body: f.Body,
		From: orNil(f.From), MessagingServiceSID: orNil(f.MessagingServiceSID), Status: f.Status,
		Direction:   f.Direction,
		NumSegments: strconv.Itoa(f.NumSegments), NumMedia: strconv.Itoa(len(f.Media)),
		// F-354, F-361, F-362
		APIVersion: "2010-04-01", Price: orNil(f.Price), PriceUnit: orNil(f.PriceUnit),
		// F-354, F-365
		URI: uri + ".json", SubresourceURIs: map[string]string{"media": uri + "/Media.json"},
		Sim: MessageSim{
			By: f.By, Script: f.Script, Encoding: f.Encoding, Units: f.Units, ReplyTo: f.ReplyTo,
			Media: f.Media, History: f.History, Template: f.Template,
		},
	}
	if !f.Sent.IsZero() {
		m.DateSent = &f.Sent
	}
	if f.ErrorCode != 0 { // F-363, F-364
		title := f.ErrorMessage()
		m.ErrorCode, m.ErrorMessage = &f.ErrorCode, &title
	}
	if f.Callback.URL != "" {
		m.Sim.Callback = &MessageCallback{URL: f.Callback.URL, Method: f.Callback.Method}
	}
	return m
}

// orNil returns nil for "", which becomes null in JSON.
func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Sender returns the number that sends the message, or the service if that has not chosen a number
// yet.
func (m *Message) Sender() string {
	switch {
	case m.From != nil:
		return *m.From
	case m.MessagingServiceSID != nil:
		return *m.MessagingServiceSID
	}
	return ""
}

// relate adds the names of what the journal has about a message. Only what the journal still keeps
// is named, so a long-lived message may have lost its first webhooks.
func (s *api) relate(m *Message) {
	m.Sim.Webhooks, m.Sim.Alerts = []string{}, []string{}
	for _, t := range s.account.Journal.Related(m.SID, journal.Webhooks) {
		x := t.(*journal.Exchange)
		m.Sim.Webhooks = append(m.Sim.Webhooks, x.Name)
		if x.Code != "" {
			m.Sim.FailedWebhooks++
		}
	}
	for _, t := range s.account.Journal.Related(m.SID, journal.Alerts) {
		m.Sim.Alerts = append(m.Sim.Alerts, t.ID())
	}
	for _, t := range s.account.Journal.Related(m.SID, journal.Requests) {
		if x := t.(*journal.Exchange); createsMessage(x) {
			m.Sim.Request = x.Name
		}
	}
}

// Story is a message with all that happened to it.
type Story struct {
	Message *Message `json:"message"`
	// Complete is false if the journal no longer has the message's beginning.
	Complete bool `json:"complete"`
	// in their order, except that the request that created the message is first
	Events  []StoryLine `json:"events"`
	Replies []*Message  `json:"replies"` // of the app, oldest first
}

// StoryLine is one event, and what it is about besides the message.
type StoryLine struct {
	Event    journal.Event     `json:"event"`
	Exchange *journal.Exchange `json:"exchange,omitempty"` // of webhook.attempt and request.served
	Alert    *journal.Alert    `json:"alert,omitempty"`    // of alert.raised
}

func (s *api) story(r *http.Request) (any, error) {
	m, err := resolve[*messaging.Message](s, journal.Messages, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	story := &Story{Message: s.showOne(m), Events: []StoryLine{}, Replies: s.repliesTo(m.ID())}
	for _, e := range s.account.Journal.EventsAbout(m.ID()) {
		story.Complete = story.Complete || e.Type == journal.MessageReceived ||
			e.Type == journal.MessageCreated
		story.Events = append(story.Events, s.storyLine(e))
	}
	story.beginWithRequest()
	return story, nil
}

// beginWithRequest moves the request that created the message to the front. The journal has it
// after what it caused, because a request is recorded when it has been answered.
func (s *Story) beginWithRequest() {
	for i, line := range s.Events {
		if x := line.Exchange; x != nil && x.Purpose == journal.API && createsMessage(x) {
			s.Events = slices.Insert(slices.Delete(s.Events, i, i+1), 0, line)
			return
		}
	}
}

func (s *api) storyLine(e journal.Event) StoryLine {
	line := StoryLine{Event: e}
	switch e.Type {
	case journal.WebhookAttempt:
		line.Exchange = thing[*journal.Exchange](s, journal.Webhooks, e.Exchange)
	case journal.RequestServed:
		line.Exchange = thing[*journal.Exchange](s, journal.Requests, e.Exchange)
	case journal.AlertRaised:
		line.Alert = thing[*journal.Alert](s, journal.Alerts, e.Alert)
	}
	return line
}

// thing returns the thing with exactly this ID, nil if it is not kept.
func thing[T journal.Thing](s *api, kind journal.Kind, id string) T {
	var none T
	if t, ok := s.account.Journal.Thing(kind, id); ok {
		return t.(T)
	}
	return none
}

func (s *api) repliesTo(sid string) []*Message {
	query := journal.Query{Kind: journal.Messages, Terms: []journal.Term{exactly("reply_to", sid)}}
	return s.show(messagesOf(s.account.Journal.Find(query))...)
}

// Delivery is a change of a message's status by hand.
type Delivery struct {
	Status    string `json:"status"`
	ErrorCode int    `json:"error_code,omitempty"` // 0 means the usual code of the status
	// allow a change that Twilio's messages do not make
	Illegal bool `json:"illegal,omitempty"`
}

// Inbound messages are refused here with 409 before Deliver refuses them, because asError would
// take its error for a mistake in the request (400).
func (s *api) deliver(r *http.Request) (any, error) {
	var in Delivery
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	m, err := resolve[*messaging.Message](s, journal.Messages, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if m.Snapshot().Direction == messaging.Inbound {
		return nil, conflict(m.ID()+" is inbound: Twilio reports no statuses for inbound messages",
			"a message that the app sent")
	}
	_, err = s.account.Deliver(m.ID(), carrier.Status(in.Status), in.ErrorCode, in.Illegal)
	if illegal := (*carrier.IllegalError)(nil); errors.As(err, &illegal) {
		return nil, conflict(err.Error(), "add illegal to allow it")
	}
	return s.showOne(m), err
}

// check allows exactly one status. Package messaging would read the text as a whole script and take
// its first step.
func (d Delivery) check() error {
	if err := required("status", d.Status); err != nil {
		return err
	}
	known := []string{"queued", "sending", "sent", "delivered", "undelivered", "failed", "read",
		"canceled"}
	if !slices.Contains(known, d.Status) {
		return unknownWord("status", d.Status, known)
	}
	if d.ErrorCode < 0 || d.ErrorCode > 99999 {
		return bad("error_code "+strconv.Itoa(d.ErrorCode)+" is not a code of Twilio's",
			"a number of five digits, such as 30003")
	}
	return nil
}

// unknownWord returns the error about a value that is not one of known. It suggests the nearest one
// or, where none is near, lists all.
func unknownWord(what, got string, known []string) error {
	e := bad("unknown "+what+" "+quote(got), suggest.Nearest(got, known))
	if e.Try == "" {
		e.Try = "one of " + joined(known)
	}
	return e
}

// Messages returns the newest messages that the words select, in the syntax of
// [journal.ParseQuery]. A limit of 0 means all.
func (c *Client) Messages(ctx context.Context, words []string, limit int) (*Messages, error) {
	return call[Messages](ctx, c, "GET", "/messages"+listQuery(words, limit), nil)
}

// MessagesFrom is Messages without the newest skip of them.
func (c *Client) MessagesFrom(ctx context.Context, words []string,
	skip, limit int) (*Messages, error) {
	return call[Messages](ctx, c, "GET", "/messages"+listQuery(words, limit)+skipping(skip), nil)
}

// Message returns a message.
func (c *Client) Message(ctx context.Context, ref string) (*Message, error) {
	return call[Message](ctx, c, "GET", "/messages/"+url.PathEscape(ref), nil)
}

// Story returns a message with everything that happened to it.
func (c *Client) Story(ctx context.Context, ref string) (*Story, error) {
	return call[Story](ctx, c, "GET", "/messages/"+url.PathEscape(ref)+"/story", nil)
}

// Deliver changes the status of a message by hand, and returns the message. It returns when the app
// has answered the callback. The error is 409 for an inbound message and, without Illegal, for a
// transition that Twilio's messages do not make (F-167).
func (c *Client) Deliver(ctx context.Context, ref string, d Delivery) (*Message, error) {
	return call[Message](ctx, c, "POST", "/messages/"+url.PathEscape(ref)+"/deliver", d)
}
