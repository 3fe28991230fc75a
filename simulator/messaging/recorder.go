package messaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// recorder collects what changes in one account, until [recorder.collect] takes it. Locks are taken
// in this order: the account's, the journal's or the directory's, the recorder's. A nil recorder,
// of an account that is not stored, takes everything and does nothing. Messages and entries are
// only marked, and encoded when they are stored, so ten changes of one cost as much as one.
type recorder struct {
	account *Account
	number  int // of the account, from 1
	keeper  *keeper
	noted   bool // the keeper knows that something has changed; its lock guards it

	mu       sync.Mutex
	group    group
	place    int64 // the last one that was given
	cleared  bool  // everything before what is collected now is deleted
	events   []journal.Event
	things   []storedThing
	messages map[*Message]bool
	removed  []Row
	entries  map[entry]bool
	profile  bool // may have changed
	rules    bool
	last     map[string][]byte // the texts of which there is one each, as they are stored
}

// storedThing is a thing that does not change, with its place.
type storedThing struct {
	kind  journal.Kind
	place int64
	thing journal.Thing
	id    string
	data  []byte // of a file, instead of the thing
}

// entry is an entry of the directory, or of a product.
type entry struct {
	section directory.Section
	key     string
}

func newRecorder(a *Account, number int) *recorder {
	r := &recorder{account: a, number: number, messages: map[*Message]bool{},
		entries: map[entry]bool{}, last: map[string][]byte{}}
	r.group.changed.L = &r.mu
	return r
}

// change calls collect with the lock, and says that something is to be stored. The keeper is nil
// while the accounts are being read.
func (r *recorder) change(collect func()) {
	if r == nil {
		return
	}
	r.mu.Lock()
	collect()
	r.mu.Unlock()
	if r.keeper != nil {
		r.keeper.note(r)
	}
}

// Appended implements [journal.Recorder]. The journal's lock is held, as in Removed, Cleared and
// Loaded.
func (r *recorder) Appended(e journal.Event, kind journal.Kind, about journal.Thing) {
	r.change(func() {
		r.events = append(r.events, e)
		r.addLocked(kind, about)
	})
}

// addLocked collects a new thing, and gives it its place.
func (r *recorder) addLocked(kind journal.Kind, about journal.Thing) {
	if about == nil {
		return
	}
	if _, ok := about.(*journal.Resource); ok {
		return // its product stores it
	}
	r.place++
	m, ok := about.(*Message)
	if !ok {
		r.things = append(r.things, storedThing{kind: kind, place: r.place, thing: about})
		if alert, ok := about.(*journal.Alert); ok {
			alert.Place = r.place
		}
		return
	}
	m.place = r.place
	r.messages[m] = true
	r.addMediaLocked(m, m.current.Media)
}

// addMediaLocked collects the bytes of a message's files.
func (r *recorder) addMediaLocked(m *Message, media []Media) {
	for _, file := range media {
		if file.Data != nil {
			r.things = append(r.things, storedThing{kind: RowMedia, place: m.place,
				id: m.current.SID + "/" + file.SID, data: file.Data})
		}
	}
}

// Removed implements [journal.Recorder]. Only messages can be deleted one by one.
func (r *recorder) Removed(kind journal.Kind, about journal.Thing) {
	r.change(func() {
		if m, ok := about.(*Message); ok {
			r.removed = append(r.removed, Row{Account: r.number, Kind: string(kind), ID: m.ID(),
				Place: m.place})
			delete(r.messages, m)
			m.place = 0
		}
	})
}

// Cleared implements [journal.Recorder]. What was collected before belongs to what is deleted.
func (r *recorder) Cleared() {
	r.change(func() {
		r.cleared = true
		r.events, r.things, r.removed = nil, nil, nil
		clear(r.messages)
	})
}

// Loaded implements [journal.Recorder].
func (r *recorder) Loaded(h journal.History) {
	r.change(func() {
		r.events = append(r.events, h.Events...)
		for kind, things := range h.Things {
			for _, thing := range things {
				r.addLocked(kind, thing)
			}
		}
	})
}

// touchLocked says that a message has changed. The account's lock is held. A message of before a
// reset is not stored again.
func (m *Message) touchLocked() {
	m.account.Journal.Touch(journal.Messages, m.current.SID)
	r := m.account.recorder
	if r == nil || m.resets != m.account.resets {
		return
	}
	r.change(func() {
		if m.place > 0 {
			r.messages[m] = true
		}
	})
}

// touchMediaLocked says that a message has got the bytes of its files, or has fewer files.
func (m *Message) touchMediaLocked() {
	r := m.account.recorder
	if r == nil || m.resets != m.account.resets {
		return
	}
	r.change(func() {
		if m.place > 0 {
			r.messages[m] = true
			r.addMediaLocked(m, m.current.Media)
		}
	})
}

// touch says that an alert was acknowledged.
func (r *recorder) touch(alert *journal.Alert) {
	r.change(func() {
		if alert.Place > 0 {
			r.things = append(r.things, storedThing{kind: journal.Alerts, place: alert.Place,
				thing: alert})
		}
	})
}

// touched says that an entry or the profile of the directory has changed.
func (r *recorder) touched(section directory.Section, key string) {
	r.change(func() {
		if section == directory.ProfileSection {
			r.profile = true
			return
		}
		r.entries[entry{section, key}] = true
	})
}

// touchedProduct says that an entry of a product has changed.
func (r *recorder) touchedProduct(kind, key string) {
	r.change(func() { r.entries[entry{directory.Section(kind), key}] = true })
}

// taken is what a recorder has collected.
type taken struct {
	cleared  bool
	events   []journal.Event
	things   []storedThing
	messages []storedMessage
	removed  []Row
	entries  map[entry]bool
	profile  bool
	rules    bool
}

// take returns what was collected, and begins again. Messages are as they are at this moment, at
// which the account's lock is held, so that they fit to their events. It waits until no group is
// under way (together), so a transaction has all of a group or nothing.
func (r *recorder) take() taken {
	defer r.group.close()()
	a := r.account
	a.mu.Lock()
	defer a.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	t := taken{cleared: r.cleared, events: r.events, things: r.things, removed: r.removed,
		entries: r.entries, profile: r.profile, rules: r.rules}
	t.messages = make([]storedMessage, 0, len(r.messages))
	for m := range r.messages {
		t.messages = append(t.messages, m.storedLocked())
	}
	r.cleared, r.profile, r.rules = false, false, false
	r.events, r.things, r.removed = nil, nil, nil
	clear(r.messages)
	if len(r.entries) > 0 {
		r.entries = map[entry]bool{}
	}
	return t
}

// collect adds what has changed. Files come before the messages that refer to them, as [Storage]
// gives them back. Sections that are stored whole are compared with what was stored last, because
// any change may be about another of them.
func (r *recorder) collect(b *batch) {
	t := r.take()
	if t.cleared {
		b.add(Row{Account: r.number, Kind: RowCleared})
	}
	if n := len(t.events); n > 0 {
		row := Row{Account: r.number, Kind: RowEvents, Place: t.events[0].ID, Last: t.events[n-1].ID}
		b.addValue(row, journal.AppendEvents(b.values, t.events))
	}
	if len(t.events)+len(t.things) > 0 {
		b.addValue(Row{Account: r.number, Kind: RowNumbers}, r.account.Journal.AppendNumbers(b.values))
	}
	for _, thing := range t.things {
		r.addThing(b, thing)
	}
	slices.SortFunc(t.messages, func(x, y storedMessage) int { return int(x.place - y.place) })
	for i := range t.messages {
		m := &t.messages[i]
		b.addValue(Row{Account: r.number, Kind: string(journal.Messages), ID: m.SID,
			Place: m.place, Pending: m.pending()}, m.encode(b.values))
	}
	b.rows = append(b.rows, t.removed...)
	for e := range t.entries {
		row := Row{Account: r.number, Kind: string(e.section), ID: e.key}
		if value, ok := r.stored(e); ok {
			row.Value = encode(row.Kind, value)
		}
		b.add(row)
	}
	if t.profile {
		r.addChanged(b, string(directory.ProfileSection), r.account.Profile())
	}
	if t.rules {
		r.addChanged(b, RowRules, r.account.Rules.Stored())
	}
}

// stored returns an entry as it is stored. It reports false for one that was deleted.
func (r *recorder) stored(e entry) (any, bool) {
	if strings.HasPrefix(string(e.section), productRow) {
		return r.account.storedEntry(string(e.section), e.key)
	}
	return r.account.Stored(e.section, e.key)
}

func (r *recorder) addThing(b *batch, p storedThing) {
	if p.data != nil {
		b.add(Row{Account: r.number, Kind: RowMedia, ID: p.id, Place: p.place, Value: p.data})
		return
	}
	row := Row{Account: r.number, Kind: string(p.kind), ID: p.thing.ID(), Place: p.place}
	if x, ok := p.thing.(*journal.Exchange); ok {
		b.addValue(row, encodeExchange(b.values, x))
		return
	}
	row.Value = encode(row.Kind, p.thing)
	b.add(row)
}

// addChanged adds a value of which there is one, if it is not the stored one.
func (r *recorder) addChanged(b *batch, kind string, value any) {
	data := encode(kind, value)
	if bytes.Equal(r.last[kind], data) {
		return
	}
	r.last[kind] = data
	b.add(Row{Account: r.number, Kind: kind, Value: data})
}

// encode encodes a value. All stored types can be encoded.
func encode(kind string, value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("messaging: encode %s: %v", kind, err))
	}
	return data
}

// batch gathers the rows of a transaction. The values that every message brings are appended to
// one buffer, which is used again for the next transaction: new memory for each of them would be
// most of the garbage of a simulator with --data.
type batch struct {
	rows   []Row
	values []byte
}

func (b *batch) add(row Row) { b.rows = append(b.rows, row) }

// addValue adds a row with the value that was appended to the values. Those before it stay where
// they are when the buffer grows.
func (b *batch) addValue(row Row, values []byte) {
	begin := len(b.values)
	row.Value, b.values = values[begin:len(values):len(values)], values
	b.rows = append(b.rows, row)
}

// The room of a batch that is kept for the next one.
const (
	keptRows   = 1 << 12
	keptValues = 1 << 20 // bytes
)

// reset empties the batch.
func (b *batch) reset() {
	clear(b.rows)
	b.rows, b.values = b.rows[:0], b.values[:0]
	if cap(b.rows) > keptRows || cap(b.values) > keptValues {
		*b = batch{}
	}
}
