package events

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Codes of Twilio's about sinks (F-811).
const (
	badSink = 91000
	noSink  = 91001
)

// The bounds of an account's Event Streams.
const (
	most      = 100     // sinks, and so subscriptions
	mostBytes = 8 << 20 // of events that wait
)

// Product makes the state of an account.
var Product = messaging.ProductType{Name: productName, Open: open}

const productName = "events"

// State is what an account has of Event Streams. It is safe for concurrent use.
type State struct {
	account *messaging.Account

	mu            sync.Mutex
	random        *rand.Rand
	sinks         map[string]*Sink         // by SID
	subscriptions map[string]*Subscription // by SID
	waiting       map[string]*delivery     // by key
	bytes         int                      // of what waits
	last          int                      // the number of the newest of any of them
	troubles      map[string]*trouble      // by the SID of a sink
	swapped       map[string]string        // the delivery that a rule sends after the sink's next one
}

// Of returns the state of an account, which is made at the first use.
func Of(a *messaging.Account) *State { return a.Product(Product).(*State) }

func open(a *messaging.Account) messaging.Product {
	s := &State{account: a, random: a.Rand("events"), sinks: map[string]*Sink{},
		subscriptions: map[string]*Subscription{}, waiting: map[string]*delivery{},
		troubles: map[string]*trouble{}, swapped: map[string]string{}}
	a.Journal.Watch(s.observe)
	return s
}

// observe has what the journal says made into events, if a subscription wants them. It is called
// with locks of the account held. So it only looks, and leaves the rest to the clock, where no lock
// is held.
func (s *State) observe(e journal.Event, about journal.Thing) {
	name := typeOf(e, about)
	if name == "" || len(s.subscribers(name)) == 0 {
		return
	}
	s.account.At(e.At, func() { s.emit(name, e, about) })
}

// typeOf returns the type of the event that the journal's is, "" for none.
func typeOf(e journal.Event, about journal.Thing) string {
	switch e.Type {
	case journal.MessageStatus:
		return messagePrefix + e.Status
	case journal.MessageReceived:
		return inboundType
	case journal.AlertRaised:
		// an alert about Event Streams would cause the next one
		if a, ok := about.(*journal.Alert); ok && !a.Hint() && !strings.HasPrefix(a.Code, "913") {
			return errorType
		}
	}
	return ""
}

// subscribers returns the sinks that want events of a type, and the version of the schema.
func (s *State) subscribers(name string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sinks map[string]int
	for _, sub := range s.subscriptions {
		if version, ok := sub.Types[name]; ok {
			if sinks == nil {
				sinks = map[string]int{}
			}
			sinks[sub.SinkSID] = version
		}
	}
	return sinks
}

// emit queues an event for each sink that wants it. It runs at the time of the journal's event, so
// the snapshot has the status that the event is about, or a later one.
func (s *State) emit(name string, e journal.Event, about journal.Thing) {
	t, _ := FindType(name)
	made := event{Type: name, Time: e.At}
	switch name {
	case errorType:
		alert := about.(*journal.Alert)
		made.Source, made.ID = s.account.SID, alert.MonitorSID
		made.Data = errorData(s.account.SID, s.account.Profile().OwnerSID, alert)
	default:
		m, ok := s.account.Message(e.SID)
		if !ok {
			return
		}
		f := m.Snapshot()
		made.Source = messageSource(s.account.SID, f.SID)
		if name == inboundType {
			made.Data = inboundData(f, e)
		} else {
			made.Data = outboundData(f, name, e)
		}
	}
	s.send(t, made, e.SID)
}

// Emit sends an event of another product to the sinks that want it. data are the keys and values of
// its data in their order.
func (s *State) Emit(name, message string, at time.Time, data ...[2]string) {
	t, ok := FindType(name)
	if !ok {
		return
	}
	var pairs object
	for _, pair := range data {
		pairs = append(pairs, member{pair[0], pair[1]})
	}
	s.send(t, event{Type: name, Time: at, Source: messageSource(s.account.SID, message), Data: pairs},
		message)
}

// EmitData sends an event of another product that is not about a message. data is its data as JSON.
func (s *State) EmitData(name, source string, at time.Time, data any) {
	if t, ok := FindType(name); ok {
		s.send(t, event{Type: name, Time: at, Source: source, Data: data}, "")
	}
}

func (s *State) send(t Type, made event, message string) {
	sinks := s.subscribers(made.Type)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sink := range newest(s.sinks, func(k *Sink) int { return k.Number }) {
		version, ok := sinks[sink.SID]
		if !ok {
			continue
		}
		if made.Type != errorType {
			made.ID = s.account.NextSID("EZ") // F-732
		}
		made.Schema = t.SchemaURL(version)
		s.queueLocked(sink.SID, made, message, eventDelay)
	}
}

// newest returns values, the one with the highest number first.
func newest[T any](all map[string]*T, number func(*T) int) []T {
	list := make([]T, 0, len(all))
	for _, v := range all {
		list = append(list, *v)
	}
	slices.SortFunc(list, func(x, y T) int { return number(&y) - number(&x) })
	return list
}

func (s *State) uuidLocked() string {
	x, y := s.random.Uint64(), s.random.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", x>>32, x>>16&0xffff, x&0xfff, y>>48&0xfff,
		y&0xffffffffffff)
}

// The kinds of stored entries. The key of each is its kind and its ID.
const (
	storedSink         = "sink"
	storedSubscription = "subscription"
	storedDelivery     = "waiting"
)

func (s *State) touch(kind, id string) {
	s.account.Touch(messaging.ProductType{Name: productName}, kind+" "+id)
}

// Reset implements [messaging.Product]. Sinks and subscriptions stay, as phone numbers do.
func (s *State) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.waiting {
		s.touch(storedDelivery, key)
	}
	clear(s.waiting)
	clear(s.troubles)
	clear(s.swapped)
	s.bytes = 0
}

// entriesLocked returns what is stored of the state.
func (s *State) entriesLocked() messaging.Entries {
	return messaging.Entries{
		storedSink: messaging.KindOf(s.sinks, func(k *Sink) any { return *k },
			func(id string, k *Sink) {
				s.sinks[id], s.last = k, max(s.last, k.Number)
			}),
		storedSubscription: messaging.KindOf(s.subscriptions,
			func(sub *Subscription) any { return sub.clone() },
			func(id string, sub *Subscription) {
				s.subscriptions[id], s.last = sub, max(s.last, sub.Number)
			}),
		storedDelivery: messaging.KindOf(s.waiting, func(d *delivery) any { return *d },
			func(id string, d *delivery) {
				s.waiting[id], s.last = d, max(s.last, d.Number)
				s.bytes += len(d.Body)
			}),
	}
}

// Keys implements [messaging.Product].
func (s *State) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Keys()
}

// Stored implements [messaging.Product].
func (s *State) Stored(key string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Stored(key)
}

// Restore implements [messaging.Product].
func (s *State) Restore(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entriesLocked().Restore(key, value)
}

// Resume implements [messaging.Product].
func (s *State) Resume() {
	s.mu.Lock()
	waiting := newest(s.waiting, func(d *delivery) int { return d.Number })
	s.mu.Unlock()
	slices.Reverse(waiting)
	for _, d := range waiting {
		s.account.At(d.Due, func() { s.attempt(d.key()) })
		s.account.Journal.Show(d.resource("waiting"))
	}
}
