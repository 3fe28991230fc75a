package messaging

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"twilsim/simulator/address"
	"twilsim/simulator/journal"
)

// pastReader reads what happened in the accounts of a storage before, once somebody asks for it.
// The state with which the program goes on is read at the start, but the history, which can be
// large, in the background or when somebody asks for it, so that the program can start. What it
// reads is older than all that is in the journals, which keep a place for it ([journal.Past]).
type pastReader struct {
	accounts map[int]*restored
	storage  Storage
	failed   func(error)

	once    sync.Once
	stopped atomic.Bool
	read    chan struct{} // closed when everything is there
}

// begin begins to read in the background, if nobody has yet.
func (h *pastReader) begin() { h.once.Do(func() { go h.run() }) }

// await blocks until everything is there. A nil reader has nothing to read.
func (h *pastReader) await() {
	if h != nil {
		h.begin()
		<-h.read
	}
}

// stop ends the reading, and blocks until it has ended. The rest is missing from then on.
func (h *pastReader) stop() {
	h.stopped.Store(true)
	h.await()
}

// errStopped ends the reading.
var errStopped = errors.New("stopped")

// run reads the history. A row that cannot be read ends the reading: the history is cut there, and
// failed is told.
func (h *pastReader) run() {
	err := h.storage.History(func(row Row) error {
		if h.stopped.Load() {
			return errStopped
		}
		in := h.accounts[row.Account]
		if in == nil { // made in this run
			return nil
		}
		if err := in.readPast(row); err != nil {
			return fmt.Errorf("%s %s: %w", row.Kind, row.ID, err)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStopped) {
		h.failed(err)
	}
	for _, in := range h.accounts {
		in.account.mu.Lock() // the messages of this run must not change
		in.past.End()
		in.account.mu.Unlock()
		in.media = nil
	}
	close(h.read)
}

// readPast puts one row of the history into the account's journal, unless it is of this run. The
// places and IDs that the account had at the start are the border: what is above them this run has
// stored.
func (in *restored) readPast(row Row) error {
	switch row.Kind {
	case RowEvents:
		if row.Place > in.numbers.Event {
			return nil
		}
		events, err := journal.UnpackEvents(row.Value)
		for _, e := range events {
			in.past.Write(e)
		}
		return err
	case RowMedia:
		in.media[row.ID] = row.Value
		return nil
	}
	if row.Place > in.place {
		return nil
	}
	switch kind := journal.Kind(row.Kind); kind {
	case journal.Messages:
		return in.readOld(row)
	case journal.Alerts:
		alert := &journal.Alert{Place: row.Place}
		if err := json.Unmarshal(row.Value, alert); err != nil {
			return err
		}
		in.past.Put(kind, alert)
	default:
		x, err := readExchange(row.Value)
		if err != nil {
			return err
		}
		if kind == journal.Webhooks {
			in.account.hooks.Remember(x)
		}
		in.past.Put(kind, x)
	}
	return nil
}

// readOld puts a message into the journal. One that has work to do is there already, and may have
// changed since.
func (in *restored) readOld(row Row) error {
	m, ok := in.messages[row.Place]
	if !ok {
		var err error
		if m, err = in.readMessage(row); err != nil {
			return err
		}
	}
	a := in.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.recallLocked(&m.current)
	in.past.Put(journal.Messages, m)
	return nil
}

// recallLocked draws from an old message what the account knows besides: when users last wrote on
// WhatsApp, and how many replies two numbers have just exchanged.
func (a *Account) recallLocked(f *Snapshot) {
	switch {
	case f.Direction == Inbound && address.Prefix(f.From) == address.WhatsApp:
		a.windows.Put(pair{f.To, f.From}, f.Created.UnixNano())
	case f.Direction == OutboundReply && a.Clock.Now().Sub(f.Created) < loopTime:
		p := pair{f.From, f.To}
		a.pairs[p] = append(a.pairs[p], f.Created.UnixNano())
	}
}

// awaitPast blocks until the account knows what happened before this run of the program. The caller
// holds no lock of the account.
func (a *Account) awaitPast() { a.past.await() }
