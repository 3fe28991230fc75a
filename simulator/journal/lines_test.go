package journal

import "testing"

// TestLinesAfter reads the events behind each ID, of lines without and with gaps between their IDs.
func TestLinesAfter(t *testing.T) {
	for _, step := range []int64{1, 3} {
		var l lines
		const n = 3*lineChunk + 7
		for i := range int64(n) {
			l.put(Event{ID: 10 + i*step, Type: Changed}, 2*lineChunk+5, nil)
		}
		oldest, newest := 10+(n-2*lineChunk-5)*step, 10+(n-1)*step
		for id := oldest - 5; id < newest+5; id++ {
			want := 0
			for i := range int64(n) {
				if at := 10 + i*step; at >= oldest && at > id {
					want++
				}
			}
			events := l.after(id)
			if len(events) != want || want > 0 && (events[0].ID <= id || events[want-1].ID != newest) {
				t.Fatalf("step %d: %d events after %d, want %d", step, len(events), id, want)
			}
		}
	}
}

// TestLinesStayPacked checks that a reader of the newest events does not unpack the old ones, which
// would need eight times the memory from then on.
func TestLinesStayPacked(t *testing.T) {
	var l lines
	for id := range int64(20 * lineChunk) {
		l.put(Event{ID: id + 1, Type: Changed}, 0, nil)
		l.after(id)
	}
	for i := 1; i < len(l.chunks)-1-warmChunks; i++ { // the first one is never packed
		if l.chunks[i].packed == "" {
			t.Errorf("chunk %d of %d is not packed", i, len(l.chunks))
		}
	}
}
