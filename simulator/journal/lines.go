package journal

import (
	"slices"
	"sort"
	"time"
)

// lineChunk is the number of lines in one chunk of 32 KiB, the largest size that Go's allocator
// does not round up to whole pages. A full chunk is never copied, and so neither is a long journal.
const lineChunk = 256

// chunk is a part of the lines. back says for each line how far behind it the one before about the
// same message is, 0 for none. A chunk that is packed has neither until it is read again.
type chunk struct {
	line   []line
	back   []uint32
	packed string
}

// warmChunks is how many of the newest chunks are kept as they are. Older ones are packed: most
// readers want the newest events.
const warmChunks = 2

// firstLines is how many lines the first chunk has room for at first: most of thousands of accounts
// may never have more.
const firstLines = 4

// lines holds the newest events. Each has its place, counted from 0. The journal's lock guards it.
type lines struct {
	chunks []chunk
	first  int // the place of the oldest that is kept
	gone   int // how many lines of the first chunk are dropped
	count  int // how many are kept
	bytes  int64
}

// line is an [Event] as it is stored, in 128 bytes: times take eight bytes, and the type is an
// index into types. The eight lines of a flow are a sixth of the memory that it needs.
type line struct {
	id, at, real                             int64 // times are Unix time in nanoseconds
	sid, status, rule, exchange, alert, note string
	errorCode                                int32
	http                                     int16
	kind                                     uint8
}

func makeLine(e Event) line {
	return line{
		id: e.ID, at: e.At.UnixNano(), real: e.Real.UnixNano(),
		kind: uint8(slices.Index(types[:], e.Type)),
		sid:  e.SID, status: e.Status, rule: e.Rule, exchange: e.Exchange, alert: e.Alert, note: e.Note,
		errorCode: int32(e.ErrorCode), http: int16(e.HTTP),
	}
}

func (l *line) event() Event {
	return Event{
		ID: l.id, At: time.Unix(0, l.at).UTC(), Real: time.Unix(0, l.real).UTC(), Type: types[l.kind],
		SID: l.sid, Status: l.status, Rule: l.rule, Exchange: l.exchange, Alert: l.alert, Note: l.note,
		ErrorCode: int(l.errorCode), HTTP: int(l.http),
	}
}

// put appends a line, which belongs to a chain unless end is nil, and drops the oldest if there are
// more than keep; 0 keeps all. The event's type must be one of [Types].
func (l *lines) put(e Event, keep int, end *uint32) {
	if i := l.gone + l.count; i == len(l.chunks)*lineChunk {
		room := lineChunk
		if i == 0 {
			room = firstLines
		}
		l.chunks = append(l.chunks, chunk{line: make([]line, 0, room), back: make([]uint32, 0, room)})
		if cold := len(l.chunks) - 1 - warmChunks; cold > 0 { // the first one is being dropped
			l.pack(cold)
		}
	}
	place, back := uint32(l.first+l.count), uint32(0)
	if end != nil {
		if *end != 0 {
			back = place + 1 - *end
		}
		*end = place + 1
	}
	c := &l.chunks[len(l.chunks)-1]
	c.line, c.back = append(c.line, makeLine(e)), append(c.back, back)
	l.count++
	l.bytes += c.line[len(c.line)-1].size()
	if keep > 0 && l.count > keep {
		l.dropFirst()
	}
}

// dropFirst drops the oldest line, and returns how many bytes it had. There is at least one.
func (l *lines) dropFirst() int64 {
	c := &l.chunks[0]
	bytes := int64(len(c.packed) / lineChunk)
	if c.packed == "" { // a packed one is not unpacked only to be dropped
		bytes = c.line[l.gone].size()
		c.line[l.gone] = line{}
	}
	l.bytes -= bytes
	l.gone++
	l.first++
	l.count--
	if l.gone == lineChunk {
		l.bytes -= int64(len(c.packed) % lineChunk)
		l.chunks[0] = chunk{}
		l.chunks, l.gone = l.chunks[1:], 0
	}
	return bytes
}

// at returns the i-th of the kept lines, and how far behind it the one before about the same
// message is.
func (l *lines) at(i int) (*line, uint32) {
	i += l.gone
	c := &l.chunks[i/lineChunk]
	if c.packed != "" {
		l.unpack(i / lineChunk)
	}
	return &c.line[i%lineChunk], c.back[i%lineChunk]
}

// last returns the newest n events, oldest first; n is at most the count.
func (l *lines) last(n int) []Event { return l.between(l.count-n, l.count) }

// between returns the events from one to before another, counted from the oldest.
func (l *lines) between(from, to int) []Event {
	events := make([]Event, 0, to-from)
	for i := from; i < to; i++ {
		line, _ := l.at(i)
		events = append(events, line.event())
	}
	return events
}

// after returns the events with an ID above id, oldest first.
func (l *lines) after(id int64) []Event { return l.between(l.firstAfter(id), l.count) }

// page returns no more than limit events with an ID above id, and whether there are more.
func (l *lines) page(id int64, limit int) (events []Event, more bool) {
	from := l.firstAfter(id)
	to := min(from+limit, l.count)
	return l.between(from, to), to < l.count
}

// firstAfter returns the place of the first event with an ID above id, counted from the oldest. It
// does not look at older ones, which may be packed: IDs grow by at least one from event to event,
// so no more events are behind id than the newest ID tells. A journal that was loaded may have
// gaps.
func (l *lines) firstAfter(id int64) int {
	if l.count == 0 {
		return 0
	}
	newest, _ := l.at(l.count - 1)
	from := int(min(max(int64(l.count)-(newest.id-id), 0), int64(l.count)))
	return from + sort.Search(l.count-from, func(i int) bool {
		line, _ := l.at(from + i)
		return line.id > id
	})
}
