package messaging

import (
	"fmt"
	"sync"
	"time"
)

// Storage is where the accounts of a server are stored.
type Storage interface {
	// State calls use with what the accounts have now: the accounts in their order, their settings,
	// and the messages with work to do, behind their files. The Place of an account is that of its
	// newest thing.
	State(use func(Row) error) error
	// History calls use with the things of each kind and then with the events, oldest first, files
	// before the messages. It may be called while Commit is, and leaves out what that has stored.
	History(use func(Row) error) error
	// Commit stores rows so that either all or none of them are there after a crash.
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
	RowEvents  = "events"  // a list of events, as of [journal.PackEvents]
	RowMedia   = "media"   // the bytes of a file; the ID is those of the message and of the file
	RowCleared = "cleared" // all things of the account are deleted; it is not stored itself
)

// keeper stores what happens to the accounts. It collects what has changed while the storage is
// busy and stores that in one transaction, so that many requests at once cost little more than one.
type keeper struct {
	storage Storage
	collect func() []Row
	failed  func(error) // is told of the first failure of several

	mu      sync.Mutex
	work    sync.Cond // there is something to do for run
	done    sync.Cond // something was stored
	noted   int64     // changes so far
	tried   int64     // how many of them were stored, or could not be
	wanted  bool      // somebody waits, or has waited long enough
	waiting int       // callers of sync that wait
	active  int       // requests that will wait, as far as is known
	late    bool      // run has waited for them long enough
	patient *time.Timer
	closing bool
	err     error // of the last transaction
	broken  error // what is stored cannot be read
	left    []Row // that could not be stored
	linger  *time.Timer
	ended   chan struct{}
}

func newKeeper(storage Storage, collect func() []Row, failed func(error)) *keeper {
	k := &keeper{storage: storage, collect: collect, failed: failed, ended: make(chan struct{})}
	k.work.L, k.done.L = &k.mu, &k.mu
	k.patient = time.AfterFunc(time.Hour, k.lose)
	go k.run()
	return k
}

// note says that something has changed.
func (k *keeper) note() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.noted++
	if k.linger == nil {
		k.linger = time.AfterFunc(linger, k.want)
	}
}

// linger is how long a change waits for others if nobody waits for it.
const linger = 10 * time.Millisecond

func (k *keeper) want() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wantLocked()
}

func (k *keeper) wantLocked() {
	k.wanted = true
	k.work.Signal()
}

// patience is how long those who wait for the storage wait for others to join them. A transaction
// takes about as long, whether it has one change or ten.
const patience = 500 * time.Microsecond

// gatherLocked waits until all requests that are being served wait for the storage.
func (k *keeper) gatherLocked() {
	if k.waiting == 0 || k.waiting >= k.active || k.closing {
		return
	}
	k.late = false
	k.patient.Reset(patience)
	for k.waiting < k.active && !k.late && !k.closing {
		k.work.Wait()
	}
	k.patient.Stop()
}

// serve says that there is a request that will wait for the storage, or one less.
func (k *keeper) serve(change int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.active += change
	if change < 0 && k.wanted {
		k.work.Signal()
	}
}

// lose ends the patience of run.
func (k *keeper) lose() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.late = true
	k.work.Signal()
}

// sync blocks until everything that was noted is stored, and returns why it is not.
func (k *keeper) sync() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	want := k.noted
	if k.tried < want {
		k.waiting++
		k.wantLocked()
		for k.tried < want {
			k.done.Wait()
		}
		k.waiting--
	}
	if k.broken != nil {
		return fmt.Errorf("cannot read what has happened before: %w", k.broken)
	}
	if k.err != nil {
		return fmt.Errorf("cannot store what has happened: %w", k.err)
	}
	return nil
}

// run stores what was noted, until close.
func (k *keeper) run() {
	defer close(k.ended)
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		for !k.wanted && !k.closing {
			k.work.Wait()
		}
		if k.noted == k.tried && k.closing {
			return
		}
		k.gatherLocked()
		upTo := k.noted
		k.wanted = false
		if k.linger != nil {
			k.linger.Stop()
			k.linger = nil
		}
		k.mu.Unlock()
		err := k.store()
		k.mu.Lock()
		if err != nil && k.err == nil {
			k.failed(err)
		}
		k.tried, k.err = upTo, err
		k.done.Broadcast()
	}
}

// store stores what has changed, and what could not be stored before.
func (k *keeper) store() error {
	rows := append(k.left, k.collect()...)
	err := k.storage.Commit(rows)
	if k.left = nil; err != nil {
		k.left = rows
	}
	return err
}

// fail has everybody who waits for the storage get an error from now on.
func (k *keeper) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.broken = err
}

// close stores the rest and ends.
func (k *keeper) close() error {
	k.mu.Lock()
	k.closing = true
	k.work.Signal()
	k.mu.Unlock()
	<-k.ended
	k.patient.Stop()
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

// Serve says that a request is served that will call [Accounts.Sync], so that others which do are
// stored together with it. The request ends, or will not call it any more, with done.
func (r *Accounts) Serve() (done func()) {
	if r.keeper == nil {
		return func() {}
	}
	r.keeper.serve(1)
	return func() { r.keeper.serve(-1) }
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
