package events

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// The times of deliveries. The first two are observed, and so is the last (F-714, F-740, F-729);
// the intervals between attempts are ours.
const (
	testDelay     = 1500 * time.Millisecond
	eventDelay    = 2 * time.Second
	firstInterval = 5 * time.Second
	longest       = 15 * time.Minute
	window        = 4 * time.Hour
)

// delivery is an event that waits for a sink, or for another attempt.
type delivery struct {
	Number   int       `json:"number"`
	Sink     string    `json:"sink"`
	Type     string    `json:"type"`
	Event    string    `json:"event"`   // its ID
	Message  string    `json:"message"` // "" for none
	Body     string    `json:"body"`
	Due      time.Time `json:"due"`
	First    time.Time `json:"first"` // the first attempt; zero before it
	Attempts int       `json:"attempts"`

	held *webhook.Request // that a rule delays
}

func (d *delivery) key() string { return strconv.Itoa(d.Number) }

// resource is what people see of the delivery.
func (d *delivery) resource(status string) *journal.Resource {
	return journal.NewResource(journal.Events, d.Event, d.Type, d.Sink, d.Message, status,
		strconv.Itoa(d.Attempts))
}

// queueLocked has an event sent to a sink.
func (s *State) queueLocked(sink string, e event, message string, delay time.Duration) {
	s.last++
	d := &delivery{Number: s.last, Sink: sink, Type: e.Type, Event: e.ID, Message: message,
		Body: e.body(), Due: s.account.Clock.Now().Add(delay)}
	s.waiting[d.key()] = d
	s.bytes += len(d.Body)
	for s.bytes > mostBytes {
		s.dropOldestLocked()
	}
	s.touch(storedDelivery, d.key())
	s.account.At(d.Due, func() { s.attempt(d.key()) })
}

func (s *State) dropOldestLocked() {
	oldest := ""
	for key, d := range s.waiting {
		if oldest == "" || d.Number < s.waiting[oldest].Number {
			oldest = key
		}
	}
	s.removeLocked(oldest)
}

func (s *State) removeLocked(key string) {
	if d, ok := s.waiting[key]; ok {
		s.bytes -= len(d.Body)
		delete(s.waiting, key)
		s.touch(storedDelivery, key)
	}
}

// take returns a copy of a delivery and where it goes, and false if there is nothing to do any
// more: its sink was deleted, say.
func (s *State) take(key string) (d delivery, url string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting, ok := s.waiting[key]
	if !ok {
		return delivery{}, "", false
	}
	sink, ok := s.sinks[waiting.Sink]
	if !ok {
		s.removeLocked(key)
		return *waiting, "", false
	}
	return *waiting, sink.Destination, true
}

// attempt sends an event to its sink. It runs on the account's clock, one call for each Due. No
// lock is held while the sink is called.
func (s *State) attempt(key string) {
	d, url, ok := s.take(key)
	if !ok {
		if d.Event != "" {
			s.publish(d, "dropped", "the sink was deleted")
		}
		return
	}
	r := d.held
	if r == nil {
		r = &webhook.Request{Purpose: journal.Streamed, SID: d.Message, Method: http.MethodPost,
			URL: url, Body: d.Body, ContentType: "application/json", Sink: true}
		wait, after := s.account.Hold(r, s.alone(key, d.Sink))
		if after {
			s.swap(key, r)
			return
		}
		if wait > 0 {
			s.later(key, wait, r)
			return
		}
	}
	answer := s.account.CallApp(context.Background(), r)
	s.finish(key, d, answer)
	s.release(d.Sink)
}

// alone reports whether nothing else waits for the sink of a delivery with which a rule could swap
// it. Only one delivery of a sink at a time is swapped. A reset may have removed the delivery since
// it was taken.
func (s *State) alone(key, sink string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.swapped[sink] != "" {
		return true
	}
	for other, d := range s.waiting {
		if other != key && d.Sink == sink {
			return false
		}
	}
	return true
}

// swap has a delivery leave after the answer to its sink's next one.
func (s *State) swap(key string, r *webhook.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.waiting[key]; ok {
		d.held, s.swapped[d.Sink] = r, key
	}
}

// release sends the delivery that waited for another one to a sink.
func (s *State) release(sink string) {
	s.mu.Lock()
	key, ok := s.swapped[sink]
	delete(s.swapped, sink)
	s.mu.Unlock()
	if ok {
		s.attempt(key)
	}
}

// later has a delivery leave as much later as a rule says.
func (s *State) later(key string, wait time.Duration, r *webhook.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.waiting[key]; ok {
		d.held, d.Due = r, s.account.Clock.Now().Add(wait)
		s.touch(storedDelivery, key)
		s.account.At(d.Due, func() { s.attempt(key) })
	}
}

// finish decides what follows an attempt.
func (s *State) finish(key string, d delivery, answer *webhook.Answer) {
	now := s.account.Clock.Now()
	d.Attempts++
	if d.First.IsZero() {
		d.First = now
	}
	s.account.AdviseRewritten(answer)
	switch {
	case answer.Dropped:
		s.end(key, d, "dropped", "a rule drops it")
	case answer.Failure == nil:
		s.recover(d.Sink)
		s.end(key, d, "delivered", "")
	case answer.Failure.Code == webhook.CodeSinkRejected: // F-811
		s.complain(d, answer)
		s.end(key, d, "rejected", answer.Failure.Text)
	default:
		s.complain(d, answer)
		s.again(key, d, now.Add(answer.Unanswered))
	}
}

// again schedules the next attempt, unless that would be too late (F-729). A delivery that was
// removed meanwhile, by a reset or with its sink, is not tried again.
func (s *State) again(key string, d delivery, now time.Time) {
	s.mu.Lock()
	wait := min(firstInterval<<min(d.Attempts-1, 16), longest)
	wait += time.Duration(s.random.Int64N(int64(wait / 5)))
	d.Due, d.held = now.Add(wait), nil
	waiting, ok := s.waiting[key]
	late := d.Due.Sub(d.First) > window
	if ok && !late {
		*waiting = d
		s.touch(storedDelivery, key)
		s.account.At(d.Due, func() { s.attempt(key) })
	}
	s.mu.Unlock()
	switch {
	case !ok:
	case late:
		s.end(key, d, "dropped", "not delivered within "+window.String())
	default:
		s.publish(d, "retrying", "again in "+wait.Round(time.Second).String())
	}
}

// end removes a delivery.
func (s *State) end(key string, d delivery, status, why string) {
	s.mu.Lock()
	s.removeLocked(key)
	s.mu.Unlock()
	s.publish(d, status, why)
}

func (s *State) publish(d delivery, status, why string) {
	s.account.Journal.Publish(d.resource(status), journal.Event{Status: status, Note: why})
}

// trouble is a sink that fails. The state's lock guards it.
type trouble struct {
	errors int
	said   time.Time // when the last alert was raised
}

// grouped is after how long errors of the same sink are an alert again (F-730).
const grouped = 20 * time.Minute

// complain raises an alert about a failed attempt: about the first of a sink, and then in groups
// (F-730).
func (s *State) complain(d delivery, answer *webhook.Answer) {
	now := s.account.Clock.Now()
	s.mu.Lock()
	t := s.troubles[d.Sink]
	if t == nil {
		t = &trouble{}
		s.troubles[d.Sink] = t
	}
	t.errors++
	say := t.errors == 1 || t.errors == 10 || t.errors == 100 || t.errors%1000 == 0 ||
		now.Sub(t.said) >= grouped
	if say {
		t.said = now
	}
	s.mu.Unlock()
	if say {
		s.account.RaiseFailure(answer.Failure, d.Message, answer.Exchange.Name)
	}
}

// recover forgets the errors of a sink that works.
func (s *State) recover(sink string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.troubles, sink)
}
