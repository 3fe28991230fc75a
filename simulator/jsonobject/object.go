// Package jsonobject appends JSON objects to a buffer. The bytes are those of [encoding/json],
// without reflection and without a copy: what happens is stored as JSON, and that must cost little.
package jsonobject

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// Object is an object that is being appended to a buffer. Its fields are written in the order of
// the calls. The names are written as they are: they need no escapes.
type Object struct {
	b    []byte
	some bool
}

// Begin begins an object at the end of a buffer.
func Begin(b []byte) Object { return Object{b: append(b, '{')} }

// End ends the object and returns the buffer.
func (o *Object) End() []byte { return append(o.b, '}') }

func (o *Object) name(name string) {
	if o.some {
		o.b = append(o.b, ',')
	}
	o.some = true
	o.b = append(append(append(o.b, '"'), name...), `":`...)
}

// Text writes a text.
func (o *Object) Text(name, value string) {
	o.name(name)
	o.b = AppendText(o.b, value)
}

// SomeText writes a text that is not "".
func (o *Object) SomeText(name, value string) {
	if value != "" {
		o.Text(name, value)
	}
}

// Int writes a number.
func (o *Object) Int(name string, value int64) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, value, 10)
}

// SomeInt writes a number that is not 0.
func (o *Object) SomeInt(name string, value int64) {
	if value != 0 {
		o.Int(name, value)
	}
}

// IfTrue writes a field that is true.
func (o *Object) IfTrue(name string, value bool) {
	if value {
		o.name(name)
		o.b = append(o.b, "true"...)
	}
}

// Time writes a time, whose year has four digits.
func (o *Object) Time(name string, value time.Time) {
	o.name(name)
	o.b = append(value.AppendFormat(append(o.b, '"'), time.RFC3339Nano), '"')
}

// SomeTime writes a time that is not zero.
func (o *Object) SomeTime(name string, value time.Time) {
	if !value.IsZero() {
		o.Time(name, value)
	}
}

// Object writes an object of which write writes the fields.
func (o *Object) Object(name string, write func(*Object)) {
	o.name(name)
	inner := Begin(o.b)
	write(&inner)
	o.b = inner.End()
}

// List writes a list of n objects, of which write writes the fields.
func (o *Object) List(name string, n int, write func(o *Object, i int)) {
	o.name(name)
	o.b = append(o.b, '[')
	for i := range n {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		inner := Begin(o.b)
		write(&inner, i)
		o.b = inner.End()
	}
	o.b = append(o.b, ']')
}

// Any writes any value. It panics if the value cannot be JSON.
func (o *Object) Any(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("jsonobject: %s: %v", name, err))
	}
	o.name(name)
	o.b = append(o.b, data...)
}

const hex = "0123456789abcdef"

// AppendText appends a text. Bytes that are not UTF-8 become U+FFFD.
func AppendText(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		size := 1
		if c < utf8.RuneSelf {
			b = appendEscape(append(b, s[done:i]...), c)
		} else {
			var r rune
			switch r, size = utf8.DecodeRuneInString(s[i:]); {
			case r == utf8.RuneError && size == 1:
				b = append(append(b, s[done:i]...), `\ufffd`...)
			case r == '\u2028' || r == '\u2029':
				b = append(append(b, s[done:i]...), `\u202`...)
				b = append(b, hex[r&0xf])
			default:
				i += size
				continue
			}
		}
		i += size
		done = i
	}
	return append(append(b, s[done:]...), '"')
}

// appendEscape appends an ASCII character that cannot stand in a text as it is.
func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}
