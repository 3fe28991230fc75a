package twiml

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Position is a place in a document. Both numbers count from 1; Column counts characters, not
// bytes, and a byte order mark is not one. The zero Position means the answer as a whole.
type Position struct{ Line, Column int }

// String returns "line 3, column 14", or "" for the zero Position.
func (p Position) String() string {
	if p == (Position{}) {
		return ""
	}
	return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
}

// locator turns offsets into positions. If the offsets ascend it reads the text only once.
type locator struct {
	text   []byte
	offset int
	pos    Position // of offset
}

func (l *locator) at(offset int) Position {
	if offset < l.offset || l.pos == (Position{}) {
		l.offset, l.pos = 0, Position{1, 1}
	}
	passed := l.text[l.offset:offset]
	if n := bytes.Count(passed, []byte{'\n'}); n > 0 {
		l.pos.Line, l.pos.Column = l.pos.Line+n, 1
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	l.pos.Column += utf8.RuneCount(passed)
	l.offset = offset
	return l.pos
}
