package testscript

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestApplogIsBounded checks that of a long output the beginning and the end are kept, with a note
// of what is not, and that each part still belongs to its place in the scenario.
func TestApplogIsBounded(t *testing.T) {
	l := newApplog()
	line := 0
	l.stamp = func() logStamp { return logStamp{line: line / 10_000} }
	total := 0
	for ; line < 300_000; line++ {
		n, err := fmt.Fprintf(l, "line %d %s\n", line, strings.Repeat("x", 20))
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	text, _ := l.read()
	if len(text) > logHead+2*logTail+1000 || !strings.HasPrefix(text, "line 0 x") ||
		!strings.HasSuffix(text, "line 299999 xxxxxxxxxxxxxxxxxxxx\n") {
		t.Errorf("%d bytes are kept, from %.20q to %q", len(text), text, text[len(text)-40:])
	}
	note := droppedNote(l.dropped)
	if strings.Count(text, "[twilsim keeps") != 1 || !strings.Contains(text, "\n"+note+"line ") {
		t.Error("no note of what is missing, at the place of a line")
	}
	if got := len(text) - len(note) + l.dropped; got != total {
		t.Errorf("the note accounts for %d bytes of %d", got, total)
	}
	for i, s := range l.stamps {
		if s.at == l.head { // the note, and what follows it
			continue
		}
		var at int
		if _, err := fmt.Sscanf(text[s.at:], "line %d", &at); err != nil || at != s.line*10_000 {
			t.Errorf("part %d is at %.20q, want line %d", i, text[s.at:], s.line*10_000)
		}
	}
	if _, err := l.Write(bytes.Repeat([]byte("y"), 10<<20)); err != nil { // no line at all
		t.Fatal(err)
	}
	if text, _ := l.read(); len(text) > logHead+2*logTail+1000 {
		t.Errorf("%d bytes are kept of a line without an end", len(text))
	}
}

// TestApplogRead checks that reading a log does not copy it.
func TestApplogRead(t *testing.T) {
	l := newApplog()
	if _, err := l.Write(bytes.Repeat([]byte("y"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() { l.read() }); n > 0 {
		t.Errorf("%v allocations for each reading", n)
	}
}
