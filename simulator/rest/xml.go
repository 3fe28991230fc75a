package rest

import (
	"strings"
)

// xmlProlog stands before every XML answer, with single quotes (F-383).
const xmlProlog = "<?xml version='1.0' encoding='UTF-8'?>\n"

// appendXML writes the answer as XML: the element of that name within TwilioResponse (F-383).
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

// appendChild writes a field; null is an empty element (F-383).
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

// appendXMLList writes a page of a list: what JSON has as keys beside the list are attributes (F-385).
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

// camelCase makes DateSent of date_sent.
func camelCase(key string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(key, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// appendEscaped escapes what XML cannot have in a text or an attribute, and drops the control characters that XML 1.0 cannot
// have at all.
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
