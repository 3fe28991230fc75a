package journal

import (
	"encoding/binary"

	"github.com/klauspost/compress/s2"
)

// pack packs a chunk that is full: one that still grows would have to be unpacked for the next
// line. The lines of a chunk have much in common, so they are packed together and need an eighth of
// the memory; a reader unpacks the whole chunk and keeps it, because readers go on to its other
// lines.
func (l *lines) pack(i int) {
	c := &l.chunks[i]
	if c.packed != "" || len(c.line) < lineChunk {
		return
	}
	b := coolers.Get().(*buffers)
	defer coolers.Put(b)
	b.text = b.text[:0]
	size := int64(0)
	for k := range c.line {
		b.text = c.line[k].appendTo(b.text)
		b.text = binary.AppendUvarint(b.text, uint64(c.back[k]))
		if k >= l.goneOf(i) {
			size += c.line[k].size()
		}
	}
	b.encoded = s2.Encode(b.encoded[:cap(b.encoded)], b.text)
	packed := string(b.encoded)
	*c = chunk{packed: packed}
	share := int64(len(packed) / lineChunk)
	l.bytes += int64(len(packed)) - share*int64(l.goneOf(i)) - size
}

// goneOf returns how many lines of a chunk are dropped.
func (l *lines) goneOf(i int) int {
	if i > 0 {
		return 0
	}
	return l.gone
}

// unpack makes a chunk that is packed readable.
func (l *lines) unpack(i int) {
	c := &l.chunks[i]
	data, err := s2.Decode(nil, []byte(c.packed))
	if err != nil { // the data has never left this process: it is a mistake in pack
		panic("journal: packed lines cannot be unpacked: " + err.Error())
	}
	gone := l.goneOf(i)
	l.bytes -= int64(len(c.packed) - gone*(len(c.packed)/lineChunk))
	r := reader(data)
	*c = chunk{line: make([]line, lineChunk), back: make([]uint32, lineChunk)}
	for i := range lineChunk {
		c.line[i].readFrom(&r)
		c.back[i] = uint32(r.number())
		if i < gone {
			c.line[i] = line{}
		} else {
			l.bytes += c.line[i].size()
		}
	}
}

// texts are the fields of the line that are text.
func (l *line) texts() [6]*string {
	return [...]*string{&l.sid, &l.status, &l.rule, &l.exchange, &l.alert, &l.note}
}

// appendTo appends the line to b. Numbers are varints, because most are small or times whose first
// bytes s2 finds again in the line before.
func (l *line) appendTo(b []byte) []byte {
	for _, n := range [...]int64{l.id, l.at, l.real, int64(l.errorCode),
		int64(l.http), int64(l.kind)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	for _, text := range l.texts() {
		b = append(binary.AppendUvarint(b, uint64(len(*text))), *text...)
	}
	return b
}

// readFrom reads what appendTo wrote: the same fields in the same order.
func (l *line) readFrom(r *reader) {
	l.id, l.at, l.real = int64(r.number()), int64(r.number()), int64(r.number())
	l.errorCode, l.http, l.kind = int32(r.number()), int16(r.number()), uint8(r.number())
	for _, text := range l.texts() {
		*text = r.text()
	}
}

// reader reads numbers and texts that were appended to each other. It is a string, so that the
// texts are parts of it and need no memory of their own.
type reader string

// number reads a number. It is 0 at the end of what there is to read.
func (r *reader) number() uint64 {
	n, length := binary.Uvarint([]byte((*r)[:min(len(*r), binary.MaxVarintLen64)]))
	*r = (*r)[max(length, 0):]
	return n
}

// text reads a text. It is empty at the end of what there is to read.
func (r *reader) text() string {
	n := min(r.number(), uint64(len(*r)))
	text := (*r)[:n]
	*r = (*r)[n:]
	return string(text)
}
