package storage

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/klauspost/compress/s2"

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

// recorder makes records of rows. It uses its buffers again, so a record is only good until the
// next one.
type recorder struct{ text, record []byte }

// tooLarge is from how many bytes on a buffer is not used again.
const tooLarge = 1 << 20

// encode returns rows as the log has them.
func (r *recorder) encode(rows []messaging.Row) []byte {
	text := r.text[:0]
	for _, row := range rows {
		flags := uint64(0)
		if row.Pending {
			flags |= 1
		}
		if row.Value != nil {
			flags |= 2
		}
		text = binary.AppendUvarint(text, flags)
		text = binary.AppendVarint(text, int64(row.Account))
		text = binary.AppendVarint(text, row.Place)
		text = binary.AppendVarint(text, row.Last)
		for _, part := range []string{row.Kind, row.ID} {
			text = append(binary.AppendUvarint(text, uint64(len(part))), part...)
		}
		text = append(binary.AppendUvarint(text, uint64(len(row.Value))), row.Value...)
	}
	record := r.record[:cap(r.record)]
	if need := recordHead + s2.MaxEncodedLen(len(text)); len(record) < need {
		record = make([]byte, need)
	}
	packed := s2.Encode(record[recordHead:], text)
	record = record[:recordHead+len(packed)]
	binary.LittleEndian.PutUint32(record, uint32(len(packed)))
	binary.LittleEndian.PutUint32(record[4:], crc32.Checksum(packed, checksum))
	if r.text, r.record = text, record; cap(text) > tooLarge {
		r.text, r.record = nil, nil
	}
	return record
}

// readRecord returns the rows of the first record, and what is behind it. errCut is a record that
// ends too early, or one of zeros up to the end, which a machine without power leaves behind. The
// checksum finds what was changed, so the rest only has to be read without a panic.
func readRecord(data []byte) (rows []messaging.Row, rest []byte, err error) {
	if len(data) < recordHead {
		return nil, nil, errCut
	}
	length := int64(binary.LittleEndian.Uint32(data))
	switch {
	case length == 0 && onlyZeros(data), length > int64(len(data)-recordHead):
		return nil, nil, errCut
	}
	packed, rest := data[recordHead:recordHead+length], data[recordHead+length:]
	if crc32.Checksum(packed, checksum) != binary.LittleEndian.Uint32(data[4:]) {
		return nil, nil, errRecord
	}
	text, err := s2.Decode(nil, packed)
	if err != nil {
		return nil, nil, errRecord
	}
	r := textReader{text: text}
	for len(r.text) > 0 && !r.bad {
		flags := r.count()
		row := messaging.Row{Pending: flags&1 != 0, Account: int(r.number()), Place: r.number(),
			Last: r.number(), Kind: string(r.bytes()), ID: string(r.bytes())}
		if value := r.bytes(); flags&2 != 0 {
			row.Value = value
		}
		rows = append(rows, row)
	}
	if r.bad {
		return nil, nil, errRecord
	}
	return rows, rest, nil
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
