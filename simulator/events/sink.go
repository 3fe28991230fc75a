package events

import (
	"encoding/json"
	"net/http"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/webhook"
)

// Sink is where events go.
type Sink struct {
	SID           string    `json:"sid"`
	Description   string    `json:"description"`
	Destination   string    `json:"destination"`
	Configuration string    `json:"configuration"` // JSON, as it was given
	Number        int       `json:"number"`        // in the order of creation
	Created       time.Time `json:"created"`
	Updated       time.Time `json:"updated"`
}

// Active is the status of a webhook's sink, from the start (F-713).
const Active = "active"

// configuration is the configuration of a webhook's sink (F-711).
type configuration struct {
	Destination string `json:"destination"`
	Method      string `json:"method"`
}

// invalid returns an error for which no code is known (F-717, F-721, F-722).
func invalid(text string) error {
	e := apierr.New(apierr.InvalidParameter)
	e.Message = text
	return e
}

// CreateSink adds a sink. unmodelled is what of it is not simulated, "" for nothing. The error is
// an [*apierr.Error].
func (s *State) CreateSink(description, kind, config string) (sink Sink, unmodelled string,
	err error) {
	var c configuration
	switch {
	case description == "":
		return Sink{}, "", invalid("Missing required parameter Description")
	case kind == "":
		return Sink{}, "", invalid("Missing required parameter SinkType")
	case kind == "kinesis" || kind == "segment" || kind == "email":
		return Sink{}, "SinkType=" + kind, nil
	case kind != "webhook":
		return Sink{}, "", apierr.New(badSink)
	}
	if json.Unmarshal([]byte(config), &c) != nil || c.Destination == "" || c.Method == "" ||
		webhook.CheckURL(c.Destination) != nil {
		return Sink{}, "", apierr.New(badSink) // F-811
	}
	switch c.Method {
	case http.MethodGet:
		return Sink{}, "a sink with the method GET", nil
	case http.MethodPost:
	default:
		return Sink{}, "", apierr.New(badSink)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sinks) >= most {
		return Sink{}, "", invalid("there are too many sinks")
	}
	s.last++
	now := s.account.Clock.Now()
	sink = Sink{SID: s.account.NextSID("DG"), Description: description, Destination: c.Destination,
		Configuration: config, Number: s.last, Created: now, Updated: now}
	s.sinks[sink.SID] = &sink
	s.touch(storedSink, sink.SID)
	return sink, "", nil
}

// Sinks returns the sinks, newest first.
func (s *State) Sinks() []Sink {
	s.mu.Lock()
	defer s.mu.Unlock()
	return newest(s.sinks, func(k *Sink) int { return k.Number })
}

// Sink returns a sink, and whether it is used by a subscription.
func (s *State) Sink(sid string) (sink Sink, used bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.sinks[sid]
	if !ok {
		return Sink{}, false, apierr.NotFound()
	}
	return *k, s.usedLocked(sid), nil
}

func (s *State) usedLocked(sid string) bool {
	for _, sub := range s.subscriptions {
		if sub.SinkSID == sid {
			return true
		}
	}
	return false
}

// DescribeSink changes a sink's description.
func (s *State) DescribeSink(sid, description string) (Sink, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.sinks[sid]
	if !ok {
		return Sink{}, apierr.NotFound()
	}
	if description == "" {
		return Sink{}, invalid("Missing required parameter Description")
	}
	k.Description, k.Updated = description, s.account.Clock.Now()
	s.touch(storedSink, sid)
	return *k, nil
}

// DeleteSink removes a sink. Events that wait for it are dropped. Their deliveries find that out
// when they are due.
func (s *State) DeleteSink(sid string) error {
	s.mu.Lock()
	_, ok := s.sinks[sid]
	delete(s.sinks, sid)
	s.touch(storedSink, sid)
	s.mu.Unlock()
	if !ok {
		return apierr.NotFound()
	}
	return nil
}

// TestSink sends the test event of F-733. It needs no subscription.
func (s *State) TestSink(sid string) error {
	if _, _, err := s.Sink(sid); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := event{Type: testType, Source: "Sink", ID: s.account.SID,
		Schema: schemas + "EventStreams.TestSink/1.json", Time: s.account.Clock.Now(),
		Data: object{{"test_id", s.uuidLocked()}}}
	s.queueLocked(sid, e, "", testDelay)
	return nil
}

// ValidateSink is no longer needed, and always succeeds (F-714).
func (s *State) ValidateSink(sid, testID string) error {
	if _, _, err := s.Sink(sid); err != nil {
		return err
	}
	if testID == "" {
		return invalid("Missing required parameter TestId")
	}
	return nil
}
