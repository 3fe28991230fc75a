package messaging

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Storage is where the accounts of a server are stored. Commit is called once at a time.
type Storage interface {
	// State calls use with what the accounts have now: the accounts in their order, their settings,
	// and the messages with work to do, behind their files. The Place of an account is that of its
	// newest thing.
	State(use func(Row) error) error
	// History calls use with the things of each kind and then with the events, oldest first, files
	// before the messages. It may be called while Commit is, and leaves out what that has stored.
	History(use func(Row) error) error
	// Commit stores rows so that either all or none of them are there after a crash. The rows and
	// their values change after it has returned.
	Commit(rows []Row) error
}

// Row is one thing as it is stored.
type Row struct {
	Account int    // 1 for the main account, 2 for the next one, and so on
	Kind    string // one of the Row… constants, a journal.Kind or a directory.Section
	ID      string
	// Place orders the things of an account: messages, webhooks, requests, alerts and events; 0 for
	// all others.
	Place   int64
	Last    int64  // of events, the ID of the last one; Place is that of the first
	Pending bool   // of a message, whether there is still work to do for it
	Value   []byte // JSON, packed events, or the bytes of a file; nil deletes the row
}

// The kinds of rows beside those of a journal and a directory.
const (
	RowAccount = "account" // its ID is the Account SID
	RowClock   = "clock"
	RowNumbers = "journal" // the last numbers that the journal has given
	RowRules   = "rules"
	RowEvents  = "events"  // a list of events, as of [journal.AppendEvents]
	RowMedia   = "media"   // the bytes of a file; the ID is those of the message and of the file
	RowCleared = "cleared" // all things of the account are deleted; it is not stored itself
)

// keeper stores what happens to the accounts. A goroutine that waits for that stores what has
// changed itself, for all that wait with it: while one transaction is under way the next one
// gathers, so that many requests at once cost little more than one. A change calls note, which
// never waits; an answer that must come after the change is stored calls sync. sync takes the
// accounts' locks, to collect, so it must not be called with one of them held.
type keeper struct {
	storage Storage
	collect func(*batch, []*recorder)
	failed  func(error) // is told of the first failure of several

	turn  sync.Mutex // held by who stores, and taken before mu
	left  []Row      // that could not be stored
	batch batch

	mu        sync.Mutex
	noted     int64        // changes so far
	tried     int64        // how many of them were stored, or could not be
	changed   []*recorder  // those that have something to store
	taken     []*recorder  // what changed was before; turn guards it
	next      *transaction // that has not begun; nil if nobody waits for one
	err       error        // of the last transaction
	broken    error        // what is stored cannot be read
	leftBytes int          // of what could not be stored
	closed    bool
	lingering bool // linger is running
	linger    *time.Timer
}

// transaction is what those wait for who have it stored together.
type transaction struct {
	done chan struct{}
	err  error // once it is done
}

func newKeeper(
	storage Storage, collect func(*batch, []*recorder), failed func(error)) *keeper {
	k := &keeper{storage: storage, collect: collect, failed: failed}
	k.linger = time.AfterFunc(time.Hour, k.lingered)
	k.linger.Stop()
	return k
}

// lingers is how long a change waits for others, at most, if nobody waits for it.
const lingers = 10 * time.Millisecond

// note says that something has changed, of which the recorder knows. A timer that runs already is
// left alone, even if all that it was started for is stored by now: to start one for each
// transaction would wake a thread of the system each time.
func (k *keeper) note(r *recorder) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.noted++
	if !r.noted {
		r.noted, k.changed = true, append(k.changed, r)
	}
	if !k.lingering && !k.closed {
		k.lingering = true
		k.linger.Reset(lingers)
	}
}

// lingered stores what nobody waits for.
func (k *keeper) lingered() {
	k.mu.Lock()
	k.lingering = false
	k.mu.Unlock()
	_ = k.sync()
}

// sync blocks until everything that was noted is stored, and returns why it is not.
func (k *keeper) sync() error {
	k.mu.Lock()
	if k.tried >= k.noted || k.closed {
		defer k.mu.Unlock()
		return k.resultLocked(k.err)
	}
	t := k.next
	if t != nil {
		k.mu.Unlock()
		<-t.done
	} else {
		t = &transaction{done: make(chan struct{})}
		k.next = t
		k.mu.Unlock()
		k.store(t)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.resultLocked(t.err)
}

// resultLocked returns what the error of a transaction, nil for none, means for who waited for it.
func (k *keeper) resultLocked(err error) error {
	switch {
	case k.broken != nil:
		return fmt.Errorf("cannot read what has happened before: %w", k.broken)
	case err != nil:
		return fmt.Errorf("cannot store what has happened: %w", err)
	case k.tried < k.noted && k.closed:
		return errors.New("cannot store what has happened: the simulator has stopped")
	}
	return nil
}

// store makes a transaction of what has changed, and of what could not be stored before. Goroutines
// that can run may first come as far as to wait for it, too: under load there are half as many
// transactions then, and a fifth fewer rows.
func (k *keeper) store(t *transaction) {
	k.turn.Lock()
	defer k.turn.Unlock()
	defer close(t.done)
	runtime.Gosched()
	k.storeInTurn(t)
}

func (k *keeper) storeInTurn(t *transaction) {
	k.mu.Lock()
	k.next = nil
	if k.closed {
		k.mu.Unlock()
		return
	}
	upTo := k.noted
	k.changed, k.taken = k.taken[:0], k.changed
	for _, r := range k.taken {
		r.noted = false
	}
	k.mu.Unlock()
	// first what is left, as newer rows may replace it
	k.batch.rows = append(k.batch.rows, k.left...)
	k.collect(&k.batch, k.taken)
	err := k.storage.Commit(k.batch.rows)
	if k.left = nil; err != nil {
		k.left, k.batch = k.batch.rows, batch{}
	}
	k.batch.reset()
	k.mu.Lock()
	first := err != nil && k.err == nil
	k.tried, k.err, t.err = upTo, err, err
	k.leftBytes = 0
	for _, row := range k.left {
		k.leftBytes += rowBytes + len(row.Value)
	}
	k.mu.Unlock()
	if first {
		k.failed(err)
	}
}

const (
	// leftLimit is how many bytes may wait in memory because they cannot be stored.
	leftLimit = 4 << 20
	rowBytes  = 128 // of a row beside its value
)

// ready returns why nothing more may happen: so much waits because it cannot be stored that memory
// would fill, too. Each call tries again to store it.
func (k *keeper) ready() error {
	k.mu.Lock()
	if k.leftBytes <= leftLimit {
		k.mu.Unlock()
		return nil
	}
	k.noted++
	k.mu.Unlock()
	return k.sync()
}

// fail has everybody who waits for the storage get an error from now on.
func (k *keeper) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.broken = err
}

// close stores the rest. Nothing is stored afterwards.
func (k *keeper) close() error {
	k.turn.Lock()
	defer k.turn.Unlock()
	k.storeInTurn(&transaction{})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	k.linger.Stop()
	return k.err
}

// Sync blocks until everything that has happened in the accounts is stored, if they are stored at
// all. Its error says why it is not.
func (r *Accounts) Sync() error {
	if r.keeper == nil {
		return nil
	}
	return r.keeper.sync()
}

// Ready returns why a request must be refused before it changes anything: what has happened cannot
// be stored, and there is no room for more of it in memory.
func (r *Accounts) Ready() error {
	if r.keeper == nil {
		return nil
	}
	return r.keeper.ready()
}

// Unstored returns how many changes are not stored yet.
func (r *Accounts) Unstored() int64 {
	if r.keeper == nil {
		return 0
	}
	r.keeper.mu.Lock()
	defer r.keeper.mu.Unlock()
	return r.keeper.noted - r.keeper.tried
}

// Stored returns why what has happened could not be stored at the last attempt; nil if it could.
func (r *Accounts) Stored() error {
	if r.keeper == nil {
		return nil
	}
	r.keeper.mu.Lock()
	defer r.keeper.mu.Unlock()
	return r.keeper.err
}
