package journal

import (
	"encoding/binary"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/s2"
)

// hot is how many of the newest exchanges of a kind are kept as they are. Older ones are packed in
// blocks: an exchange is mostly text that its neighbours have too, so that it takes a seventh of
// the memory. Readers get an exchange that is equal to the one that was stored; an exchange never
// changes.
const hot = 64

// The sizes of a block: how many exchanges are packed together, and the size of their text from
// which there are no more. A reader of one exchange unpacks its whole block, which takes a few
// microseconds.
const (
	blockItems = 32
	blockBytes = 64 << 10
)

// block has exchanges that were packed together, with a general method that finds what they have
// in common: one call for many costs a quarter of the time and half of the memory of one call for
// each (see BenchmarkPack).
type block struct {
	data string
	text atomic.Pointer[string] // what it was made of, while a reader may come for more of it
}

// packed is an exchange in packed form: its place in the text of its block.
type packed struct {
	name   string
	block  *block
	at     uint32
	length uint32
	share  uint32 // of the block's data, in bytes
}

// ID returns the exchange's name.
func (p *packed) ID() string { return p.name }

// Field returns a field of the exchange.
func (p *packed) Field(name string) (string, bool) { return p.unpack().Field(name) }

// Summary describes the exchange.
func (p *packed) Summary() string { return p.unpack().Summary() }

// unpacked returns the thing as it was stored.
func unpacked(t Thing) Thing {
	if p, ok := t.(*packed); ok {
		return p.unpack()
	}
	return t
}

// packable reports whether an exchange has nothing that the packed form has not. Readers must get
// an equal exchange, and the packed form has neither faults nor zones.
func packable(x *Exchange) bool {
	return len(x.Faults) == 0 && x.At.Location() == time.UTC && x.Real.Location() == time.UTC
}

// pack packs exchanges that are packable. It uses the buffers again.
func (b *buffers) pack(list []*Exchange) []packed {
	block, items := &block{}, make([]packed, len(list)) // together, as they are dropped together
	b.text = b.text[:0]
	for i, x := range list {
		at := len(b.text)
		b.text = x.appendTo(b.text)
		items[i] = packed{name: x.Name, block: block, at: uint32(at), length: uint32(len(b.text) - at)}
	}
	b.encoded = s2.Encode(b.encoded[:cap(b.encoded)], b.text)
	block.data = string(b.encoded)
	for i := range items {
		items[i].share = uint32(len(block.data) / len(items))
	}
	return items
}

// buffers are used for one block after the other.
type buffers struct{ text, encoded []byte }

// unpackedBlocks is how many blocks stay unpacked for their next reader: lists read one exchange
// after the other, and several readers may be at it.
const unpackedBlocks = 4

// recent are the blocks that are unpacked, of all journals.
var recent struct {
	mu     sync.Mutex
	blocks [unpackedBlocks]*block
	next   int
}

// unpack returns the text of the block. Two readers may unpack one block at once; they get equal
// texts.
func (b *block) unpack() string {
	if text := b.text.Load(); text != nil {
		return *text
	}
	data, err := s2.Decode(nil, []byte(b.data))
	if err != nil {
		panic("journal: packed exchanges cannot be unpacked: " + err.Error())
	}
	text := string(data)
	b.text.Store(&text)
	recent.mu.Lock()
	defer recent.mu.Unlock()
	if old := recent.blocks[recent.next]; old != nil {
		old.text.Store(nil)
	}
	recent.blocks[recent.next] = b
	recent.next = (recent.next + 1) % unpackedBlocks
	return text
}

// unpack returns the exchange. Its texts are parts of one string, which is not the block's, so that
// a reader that keeps an exchange does not keep its neighbours.
func (p *packed) unpack() *Exchange {
	x := &Exchange{Name: p.name}
	x.readFrom(strings.Clone(p.block.unpack()[p.at : p.at+p.length]))
	return x
}

// texts are the fields of the exchange that are text, except for its name and its faults.
func (x *Exchange) texts() [15]*string {
	return [...]*string{
		(*string)(&x.Purpose), &x.SID, &x.ReplayOf, &x.Method, &x.URL, &x.Dialed, &x.Edge,
		(*string)(&x.Header), &x.Body, &x.Signature, (*string)(&x.ResponseHeader), &x.ResponseBody,
		&x.Code, &x.Error, &x.Fact,
	}
}

// appendTo appends the fields of the exchange, except for its name and its faults. A new field of
// the exchange needs a place here or in texts, and in readFrom; a test compares all fields.
func (x *Exchange) appendTo(b []byte) []byte {
	truncated := int64(0)
	if x.Truncated {
		truncated = 1
	}
	for _, n := range []int64{int64(x.Attempt), x.At.UnixNano(), x.Real.UnixNano(), int64(x.Duration),
		int64(x.Status), int64(x.QueryAt), truncated} {
		b = binary.AppendVarint(b, n)
	}
	for _, text := range x.texts() {
		b = append(binary.AppendUvarint(b, uint64(len(*text))), *text...)
	}
	return b
}

// readFrom reads what appendTo wrote.
func (x *Exchange) readFrom(s string) {
	var numbers [7]int64
	for i := range numbers {
		n, length := binary.Varint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
		numbers[i], s = n, s[length:]
	}
	x.Attempt = int(numbers[0])
	x.At, x.Real = time.Unix(0, numbers[1]).UTC(), time.Unix(0, numbers[2]).UTC()
	x.Duration, x.Status = time.Duration(numbers[3]), int(numbers[4])
	x.QueryAt, x.Truncated = int32(numbers[5]), numbers[6] == 1
	for _, text := range x.texts() {
		n, length := binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
		*text, s = s[length:length+int(n)], s[length+int(n):]
	}
}
