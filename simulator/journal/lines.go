package journal

// lineChunk is how many lines are kept together. A chunk never grows, so a long journal is never copied, and has no slack.
const lineChunk = 256

// lines holds the newest events.
type lines struct {
	chunks [][]Event
	gone   int // how many of the first chunk are dropped
	count  int
}

// put appends a line and drops the oldest where there are more than keep; 0 keeps all.
func (l *lines) put(e Event, keep int) {
	if n := len(l.chunks); n == 0 || len(l.chunks[n-1]) == lineChunk {
		l.chunks = append(l.chunks, make([]Event, 0, lineChunk))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, e)
	l.count++
	if keep > 0 && l.count > keep {
		l.chunks[0][l.gone] = Event{}
		l.gone++
		l.count--
		if l.gone == lineChunk {
			l.chunks[0] = nil
			l.chunks, l.gone = l.chunks[1:], 0
		}
	}
}

// last returns a copy of the newest n lines, oldest first; n is at most the count.
func (l *lines) last(n int) []Event {
	events := make([]Event, 0, n)
	for i := l.gone + l.count - n; i < l.gone+l.count; i++ {
		events = append(events, l.chunks[i/lineChunk][i%lineChunk])
	}
	return events
}
