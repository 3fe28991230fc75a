package storage

import (
	"context"
	"slices"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

const (
	// moveAfter is how long a row is in the log only.
	moveAfter = 500 * time.Millisecond
	// moveAtOnce is how many bytes of the log a transaction moves.
	moveAtOnce = 1 << 20
	// moveBytes is from how many bytes on rows are moved without a wait.
	moveBytes = 4 << 20
	// waitingBytes is how many bytes may be in the log only. Beyond that commits wait.
	waitingBytes = 16 << 20
	// logBytes is how large the log gets, roughly, while there is no moment when it is empty.
	logBytes = 24 << 20
	// large is from how many bytes on a transaction does not use the log, such as that of an import.
	large = 256 << 10
)

// Commit implements [messaging.Storage].
func (f *File) Commit(rows []messaging.Row) error {
	if len(rows) == 0 {
		return nil
	}
	direct, err := f.commit(rows)
	if err == nil {
		err = f.flusher.later(direct)
	}
	if err != nil {
		return f.explain("cannot be written", err)
	}
	return nil
}

// commit stores rows, and reports whether that was in their tables.
func (f *File) commit(rows []messaging.Row) (direct bool, err error) {
	bytes, small := 0, true
	for _, row := range rows {
		bytes += len(row.Value)
		small = small && row.Kind != messaging.RowCleared // which is about rows that wait
	}
	if small && bytes < large {
		return false, f.commitToLog(rows, bytes)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logMu.Lock()
	defer f.logMu.Unlock()
	return true, f.moveAllLocked(rows)
}

// commitToLog stores rows in the log, once there is room for them. An error of moving rows is told
// to one commit, and that tries it again.
func (f *File) commitToLog(rows []messaging.Row, bytes int) error {
	f.logMu.Lock()
	defer f.logMu.Unlock()
	for f.log.waiting()+int64(bytes) > waitingBytes && f.moveErr == nil {
		f.moveSoonLocked()
		f.room.Wait()
	}
	if err := f.moveErr; err != nil {
		f.moveErr = nil
		f.moveSoonLocked()
		return err
	}
	if err := f.log.append(rows); err != nil {
		return err
	}
	f.moveSoonLocked()
	return nil
}

// moveSoonLocked has rows moved from the log to their tables: in a moment, or at once if there are
// many.
func (f *File) moveSoonLocked() {
	if many := f.log.waiting() > moveBytes; !f.moving || many && !f.hurry {
		f.moving, f.hurry = true, many
		f.mover.Reset(map[bool]time.Duration{false: moveAfter}[many])
	}
}

// moveWaiting moves the rows of the log to their tables. Meanwhile others can use the log. Both
// locks are given back between two transactions.
func (f *File) moveWaiting() {
	more, err := true, error(nil)
	for more && err == nil {
		more, err = f.moveOldest()
	}
	if err == nil {
		err = f.flusher.flushTables()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logMu.Lock()
	defer f.logMu.Unlock()
	defer f.room.Broadcast()
	f.moving, f.hurry, f.buffer = false, false, nil
	switch {
	case f.closed:
	case err != nil:
		f.moveErr = err // the next commit says so, and has it tried again
	case f.log.waiting() == 0:
		f.moveErr = f.log.empty()
	case f.log.size >= logBytes:
		f.moveErr = f.moveAllLocked(nil)
	default:
		f.moveSoonLocked()
	}
}

// moveOldest moves the oldest rows of the log, and reports whether there are more. What is in the
// log does not change, so it is read without its lock.
func (f *File) moveOldest() (more bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logMu.Lock()
	from, to := f.log.moved, f.log.size
	f.logMu.Unlock()
	if f.closed || from == to {
		return false, nil
	}
	rows, end, err := f.readLog(from, to)
	if err == nil {
		err = f.transaction(rows, 0)
	}
	if err != nil {
		return false, err
	}
	f.logMu.Lock()
	defer f.logMu.Unlock()
	f.log.moved = end
	f.room.Broadcast()
	return f.log.waiting() > 0, nil
}

// readLog returns rows of the log, and where those behind them begin. They are good until the next
// call. mu is held.
func (f *File) readLog(from, to int64) (rows []messaging.Row, end int64, err error) {
	rows, end, f.buffer, err = f.log.read(from, to, moveAtOnce, f.buffer)
	return newest(rows), end, err
}

// moveAll moves all rows of the log to their tables.
func (f *File) moveAll() error {
	f.logMu.Lock()
	defer f.logMu.Unlock()
	return f.moveAllLocked(nil)
}

// moveAllLocked moves all rows of the log to their tables, and writes others behind them. Both
// locks are held. The new generation is part of the last transaction: if the process is killed
// before the log is empty, the log is older than the tables, and is ignored.
func (f *File) moveAllLocked(others []messaging.Row) error {
	if f.log.size == 0 {
		if len(others) == 0 {
			return nil
		}
		return f.transaction(others, 0)
	}
	for f.log.waiting() > 0 {
		rows, end, err := f.readLog(f.log.moved, f.log.size)
		if err == nil {
			err = f.transaction(rows, 0)
		}
		if err != nil {
			return err
		}
		f.log.moved = end
	}
	if err := f.transaction(others, f.log.generation+1); err != nil {
		return err
	}
	f.log.renew()
	if err := f.flusher.flushTables(); err != nil {
		return err
	}
	return f.log.empty()
}

// newest returns rows without those that a later one replaces, in the order in which they were last
// written. Only messages and settings are written again.
func newest(rows []messaging.Row) []messaging.Row {
	type key struct {
		account  int
		kind, id string
		place    int64
	}
	last := make(map[key]int, len(rows)/2)
	for i, row := range rows {
		k := key{row.Account, row.Kind, row.ID, row.Place}
		switch {
		case row.Kind == string(journal.Messages):
			k.id = ""
		case row.Place > 0:
			continue
		}
		if earlier, ok := last[k]; ok {
			rows[earlier].Kind = ""
		}
		last[k] = i
	}
	return slices.DeleteFunc(rows, func(row messaging.Row) bool { return row.Kind == "" })
}

// transaction writes rows into their tables, all or none of them, and the generation of the log
// that begins with that; 0 for none. mu is held.
func (f *File) transaction(rows []messaging.Row, generation uint64) error {
	ctx := context.Background()
	if _, err := f.statements["begin"].ExecContext(ctx); err != nil {
		return err
	}
	err := f.write(ctx, rows)
	if err == nil && generation > 0 {
		_, err = f.statements["meta"].ExecContext(ctx, metaLog, int64(generation))
	}
	if err == nil {
		_, err = f.statements["commit"].ExecContext(ctx)
	}
	if err != nil {
		_, _ = f.conn.ExecContext(ctx, "ROLLBACK") // some errors have rolled back already
	}
	return err
}
