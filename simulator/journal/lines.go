package journal

import "time"

// lineChunk is how many lines are kept together: what fits into 32 KiB, the largest size that Go's allocator hands out
// without rounding up to whole pages. A chunk never grows, so a long journal is never copied.
const lineChunk = 240

// lines holds the newest events.
type lines struct {
	chunks [][]line
	gone   int   // how many of the first chunk are dropped
	count  int   // how many are kept
	last   int64 // the ID of the newest; those before it count down by one
}

// line is an [Event] as it is kept: with times of eight bytes, and without its ID, which its place tells. Eight of them
// are a quarter of what a whole flow keeps.
type line struct {
	at, real                                 int64 // Unix time in nanoseconds
	kind                                     Type
	sid, status, rule, exchange, alert, note string
	errorCode, http                          int32
}

func makeLine(e Event) line {
	return line{
		at: e.At.UnixNano(), real: e.Real.UnixNano(), kind: e.Type,
		sid: e.SID, status: e.Status, rule: e.Rule, exchange: e.Exchange, alert: e.Alert, note: e.Note,
		errorCode: int32(e.ErrorCode), http: int32(e.HTTP),
	}
}

func (l *line) event(id int64) Event {
	return Event{
		ID: id, At: time.Unix(0, l.at).UTC(), Real: time.Unix(0, l.real).UTC(), Type: l.kind,
		SID: l.sid, Status: l.status, Rule: l.rule, Exchange: l.exchange, Alert: l.alert, Note: l.note,
		ErrorCode: int(l.errorCode), HTTP: int(l.http),
	}
}

// put appends a line and drops the oldest where there are more than keep; 0 keeps all. IDs follow one another.
func (l *lines) put(e Event, keep int) {
	if n := len(l.chunks); n == 0 || len(l.chunks[n-1]) == lineChunk {
		l.chunks = append(l.chunks, make([]line, 0, lineChunk))
	}
	newest := &l.chunks[len(l.chunks)-1]
	*newest = append(*newest, makeLine(e))
	l.count++
	l.last = e.ID
	if keep > 0 && l.count > keep {
		l.chunks[0][l.gone] = line{}
		l.gone++
		l.count--
		if l.gone == lineChunk {
			l.chunks[0] = nil
			l.chunks, l.gone = l.chunks[1:], 0
		}
	}
}

// newest returns the newest n events, oldest first; n is at most the count.
func (l *lines) newest(n int) []Event {
	events := make([]Event, 0, n)
	for i := l.gone + l.count - n; i < l.gone+l.count; i++ {
		id := l.last - int64(l.gone+l.count-1-i)
		events = append(events, l.chunks[i/lineChunk][i%lineChunk].event(id))
	}
	return events
}
