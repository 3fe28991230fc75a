package journal

import (
	"encoding/binary"
	"time"

	"github.com/klauspost/compress/s2"
)

// hot is how many of the newest exchanges of a kind are kept as they are. Older ones are packed: an
// exchange is mostly text that the others have too, so that it takes a quarter of the memory.
// Readers get an exchange that is equal to the one that was stored; an exchange never changes.
const hot = 512

// packed is an exchange in packed form.
type packed struct {
	name string
	dict *s2.Dict // what it was packed with
	data string
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

// packer packs the exchanges of a shelf. Its dictionary is made of exchanges of the same journal,
// and from time to time of newer ones, because URLs and apps change.
type packer struct {
	dict    *s2.Dict
	sample  []byte // of the next dictionary
	packed  int    // with this dictionary
	text    []byte // buffers
	encoded []byte
}

// The sizes of a dictionary, and after how many exchanges the next one is made.
const (
	dictBytes   = 8 << 10
	dictRenewal = 10_000
)

// pack returns the exchange in packed form, and false if it has something that the form has not, or
// if there is no dictionary yet.
func (p *packer) pack(x *Exchange) (*packed, bool) {
	if len(x.Faults) > 0 || x.At.Location() != time.UTC || x.Real.Location() != time.UTC {
		return nil, false
	}
	p.text = x.appendTo(p.text[:0])
	if p.dict == nil || p.packed >= dictRenewal {
		p.sample = append(p.sample, p.text...)
		if len(p.sample) >= dictBytes {
			p.dict = s2.NewDict(p.sample[:min(len(p.sample), s2.MaxDictSize)])
			p.sample, p.packed = nil, 0
		}
	}
	if p.dict == nil {
		return nil, false
	}
	p.packed++
	p.encoded = p.dict.Encode(p.encoded[:cap(p.encoded)], p.text)
	return &packed{name: x.Name, dict: p.dict, data: string(p.encoded)}, true
}

// unpack returns the exchange. Its texts are parts of one string.
func (p *packed) unpack() *Exchange {
	text, err := p.dict.Decode(nil, []byte(p.data))
	if err != nil {
		panic("journal: a packed exchange cannot be unpacked: " + err.Error())
	}
	x := &Exchange{Name: p.name}
	x.readFrom(string(text))
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

// appendTo appends the fields of the exchange, except for its name and its faults.
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
