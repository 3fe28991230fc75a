package journal

import (
	"encoding/json"
	"iter"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"twilsim/simulator/jsonobject"
	"twilsim/simulator/mask"
)

// Header is the header of a request or response as sent, with a "Name: value" line for each field.
// It is a string because thousands of headers are kept, and an http.Header needs several times the
// memory.
type Header string

// MakeHeader writes h in the order of its names.
func MakeHeader(h http.Header) Header {
	names := make([]string, 0, 16)
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	b := make([]byte, 0, 512) // on the stack, so that the kept string has no unused capacity
	for _, name := range names {
		for _, value := range h[name] {
			b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
		}
	}
	return Header(b)
}

// All yields the fields in order.
func (h Header) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for line := range strings.SplitSeq(string(h), "\r\n") {
			if name, value, ok := strings.Cut(line, ": "); ok && !yield(name, value) {
				return
			}
		}
	}
}

// Get returns the first value of the field, "" if there is none. It ignores case.
func (h Header) Get(name string) string {
	name = textproto.CanonicalMIMEHeaderKey(name)
	for n, value := range h.All() {
		if textproto.CanonicalMIMEHeaderKey(n) == name {
			return value
		}
	}
	return ""
}

// MarshalJSON writes the header as an object of lists, like Go's http.Header.
func (h Header) MarshalJSON() ([]byte, error) {
	return h.appendJSON(make([]byte, 0, len(h)+len(h)/2)), nil
}

// appendJSON appends what MarshalJSON returns, without a map and reflection, because the answer to
// each text has the headers of all its webhooks.
func (h Header) appendJSON(b []byte) []byte {
	b = append(b, '{')
	last, open := "", false
	for name, value := range h.sorted().All() {
		switch {
		case open && name == last:
			b = append(b, ',')
		case open:
			b = append(b, "],"...)
			fallthrough
		default:
			b = append(jsonobject.AppendText(b, name), ":["...)
		}
		b, last, open = jsonobject.AppendText(b, value), name, true
	}
	if open {
		b = append(b, ']')
	}
	return append(b, '}')
}

// sorted returns the header with its names in order, as [MakeHeader] writes them. Only a header
// that was read from a file can need it.
func (h Header) sorted() Header {
	last := ""
	for name := range h.All() {
		if name < last {
			fields := http.Header{}
			for name, value := range h.All() {
				fields[name] = append(fields[name], value)
			}
			return MakeHeader(fields)
		}
		last = name
	}
	return h
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (h *Header) UnmarshalJSON(data []byte) error {
	fields := http.Header{}
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	*h = MakeHeader(fields)
	return nil
}

// Without returns the header without the fields of that name.
func (h Header) Without(name string) Header {
	name = textproto.CanonicalMIMEHeaderKey(name)
	var b strings.Builder
	for n, value := range h.All() {
		if textproto.CanonicalMIMEHeaderKey(n) != name {
			b.WriteString(n + ": " + value + "\r\n")
		}
	}
	return Header(b.String())
}

// Masked returns the header with its credentials masked, except for their scheme: Basic [masked],
// and with the passwords of URLs hidden, such as that of a Location.
func (h Header) Masked() Header {
	h = Header(mask.Text(string(h)))
	if h.Get("Authorization") == "" && h.Get("Proxy-Authorization") == "" {
		return h
	}
	var b strings.Builder
	for name, value := range h.All() {
		b.WriteString(name + ": " + MaskField(name, value) + "\r\n")
	}
	return Header(b.String())
}

// MaskField returns the value of a header's field, masked if it is a credential.
func MaskField(name, value string) string {
	if strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Proxy-Authorization") {
		return Mask(value)
	}
	return value
}

// Mask hides a credential and keeps its scheme: Basic [masked]. A credential without a scheme is
// masked completely: [masked].
func Mask(credential string) string {
	if scheme, _, ok := strings.Cut(credential, " "); ok {
		return scheme + " [masked]"
	}
	return "[masked]"
}
