package messaging

import (
	"fmt"
	"sync"
	"time"
)

// Storage is where the accounts of a server are stored. Its methods are not called at the same
// time.
type Storage interface {
	// Rows calls use with everything that is stored: first the rows of settings, in the order of the
	// accounts, and then the things of each kind, oldest first.
	Rows(use func(Row) error) error
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
	Value   []byte // JSON, or the bytes of a file; nil deletes the row
}

// The kinds of rows beside those of a journal and a directory.
const (
	RowAccount = "account" // its ID is the Account SID
	RowClock   = "clock"
	RowNumbers = "journal" // the last numbers that the journal has given
	RowRules   = "rules"
	RowEvents  = "events"  // a list of events
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
	changed *sync.Cond
	noted   int64 // changes so far
	tried   int64 // how many of them were stored, or could not be
	wanted  bool  // somebody waits, or has waited long enough
	closing bool
	err     error // of the last transaction
	left    []Row // that could not be stored
	linger  *time.Timer
	done    chan struct{}
}

func newKeeper(storage Storage, collect func() []Row, failed func(error)) *keeper {
	k := &keeper{storage: storage, collect: collect, failed: failed, done: make(chan struct{})}
	k.changed = sync.NewCond(&k.mu)
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
	k.changed.Broadcast()
}

// sync blocks until everything that was noted is stored, and returns why it is not.
func (k *keeper) sync() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	want := k.noted
	if k.tried < want {
		k.wantLocked()
	}
	for k.tried < want {
		k.changed.Wait()
	}
	if k.err != nil {
		return fmt.Errorf("cannot store what has happened: %w", k.err)
	}
	return nil
}

// run stores what was noted, until close.
func (k *keeper) run() {
	defer close(k.done)
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		for !k.wanted && !k.closing {
			k.changed.Wait()
		}
		if k.noted == k.tried && k.closing {
			return
		}
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
		k.changed.Broadcast()
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

// close stores the rest and ends.
func (k *keeper) close() error {
	k.mu.Lock()
	k.closing = true
	k.changed.Broadcast()
	k.mu.Unlock()
	<-k.done
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
