package journal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestCompact checks that a reader sees no difference after everything was packed, and that the
// journal goes on.
func TestCompact(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	j := New(func() time.Time { return at }, 700)
	write := func(n int) {
		for range n {
			x := &Exchange{Name: j.NextID("W"), Purpose: Status, At: at, Real: at,
				URL:    "http://127.0.0.1/status",
				Header: "Content-Type: application/x-www-form-urlencoded\r\n"}
			x.SID, x.Body = "SM"+x.Name, strings.Repeat("Body="+x.Name+"&", 5)
			j.Append(Event{Type: WebhookAttempt, SID: x.SID, Exchange: x.Name, HTTP: 200, Status: "sent",
				ErrorCode: 30003, Rule: "rule 1", Alert: "A1", Note: "note " + x.Name}, Webhooks, x)
		}
	}
	write(1000)
	before := j.History()
	for range 2 {
		j.Compact()
		if diff := cmp.Diff(before, j.History(), cmpopts.IgnoreUnexported(Exchange{})); diff != "" {
			t.Fatalf("compact has changed the history (-want +got):\n%s", diff)
		}
	}
	j.Compact()
	write(2000)
	if _, ok := j.Thing(Webhooks, "W2300"); ok || j.Count(Webhooks) != 700 {
		t.Errorf("%d webhooks are kept", j.Count(Webhooks))
	}
	for i, thing := range j.Things(Webhooks) {
		if want := fmt.Sprint("W", 2301+i); thing.ID() != want || thing.(*Exchange).SID != "SM"+want {
			t.Fatalf("webhook %d is %v, want %s", i, thing, want)
		}
	}
}

// TestLinesBytes checks that the sum of bytes fits to what is there, whichever chunks are packed,
// read and dropped.
func TestLinesBytes(t *testing.T) {
	var l lines
	n := int64(0)
	put := func(count, keep int) {
		for range count {
			n++
			l.put(Event{ID: n, Type: MessageStatus, SID: fmt.Sprint("SM", n), Note: "note"}, keep, nil)
		}
	}
	want := func() (bytes int64) {
		for i, c := range l.chunks {
			gone := l.goneOf(i)
			if c.packed != "" {
				bytes += int64(len(c.packed) - gone*(len(c.packed)/lineChunk))
				continue
			}
			for k := gone; k < len(c.line); k++ {
				bytes += c.line[k].size()
			}
		}
		return bytes
	}
	for i, step := range []func(){
		func() { put(5*lineChunk+10, 0) },
		func() { l.at(lineChunk + 5) },
		func() { put(lineChunk/2, l.count) },
		func() { put(lineChunk, l.count) },
		func() { l.pack(0) },
		func() { l.at(3) },
		func() { put(3*lineChunk, l.count) },
		func() { put(20, lineChunk/2) },
	} {
		if step(); l.bytes != want() {
			t.Fatalf("after step %d there are %d bytes, and the sum says %d", i, want(), l.bytes)
		}
	}
	if line, _ := l.at(l.count - 1); line.id != n {
		t.Errorf("the last line is %d, want %d", line.id, n)
	}
}
