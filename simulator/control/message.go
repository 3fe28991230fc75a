package control

import (
	"errors"
	"net/http"
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

// Message is a message under Twilio's names and with its types (F-351 to F-366). The dates alone are ours: RFC 3339.
type Message struct {
	SID                 string              `json:"sid"`
	DateCreated         time.Time           `json:"date_created"`
	DateUpdated         time.Time           `json:"date_updated"`
	DateSent            *time.Time          `json:"date_sent"` // nil until sent; when an inbound one's webhook was requested (F-353)
	AccountSID          string              `json:"account_sid"`
	To                  string              `json:"to"`
	From                *string             `json:"from"`                  // nil while its service has not chosen (F-355)
	MessagingServiceSID *string             `json:"messaging_service_sid"` // nil for none
	Body                string              `json:"body"`
	Status              carrier.Status      `json:"status"`
	NumSegments         string              `json:"num_segments"` // a string, as is num_media (F-359)
	NumMedia            string              `json:"num_media"`
	Direction           messaging.Direction `json:"direction"`
	APIVersion          string              `json:"api_version"`
	Price               *string             `json:"price"` // always nil: prices are not simulated
	PriceUnit           *string             `json:"price_unit"`
	ErrorCode           *int                `json:"error_code"`
	ErrorMessage        *string             `json:"error_message"`
	URI                 string              `json:"uri"`
	SubresourceURIs     map[string]string   `json:"subresource_uris"`
	Sim                 MessageSim          `json:"_sim"`
}

// MessageSim is what twilsim knows about a message beyond Twilio's resource.
type MessageSim struct {
	By             string             `json:"by,omitempty"`     // who decided it: a rule, a handset's state, a magic number, a person
	Script         string             `json:"script,omitempty"` // what the carrier was to do
	Encoding       segment.Encoding   `json:"encoding"`
	Units          int                `json:"units"`              // septets or UTF-16 code units
	ReplyTo        string             `json:"reply_to,omitempty"` // the inbound message that a reply answers
	Request        string             `json:"request,omitempty"`  // the ID of the API request that created it; "" for none, or none kept
	Callback       *MessageCallback   `json:"callback,omitempty"` // where its statuses are reported; nil for nowhere
	Media          []messaging.Media  `json:"media,omitempty"`
	Webhooks       []string           `json:"webhooks"`        // the IDs of those about it, oldest first
	FailedWebhooks int                `json:"failed_webhooks"` // how many of them failed
	Alerts         []string           `json:"alerts"`          // the IDs of those about it, oldest first
	History        []messaging.Change `json:"history"`
}

// MessageCallback is where a message's statuses are reported.
type MessageCallback struct {
	URL    string `json:"url"`
	Method string `json:"method"`
}

// Messages are the newest messages that a query selects.
type Messages struct {
	Messages []*Message `json:"messages"` // newest first
	Matched  int        `json:"matched"`  // how many the query selects, those beyond the limit included
}

func (s *api) messages(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Messages)
	if err != nil {
		return nil, err
	}
	return &Messages{Messages: s.show(messagesOf(found)...), Matched: matched}, nil
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

// related is what the journal has about some messages, by their SIDs.
type related struct {
	webhooks map[string][]*journal.Exchange
	alerts   map[string][]*journal.Alert
	request  map[string]string // the ID of the request that created it
}

func (s *api) relatedTo(messages []*messaging.Message) related {
	rel := related{map[string][]*journal.Exchange{}, map[string][]*journal.Alert{}, map[string]string{}}
	wanted := map[string]bool{}
	for _, m := range messages {
		wanted[m.ID()] = true
	}
	for _, t := range s.account.Journal.Things(journal.Webhooks) {
		if x := t.(*journal.Exchange); wanted[x.SID] {
			rel.webhooks[x.SID] = append(rel.webhooks[x.SID], x)
		}
	}
	for _, t := range s.account.Journal.Things(journal.Alerts) {
		if a := t.(*journal.Alert); wanted[a.SID] {
			rel.alerts[a.SID] = append(rel.alerts[a.SID], a)
		}
	}
	for _, t := range s.account.Journal.Things(journal.Requests) {
		if x := t.(*journal.Exchange); wanted[x.SID] && createsMessage(x) {
			rel.request[x.SID] = x.Name
		}
	}
	return rel
}

// createsMessage reports whether a request created the message that it is about.
func createsMessage(x *journal.Exchange) bool {
	name := strings.TrimSuffix(strings.TrimSuffix(x.Path(), ".json"), ".xml")
	return x.SID != "" && x.Method == http.MethodPost && x.Status == http.StatusCreated && strings.HasSuffix(name, "/Messages")
}

func (s *api) showOne(m *messaging.Message) *Message { return s.show(m)[0] }

// show says how messages stand.
func (s *api) show(messages ...*messaging.Message) []*Message {
	rel := s.relatedTo(messages)
	shown := make([]*Message, len(messages))
	for i, m := range messages {
		shown[i] = newMessage(m.Snapshot())
		shown[i].relate(rel)
	}
	return shown
}

func newMessage(f messaging.Snapshot) *Message {
	uri := "/2010-04-01/Accounts/" + f.AccountSID + "/Messages/" + f.SID
	m := &Message{
		SID: f.SID, DateCreated: f.Created, DateUpdated: f.Updated, AccountSID: f.AccountSID, To: f.To, Body: f.Body,
		From: orNil(f.From), MessagingServiceSID: orNil(f.MessagingServiceSID), Status: f.Status, Direction: f.Direction,
		NumSegments: strconv.Itoa(f.NumSegments), NumMedia: strconv.Itoa(len(f.Media)),
		APIVersion: "2010-04-01", Price: orNil(f.Price), PriceUnit: orNil(f.PriceUnit), // F-354, F-361, F-362
		URI: uri + ".json", SubresourceURIs: map[string]string{"media": uri + "/Media.json"}, // F-354, F-365
		Sim: MessageSim{
			By: f.By, Script: f.Script, Encoding: f.Encoding, Units: f.Units, ReplyTo: f.ReplyTo, Media: f.Media, History: f.History,
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

// orNil is nil for "", which JSON has as null.
func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Sender is the number that it comes from, or the service while that has not chosen one.
func (m *Message) Sender() string {
	switch {
	case m.From != nil:
		return *m.From
	case m.MessagingServiceSID != nil:
		return *m.MessagingServiceSID
	}
	return ""
}

func (m *Message) relate(rel related) {
	m.Sim.Request = rel.request[m.SID]
	m.Sim.Webhooks, m.Sim.Alerts = []string{}, []string{}
	for _, x := range rel.webhooks[m.SID] {
		m.Sim.Webhooks = append(m.Sim.Webhooks, x.Name)
		if x.Code != "" {
			m.Sim.FailedWebhooks++
		}
	}
	for _, a := range rel.alerts[m.SID] {
		m.Sim.Alerts = append(m.Sim.Alerts, a.Name)
	}
}

// Story is a message with all that happened to it.
type Story struct {
	Message *Message `json:"message"`
	// Complete is false where the journal has forgotten the message's beginning.
	Complete bool        `json:"complete"`
	Events   []StoryLine `json:"events"`  // in their order, but for the request that created it, which is first
	Replies  []*Message  `json:"replies"` // that the app gave to it, oldest first
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
	events, _ := s.account.Journal.Events(0)
	for _, e := range events {
		if e.SID != m.ID() {
			continue
		}
		story.Complete = story.Complete || e.Type == journal.MessageReceived || e.Type == journal.MessageCreated
		story.Events = append(story.Events, s.storyLine(e))
	}
	story.beginWithRequest()
	return story, nil
}

// beginWithRequest puts the request that created the message first. The journal has it once it is answered, behind what it
// led to.
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

// thing returns what has exactly this ID, nil where it is not kept.
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

// Delivery moves a message by hand.
type Delivery struct {
	Status    string `json:"status"`
	ErrorCode int    `json:"error_code,omitempty"` // 0 takes the status's usual one
	Illegal   bool   `json:"illegal,omitempty"`    // lets it go a way that Twilio's messages do not
}

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
		return nil, conflict(m.ID()+" is inbound: it has arrived, and Twilio reports no statuses for it", "a message that the app sent")
	}
	_, err = s.account.Deliver(m.ID(), carrier.Status(in.Status), in.ErrorCode, in.Illegal)
	if illegal := (*carrier.IllegalError)(nil); errors.As(err, &illegal) {
		return nil, conflict(err.Error(), "add illegal to let it through")
	}
	return s.showOne(m), err
}

// check lets one status through: messaging would read the text as a whole script, and obey its first step.
func (d Delivery) check() error {
	if err := required("status", d.Status); err != nil {
		return err
	}
	known := []string{"queued", "sending", "sent", "delivered", "undelivered", "failed", "read", "canceled"}
	if !slices.Contains(known, d.Status) {
		return unknownWord("status", d.Status, known)
	}
	if d.ErrorCode < 0 || d.ErrorCode > 99999 {
		return bad("error_code "+strconv.Itoa(d.ErrorCode)+" is no code of Twilio's", "a number of five digits, as 30003")
	}
	return nil
}

// unknownWord is the error about a value that is none of known.
func unknownWord(what, got string, known []string) error {
	e := bad("unknown "+what+" "+quote(got), suggest.Nearest(got, known))
	if e.Try == "" {
		e.Try = "one of " + joined(known)
	}
	return e
}
