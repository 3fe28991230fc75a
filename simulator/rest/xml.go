package rest

import (
	"strings"
)

// xmlProlog begins every XML answer. Its quotes are single (F-383).
const xmlProlog = "<?xml version='1.0' encoding='UTF-8'?>\n"

// appendXML appends an answer as XML: an element of that name in TwilioResponse (F-383).
func appendXML(b []byte, name string, o object) []byte {
	b = append(append(b, xmlProlog...), "<TwilioResponse>"...)
	b = appendElement(b, name, o)
	return append(b, "</TwilioResponse>"...)
}

func appendElement(b []byte, name string, o object) []byte {
	b = append(append(append(b, '<'), name...), '>')
	for i := range o {
		b = appendChild(b, &o[i])
	}
	return append(append(append(b, "</"...), name...), '>')
}

// appendChild appends a field. Null is an empty element (F-383).
func appendChild(b []byte, f *field) []byte {
	name := camelCase(f.name)
	switch f.kind {
	case text, literal:
		if f.text != "" {
			b = append(append(append(b, '<'), name...), '>')
			b = appendEscaped(b, f.text)
			return append(append(append(b, "</"...), name...), '>')
		}
	case nested:
		return appendElement(b, name, f.inner.object)
	}
	return append(append(append(b, '<'), name...), "/>"...)
}

// appendXMLList appends a page of a list. The keys that JSON has beside the list are attributes
// (F-385).
func appendXMLList(b []byte, p *page) []byte {
	name := p.xmlName
	b = append(append(append(append(b, xmlProlog...), "<TwilioResponse><"...), name...), ' ')
	for i, f := range p.attributes() {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(append(b, strings.ReplaceAll(f.name, "_", "")...), `="`...)
		b = append(appendEscaped(b, f.text), '"')
	}
	b = append(b, '>')
	for _, item := range p.items {
		b = appendElement(b, p.xmlItem, item)
	}
	return append(append(append(b, "</"...), name...), "></TwilioResponse>"...)
}

// camelCase turns date_sent into DateSent.
func camelCase(key string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(key, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// appendEscaped appends a text or the value of an attribute. It escapes what XML requires, and
// leaves out the control characters that XML 1.0 does not allow at all.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\r':
			b = append(b, "&#13;"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}
