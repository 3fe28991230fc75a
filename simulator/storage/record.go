package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/klauspost/compress/s2"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// recordHead is the length of what a record begins with: the length of the rest and its checksum.
const recordHead = 8

var (
	errRecord = errors.New("a record of the log cannot be read")
	// errCut is a record that was not written to its end: nobody was told that it is stored.
	errCut   = errors.New("the last record of the log is not complete")
	checksum = crc32.MakeTable(crc32.Castagnoli)
)

// recorder makes records of rows. It uses its buffer again, so a record is only good until the next
// one.
type recorder struct{ buffer []byte }

// tooLarge is from how many bytes on a buffer is not used again.
const tooLarge = 1 << 20

// blockHead is the room for what comes before the text in a block of s2: its length, and that of
// its only element.
const blockHead = binary.MaxVarintLen32 + 5

// encode returns rows as the log has them. The text is an s2 block with one literal, so it is not
// compressed: that would take longer than all the rest of a commit.
func (r *recorder) encode(rows []messaging.Row) []byte {
	b := append(r.buffer[:0], make([]byte, recordHead+blockHead)...)
	for _, row := range rows {
		flags := uint64(0)
		if row.Pending {
			flags |= 1
		}
		if row.Value != nil {
			flags |= 2
		}
		b = binary.AppendUvarint(b, flags)
		b = binary.AppendVarint(b, int64(row.Account))
		b = binary.AppendVarint(b, row.Place)
		b = binary.AppendVarint(b, row.Last)
		b = append(binary.AppendUvarint(b, uint64(len(row.Kind))), row.Kind...)
		b = append(binary.AppendUvarint(b, uint64(len(row.ID))), row.ID...)
		b = append(binary.AppendUvarint(b, uint64(len(row.Value))), row.Value...)
	}
	if r.buffer = b; cap(b) > tooLarge {
		r.buffer = nil
	}
	head := blockHeadOf(len(b) - recordHead - blockHead)
	begin := recordHead + blockHead - len(head)
	copy(b[begin:], head)
	record, block := b[begin-recordHead:], b[begin:]
	binary.LittleEndian.PutUint32(record, uint32(len(block)))
	binary.LittleEndian.PutUint32(record[4:], crc32.Checksum(block, checksum))
	return record
}

// blockHeadOf returns what comes before a literal of n bytes that is a whole block of s2.
func blockHeadOf(n int) []byte {
	const literal = 63 << 2 // its length less one is in the next four bytes
	head := binary.AppendUvarint(make([]byte, 0, blockHead), uint64(n))
	if n > 0 {
		head = binary.LittleEndian.AppendUint32(append(head, literal), uint32(n-1))
	}
	return head
}

// blockText returns the text of a block. That of encode needs no memory of its own; an earlier
// version compressed them.
func blockText(block []byte) ([]byte, error) {
	if n, err := s2.DecodedLen(block); err == nil {
		if text, ok := bytes.CutPrefix(block, blockHeadOf(n)); ok && len(text) == n {
			return text, nil
		}
	}
	return s2.Decode(nil, block)
}

// readRecord appends the rows of the first record to rows, and returns what is behind it. errCut is
// a record that ends too early, or one of zeros up to the end, which a machine without power leaves
// behind. The checksum finds what was changed, so the rest only has to be read without a panic.
func readRecord(rows []messaging.Row, data []byte) (_ []messaging.Row, rest []byte, err error) {
	length, ok := recordLength(data)
	if !ok || length == recordHead && onlyZeros(data) {
		return rows, nil, errCut
	}
	block, rest := data[recordHead:length], data[length:]
	if crc32.Checksum(block, checksum) != binary.LittleEndian.Uint32(data[4:]) {
		return rows, nil, errRecord
	}
	text, err := blockText(block)
	if err != nil {
		return rows, nil, errRecord
	}
	r := textReader{text: text}
	for len(r.text) > 0 && !r.bad {
		flags := r.count()
		row := messaging.Row{Pending: flags&1 != 0, Account: int(r.number()), Place: r.number(),
			Last: r.number(), Kind: kindOf(r.bytes()), ID: string(r.bytes())}
		if value := r.bytes(); flags&2 != 0 {
			row.Value = value
		}
		rows = append(rows, row)
	}
	if r.bad {
		return rows, nil, errRecord
	}
	return rows, rest, nil
}

// recordLength returns the length of the first record. It reports false if the data ends before.
func recordLength(data []byte) (length int, ok bool) {
	if len(data) < recordHead {
		return 0, false
	}
	n := int64(binary.LittleEndian.Uint32(data)) + recordHead
	return int(n), n <= int64(len(data))
}

// kindOf returns a kind, without new memory for those that come with every message.
func kindOf(b []byte) string {
	for _, kind := range [...]string{string(journal.Messages), messaging.RowEvents,
		messaging.RowNumbers, string(journal.Requests), string(journal.Webhooks)} {
		if string(b) == kind {
			return kind
		}
	}
	return string(b)
}

func onlyZeros(data []byte) bool {
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}

// textReader reads the text of a record. Once it is bad it returns nothing any more.
type textReader struct {
	text []byte
	bad  bool // it does not have what was asked for
}

func (r *textReader) take(n int) []byte {
	if r.bad = r.bad || n < 0 || n > len(r.text); r.bad {
		return nil
	}
	part := r.text[:n:n]
	r.text = r.text[n:]
	return part
}

func (r *textReader) count() uint64 {
	n, length := binary.Uvarint(r.text)
	r.bad = r.bad || length <= 0
	r.take(length)
	return n
}

func (r *textReader) number() int64 {
	n, length := binary.Varint(r.text)
	r.bad = r.bad || length <= 0
	r.take(length)
	return n
}

func (r *textReader) bytes() []byte {
	n := r.count()
	r.bad = r.bad || n > uint64(len(r.text))
	return r.take(int(n))
}
