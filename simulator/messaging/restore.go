package messaging

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// storedAccount is an account as it is stored, beside what is in its sections.
type storedAccount struct {
	Token string `json:"token"`
	Owner string `json:"owner,omitempty"` // of a subaccount
}

// restored is an account that is being read from the storage.
type restored struct {
	account  *Account
	numbers  journal.Numbers
	messages map[int64]*Message // with work to do, by their places
	media    map[string][]byte  // by the IDs of the message and the file
	place    int64              // of the newest thing
	past     *journal.Past
}

// Store has everything that the accounts have and do stored from now on, and puts back what is
// stored already: call it before the accounts are used. What happened before is read when somebody
// asks for it, or in the background from [Accounts.Resume] on, with which the work of before goes
// on. failed is told of failures to store or to read something. The main account takes the stored
// token if keepToken says so. It returns when the first transaction, with all that the accounts
// have, is stored. After an error the accounts may have a part of what was stored, and must not be
// used.
func (r *Accounts) Store(
	storage Storage, keepToken func(stored string) bool, failed func(error)) error {
	read := map[int]*restored{}
	if err := storage.State(func(row Row) error {
		return r.readRow(read, row, keepToken)
	}); err != nil {
		return err
	}
	r.restored = len(read) > 0
	r.past = &pastReader{accounts: read, storage: storage, read: make(chan struct{})}
	for number, a := range r.numbered() {
		a.recorder = newRecorder(a, number)
		if in := read[number]; in != nil {
			a.recorder.place = in.place
			a.past = r.past
			in.past = a.Journal.Postpone(in.numbers, r.past.begin)
			for _, place := range slices.Sorted(maps.Keys(in.messages)) {
				r.resumed = append(r.resumed, in.messages[place])
			}
		}
		a.startRecording(read[number] != nil)
	}
	r.keeper = newKeeper(storage, r.collect, failed)
	r.past.failed = func(err error) {
		r.keeper.fail(err)
		failed(err)
	}
	for _, a := range r.numbered() {
		a.recorder.keeper = r.keeper
		r.keeper.note(a.recorder)
	}
	return r.keeper.sync()
}

// startRecording has all changes of the account collected, beginning with all it has, unless that
// comes from the storage.
func (a *Account) startRecording(restored bool) {
	a.recorder.rules = true
	if !restored {
		a.Entries(a.recorder.touched)
	}
	a.Journal.Record(a.recorder)
	a.Rules.OnChange(func() { a.recorder.change(func() { a.recorder.rules = true }) })
}

// numbered returns the accounts that are stored by their numbers: all but the test account, which
// keeps nothing.
func (r *Accounts) numbered() map[int]*Account {
	accounts := map[int]*Account{1: r.main}
	for i, a := range r.others {
		accounts[i+2] = a
	}
	return accounts
}

// collect adds the rows of everything that has changed, of which the recorders know. The keeper
// calls it, once at a time. Accounts come before what they have, and it costs nothing that there
// are many of them. A clock that runs in real time needs no row.
func (r *Accounts) collect(b *batch, changed []*recorder) {
	for _, a := range r.unknown() {
		b.add(Row{Account: a.recorder.number, Kind: RowAccount, ID: a.SID,
			Value: encode(RowAccount, storedAccount{a.Token, a.Profile().OwnerSID})})
	}
	for _, recorder := range changed {
		recorder.collect(b)
	}
	if rate := r.main.Clock.Rate(); rate != 1 {
		if now := r.main.Clock.Now(); !now.Equal(r.clock) {
			r.clock = now
			b.add(Row{Account: 1, Kind: RowClock, Value: encode(RowClock, now)})
		}
	}
}

// unknown returns the accounts that are not stored yet. They are stored now.
func (r *Accounts) unknown() (accounts []*Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == 0 {
		accounts, r.known = append(accounts, r.main), 1
	}
	accounts = append(accounts, r.others[r.known-1:]...)
	r.known += len(r.others) - (r.known - 1)
	return accounts
}

// readRow puts one stored row into its account. An account's own row comes before all others of it.
func (r *Accounts) readRow(
	read map[int]*restored, row Row, keepToken func(string) bool) error {
	in := read[row.Account]
	if row.Kind == RowAccount {
		a, err := r.readAccount(row, keepToken)
		if err != nil {
			return err
		}
		read[row.Account] = &restored{account: a, media: map[string][]byte{},
			messages: map[int64]*Message{}, place: row.Place}
		return nil
	}
	if in == nil {
		return fmt.Errorf("%s %s: there is no account %d", row.Kind, row.ID, row.Account)
	}
	if err := in.read(row); err != nil {
		return fmt.Errorf("%s %s: %w", row.Kind, row.ID, err)
	}
	return nil
}

// readAccount returns the account of a row. The rows come in the order of their numbers.
func (r *Accounts) readAccount(row Row, keepToken func(string) bool) (*Account, error) {
	var stored storedAccount
	if err := json.Unmarshal(row.Value, &stored); err != nil {
		return nil, fmt.Errorf("account %s: %w", row.ID, err)
	}
	if row.Account == 1 {
		if row.ID != r.main.SID {
			return nil, fmt.Errorf("it is of account %s, and the main account is %s", row.ID, r.main.SID)
		}
		if keepToken(stored.Token) {
			r.main.Token = stored.Token
		}
		return r.main, nil
	}
	if row.Account != len(r.others)+2 {
		return nil, fmt.Errorf("account %d is missing before %d", len(r.others)+2, row.Account)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.createLocked(fmt.Sprint("stored account ", row.Account), row.ID, stored.Token, ""), nil
}

// read takes one row of the account.
func (in *restored) read(row Row) error {
	switch row.Kind {
	case RowClock:
		var at time.Time
		if err := json.Unmarshal(row.Value, &at); err != nil {
			return err
		}
		in.account.Clock.Resume(at)
	case RowNumbers:
		return json.Unmarshal(row.Value, &in.numbers)
	case RowRules:
		var rules carrier.StoredRules
		if err := json.Unmarshal(row.Value, &rules); err != nil {
			return err
		}
		in.account.Rules.Restore(rules)
	case RowMedia:
		in.media[row.ID] = row.Value
	case string(journal.Messages):
		m, err := in.readMessage(row)
		in.messages[row.Place] = m
		return err
	default:
		if strings.HasPrefix(row.Kind, productRow) {
			return in.account.restoreEntry(row.Kind, row.ID, row.Value)
		}
		return in.account.Restore(directory.Section(row.Kind), row.ID, row.Value)
	}
	return nil
}

// readMessage returns the message of a row, with its files. Files come before their message, and
// are taken out of media, so that what is left there belongs to messages that follow.
func (in *restored) readMessage(row Row) (*Message, error) {
	stored := storedMessage{place: row.Place}
	if err := json.Unmarshal(row.Value, &stored); err != nil {
		return nil, err
	}
	m, err := stored.message(in.account)
	if err != nil {
		return nil, err
	}
	for i := range m.current.Media {
		file := &m.current.Media[i]
		id := m.current.SID + "/" + file.SID
		if data, ok := in.media[id]; ok {
			file.Data = append([]byte{}, data...) // not nil, even for an empty file
			file.Dropped = false
			delete(in.media, id)
		}
	}
	return m, nil
}

// Restored reports whether there was something in the storage.
func (r *Accounts) Restored() bool { return r.restored }

// Resume goes on with the work that was not done when the accounts were last stored. Callbacks
// whose answers were not recorded are sent again, with the same idempotency tokens. Call it once,
// after Store.
func (r *Accounts) Resume() {
	for _, m := range r.resumed {
		m.resume()
	}
	r.resumed = nil
	if r.past != nil {
		r.past.begin()
	}
	if r.restored {
		for _, a := range r.numbered() {
			a.eachProduct(Product.Resume)
		}
	}
}

// resume schedules what is to be done for the message. Where a message stands follows from what is
// stored of it: played says that a script was chosen, moved that a person or the end of its
// validity did, and without either it is still to be handed to the carrier or the service. What was
// due while the program was not running is done at once.
func (m *Message) resume() {
	a := m.account
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.Clock.Now()
	service := m.current.MessagingServiceSID != ""
	switch {
	case m.current.Direction == Inbound:
		if m.run != nil {
			a.schedule.At(m.run.Until, m.resumeRun)
		}
	case m.played:
		m.scheduleLocked()
		m.expireLocked()
	case m.moved:
	case m.current.automatic:
		a.schedule.At(now, func() { a.play(m, usual, m.current.By, false) })
	case service && m.current.Status == carrier.Scheduled:
		m.setDueLocked(a.schedule.At(m.start, m.orchestrate))
	case service:
		m.setDueLocked(a.schedule.At(m.start.Add(serviceDelay), m.orchestrate))
	default:
		a.schedule.At(now, func() { a.dispatch(m) })
	}
	q := m.queue()
	for _, l := range q.later {
		m.awaitLocked(l)
	}
	if len(q.ready) > 0 && q.state == idle {
		a.schedule.At(now, m.sendReady)
	}
	if q.swapped != nil && q.owed == 0 && len(q.ready) == 0 {
		q.sent() // nothing is left that it could wait for
		a.schedule.At(now, m.sendReady)
	}
}

// sync blocks until everything that has happened in the account is stored.
func (a *Account) sync() error {
	if a.recorder == nil {
		return nil
	}
	return a.recorder.keeper.sync()
}

// CloseStorage stores the rest. Nothing that happens later is stored. The history that was not read
// by then is not needed any more; the storage has it.
func (r *Accounts) CloseStorage() error {
	if r.keeper == nil {
		return nil
	}
	r.past.stop()
	return r.keeper.close()
}
