// Package jsonobject appends JSON objects to a buffer. The bytes are those of [encoding/json],
// without reflection and without a copy: what happens is stored as JSON, and that must cost little.
package jsonobject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// Object is an object that is being appended to a buffer. Its fields are written in the order of
// the calls. The names are written as they are: they need no escapes.
type Object struct {
	b     []byte
	some  bool
	plain bool
}

// Begin begins an object at the end of a buffer.
func Begin(b []byte) Object { return Object{b: append(b, '{')} }

// BeginPlain is Begin for an object that is not put into a page: its texts have the characters <, >
// and & as they are, as after SetEscapeHTML(false) of an encoder.
func BeginPlain(b []byte) Object { return Object{b: append(b, '{'), plain: true} }

// End ends the object and returns the buffer.
func (o *Object) End() []byte { return append(o.b, '}') }

func (o *Object) name(name string) {
	if o.some {
		o.b = append(o.b, ',')
	}
	o.some = true
	o.b = append(append(append(o.b, '"'), name...), `":`...)
}

func (o *Object) text(value string) {
	if o.plain {
		o.b = appendText(o.b, value, &inPlain)
		return
	}
	o.b = appendText(o.b, value, &inHTML)
}

// Text writes a text.
func (o *Object) Text(name, value string) {
	o.name(name)
	o.text(value)
}

// TextOrNull writes a text, null for nil.
func (o *Object) TextOrNull(name string, value *string) {
	if value == nil {
		o.Null(name)
		return
	}
	o.Text(name, *value)
}

// Texts writes a list of texts, null for nil.
func (o *Object) Texts(name string, values []string) {
	if values == nil {
		o.Null(name)
		return
	}
	o.name(name)
	o.b = append(o.b, '[')
	for i, value := range values {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.text(value)
	}
	o.b = append(o.b, ']')
}

// Null writes null.
func (o *Object) Null(name string) {
	o.name(name)
	o.b = append(o.b, "null"...)
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

// IntOrNull writes a number, null for nil.
func (o *Object) IntOrNull(name string, value *int) {
	if value == nil {
		o.Null(name)
		return
	}
	o.Int(name, int64(*value))
}

// Bool writes true or false.
func (o *Object) Bool(name string, value bool) {
	o.name(name)
	o.b = strconv.AppendBool(o.b, value)
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

// TimeOrNull writes a time, null for nil.
func (o *Object) TimeOrNull(name string, value *time.Time) {
	if value == nil {
		o.Null(name)
		return
	}
	o.Time(name, *value)
}

// Object writes an object of which write writes the fields.
func (o *Object) Object(name string, write func(*Object)) {
	o.name(name)
	o.open()
	write(o)
	o.close()
}

// open and close write an object within this one. Another Object would be on the heap, because the
// compiler does not know what a function does with it.
func (o *Object) open() { o.b, o.some = append(o.b, '{'), false }

func (o *Object) close() { o.b, o.some = append(o.b, '}'), true }

// Append writes what value appends to a buffer, which is JSON.
func (o *Object) Append(name string, value func([]byte) []byte) {
	o.name(name)
	o.b = value(o.b)
}

// List writes a list of n objects, of which write writes the fields.
func (o *Object) List(name string, n int, write func(o *Object, i int)) {
	o.name(name)
	o.b = append(o.b, '[')
	for i := range n {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.open()
		write(o, i)
		o.close()
	}
	o.b = append(o.b, ']')
}

// Any writes any value. It panics if the value cannot be JSON.
func (o *Object) Any(name string, value any) {
	var data bytes.Buffer
	e := json.NewEncoder(&data)
	e.SetEscapeHTML(!o.plain)
	if err := e.Encode(value); err != nil {
		panic(fmt.Sprintf("jsonobject: %s: %v", name, err))
	}
	o.name(name)
	o.b = append(o.b, bytes.TrimSuffix(data.Bytes(), []byte("\n"))...)
}

const hex = "0123456789abcdef"

// asIs are the characters of ASCII that stand in a text as they are, a bit for each.
type asIs [2]uint64

func (s *asIs) has(c byte) bool { return c < utf8.RuneSelf && s[c>>6]>>(c&63)&1 != 0 }

const (
	graphic  = ^uint64(0) &^ (1<<' ' - 1) // from the blank on
	quote    = uint64(1) << '"'
	back     = uint64(1) << ('\\' - 64)
	brackets = uint64(1)<<'<' | uint64(1)<<'>' | uint64(1)<<'&'
)

var (
	inPlain = asIs{graphic &^ quote, ^back}
	inHTML  = asIs{graphic &^ quote &^ brackets, ^back}
)

// AppendText appends a text. Bytes that are not UTF-8 become U+FFFD.
func AppendText(b []byte, s string) []byte { return appendText(b, s, &inHTML) }

func appendText(b []byte, s string, plain *asIs) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain.has(c) {
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
