package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"twilsim/simulator/messaging"
)

// logHead is what a log begins with: its kind and version, the ID of the database that it belongs
// to, and its generation.
const (
	logHead  = 24
	logMagic = "twillog\x01"
)

// log is the file FILE-log. What is stored is appended to it, because that costs a tenth of writing
// each thing into its own table. A moment later it is moved to the tables: many rows at once, and
// of a thing that was stored several times only the newest one. What a killed process has left in
// the log is moved when the file is opened; to move something twice changes nothing.
//
// A large transaction is written into the tables right away. It begins a new generation of the log:
// what is in one of an earlier generation is older than the tables.
type log struct {
	path       string
	id         uint64 // of the database
	generation uint64
	file       *os.File
	size       int64 // 0 before the head is written
	moved      int64 // what is before it is in the tables; at least the head, and 0 before that
	torn       bool  // there is something behind size
	records    recorder
}

// open opens the log, and finds its end. A record that is cut off ends the log: nobody was told
// that it is stored. Any other damage is an error, since what follows would be lost without a word.
func (l *log) open() (err error) {
	if l.file, err = os.OpenFile(l.path, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return cause(err)
	}
	l.size, l.moved, l.torn = 0, 0, true // so that close does not delete a log that was not read
	data, err := io.ReadAll(l.file)
	if err != nil {
		return cause(err)
	}
	l.torn = len(data) > 0
	if len(data) < logHead || onlyZeros(data) {
		return l.empty() // nothing was written behind the head
	}
	if string(data[:len(logMagic)]) != logMagic {
		return l.damaged(errors.New("it is not a log of this version"))
	}
	if id := binary.LittleEndian.Uint64(data[8:]); id != l.id {
		return l.damaged(errors.New("it belongs to another file"))
	}
	switch generation := binary.LittleEndian.Uint64(data[16:]); {
	case generation < l.generation:
		return l.empty()
	case generation > l.generation:
		return l.damaged(errors.New("it belongs to a newer state of the file"))
	}
	l.size, l.moved = logHead, logHead
	var rows []messaging.Row
	for rest := data[logHead:]; len(rest) > 0; {
		if rows, rest, err = readRecord(rows[:0], rest); errors.Is(err, errCut) {
			break
		} else if err != nil {
			return l.damaged(err)
		}
		l.size = int64(len(data) - len(rest))
	}
	if l.waiting() == 0 {
		return l.empty()
	}
	return nil
}

// waiting returns how many bytes are not in the tables.
func (l *log) waiting() int64 { return l.size - l.moved }

// read returns the rows from a place on, of about as many bytes as limit says and not behind to,
// and where the next record begins. The rows use the buffer, which is returned for the next time.
func (l *log) read(from, to, limit int64, buffer []byte) (
	rows []messaging.Row, end int64, _ []byte, err error) {
	for whole := false; !whole; limit *= 2 { // the first record may be larger
		length := int(min(limit, to-from))
		buffer = slices.Grow(buffer[:0], length)[:length]
		if _, err := l.file.ReadAt(buffer, from); err != nil {
			return nil, 0, nil, cause(err)
		}
		_, whole = recordLength(buffer)
		whole = whole || limit >= to-from
	}
	rest := buffer
	for {
		n, whole := recordLength(rest)
		if !whole && len(rest) < len(buffer) {
			return rows, from + int64(len(buffer)-len(rest)), buffer, nil
		}
		if rows, _, err = readRecord(rows, rest); err != nil {
			return nil, 0, nil, l.damaged(err)
		}
		rest = rest[n:]
	}
}

// damaged is the error about a log that cannot be used.
func (l *log) damaged(err error) error {
	return &Error{l.path, "cannot be used",
		"another FILE, or make this log empty if what was stored last may be lost", err}
}

// append writes rows. If it fails, they are not in the log. What a failed write has left behind the
// end is cut off before the next one.
func (l *log) append(rows []messaging.Row) error {
	if l.torn {
		if err := l.file.Truncate(l.size); err != nil {
			return cause(err)
		}
		l.torn = false
	}
	if l.size == 0 {
		head := append(make([]byte, 0, logHead), logMagic...)
		head = binary.LittleEndian.AppendUint64(head, l.id)
		if err := l.write(binary.LittleEndian.AppendUint64(head, l.generation)); err != nil {
			return err
		}
		l.moved = l.size
	}
	return l.write(l.records.encode(rows))
}

// write writes behind the end.
func (l *log) write(data []byte) error {
	if _, err := l.file.WriteAt(data, l.size); err != nil {
		l.torn = true
		return cause(err)
	}
	l.size += int64(len(data))
	return nil
}

// renew says that everything is in the tables, with more than there is in the log. The file is made
// empty later; until then its generation says that it is old.
func (l *log) renew() {
	l.generation++
	l.size, l.moved, l.torn = 0, 0, true
}

// empty says that everything is in the tables, and on the disk.
func (l *log) empty() error {
	if l.size == 0 && !l.torn {
		return nil
	}
	l.size, l.moved, l.torn = 0, 0, true
	if err := l.file.Truncate(0); err != nil {
		return cause(err)
	}
	l.torn = false
	return nil
}

// close closes the log, and deletes it if it is empty.
func (l *log) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	if l.size == 0 && !l.torn && err == nil {
		err = os.Remove(l.path)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, err)
	}
	return nil
}
