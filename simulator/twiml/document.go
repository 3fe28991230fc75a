package twiml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"mime"
	"strings"
)

// Limits of Twilio. MaxMessages and MaxDocuments apply to a whole run, from one inbound message to
// the last document that its answer redirects to, so the caller must count.
const (
	maxBytes     = 64 << 10 // length of an answer; above it 11750 (F-057)
	MaxMessages  = 10       // messages sent in one run; above it 14109 (F-100)
	MaxDocuments = 50       // documents fetched in one run; above it 14106 (F-100)
	maxBody      = 1600     // characters of a message's text; above it 14103 (F-110)
	maxMedia     = 10       // media of a message (F-111)
)

// Document is a parsed answer: the verbs that run, in order (F-099), and what Twilio's debugger
// would report about it, in the order of the document. There is at most one [*Redirect], and it is
// the last verb.
type Document struct {
	Verbs    []Verb
	Warnings []Warning
}

// Verb is a [*Message] or a [*Redirect].
type Verb interface{ verb() }

// Parse parses an answer. base is the absolute URL of the request, against which the URLs of the
// document are resolved (F-114). contentType is the Content-Type header as received, "" for none.
//
// XML and HTML types are parsed as TwiML, text/plain is one message (F-097). An empty body of any
// type is a Document without verbs and with warning 11770, not an error, because many apps send it
// for "no reply" (F-058).
//
// The error is always an [*Error], and the Document is then nil. It keeps nothing of body, and is
// safe for concurrent use.
func Parse(base, contentType string, body []byte) (*Document, error) {
	switch {
	case len(body) > maxBytes: // F-136
		return nil, newError(codeTooLarge, Position{},
			"the answer has more than %d bytes; split it with <Redirect>", maxBytes)
	case len(body) == 0: // F-138
		const text = "the answer is empty and nothing is sent; to send nothing on purpose, " +
			"answer <Response/>"
		return &Document{Warnings: []Warning{{Code: codeEmpty, Text: text}}}, nil
	}
	p := &parser{base: base}
	media, charset := mediaType(contentType)
	switch media {
	case "text/xml", "application/xml", "text/html":
		return p.document(body, charset)
	case "text/plain":
		return p.plain(body, charset), nil
	case "":
		return nil, newError(
			codeContentType,
			Position{},
			"the answer has no Content-Type; send it as text/xml",
		)
	}
	return nil, newError(
		codeContentType,
		Position{},
		"Content-Type %.80q is not accepted; send the answer as text/xml",
		media,
	)
}

// mediaType splits a Content-Type. Parameters that cannot be parsed are ignored.
func mediaType(contentType string) (media, charset string) {
	media, rest, _ := strings.Cut(contentType, ";")
	if rest == "" {
		return strings.ToLower(strings.TrimSpace(media)), ""
	}
	if _, parameters, err := mime.ParseMediaType(contentType); err == nil {
		charset = parameters["charset"]
	}
	return strings.ToLower(strings.TrimSpace(media)), charset
}

// parser builds a Document from the tokens of its reader, which is nil for an answer that is not
// XML.
type parser struct {
	*reader
	base       string
	doc        Document
	redirected bool // a <Redirect> has been reached, and nothing runs any more (F-115)
}

// plain makes the whole answer the text of a message. It is not XML, so all characters are allowed.
func (p *parser) plain(body []byte, charset string) *Document {
	text, ok := toUTF8(body, charset)
	if !ok {
		text = body
	}
	text = bytes.ToValidUTF8(bytes.TrimPrefix(text, []byte(byteOrderMark)), []byte("\uFFFD"))
	p.send(&Message{Method: "POST", Body: trimSpace(string(text)), Pos: Position{1, 1}})
	return &p.doc
}

// document parses an answer in XML. It looks at the root element only after the whole document has
// turned out to be well-formed: an HTML page that is not is a 12100, not a 12102.
func (p *parser) document(body []byte, charset string) (*Document, error) {
	text, begin, err := decode(body, charset)
	if err != nil {
		return nil, err
	}
	p.reader = newReader(text, begin)
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	root := token.(xml.StartElement) // next gives nothing else first
	pos := p.at(p.start)
	if root.Name != (xml.Name{Local: "Response"}) { // F-096
		if err := p.drain(); err != nil {
			return nil, err
		}
		return nil, newError(
			codeRoot,
			pos,
			"the root element is <%s>; %s",
			display(root.Name),
			adviseRoot(root.Name),
		)
	}
	p.noAttributes(root)
	if err := p.content(p.verb, p.stray); err != nil {
		return nil, err
	}
	if err := p.drain(); err != nil {
		return nil, err
	}
	return &p.doc, nil
}

// content reads to the end of the element opened last. It calls element for each child, which must
// read to the end of the child, and text for each piece of text.
func (p *parser) content(element func(xml.StartElement) error, text func([]byte)) error {
	for {
		token, err := p.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = element(t)
		case xml.CharData:
			text(t)
		case xml.EndElement:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// verb reads a child of <Response>.
func (p *parser) verb(t xml.StartElement) error {
	switch {
	case p.redirected:
		return p.skip()
	case t.Name == xml.Name{Local: "Message"}:
		return p.message(t)
	case t.Name == xml.Name{Local: "Redirect"}:
		return p.redirect(t)
	}
	return p.unknown(t, "Response")
}

// stray warns about text outside a verb. It looks at the document's own bytes, because those say
// where the text begins.
func (p *parser) stray([]byte) {
	if i := firstNonSpace(p.text[p.start:p.end]); i >= 0 && !p.redirected {
		p.warn(
			codeSchema,
			p.at(p.start+i),
			"text in <Response> outside a verb is ignored; put it in <Message>",
		)
	}
}

// unknown warns about an element that is not allowed in parent, and skips it with everything in it
// (F-098).
func (p *parser) unknown(t xml.StartElement, parent string) error {
	code, text := unknownElement(t.Name, parent)
	p.warn(code, p.at(p.start), "%s", text)
	return p.skip()
}

// noAttributes warns about the attributes of an element that may not have any.
func (p *parser) noAttributes(t xml.StartElement) {
	for i, a := range t.Attr {
		p.unknownAttribute(i, a, t)
	}
}

func (p *parser) unknownAttribute(i int, a xml.Attr, t xml.StartElement) {
	if !isDeclaration(a.Name) {
		p.warn(codeSchema, p.at(p.attrs[i]), "%s", unknownAttribute(a.Name, t.Name.Local))
	}
}

// leaf returns the text of an element that may contain only text.
func (p *parser) leaf(name string) (string, error) {
	var b strings.Builder
	err := p.content(
		func(t xml.StartElement) error { return p.unknown(t, name) },
		func(text []byte) { b.Write(text) })
	return b.String(), err
}

// method reads the attribute of that name (F-107).
func (p *parser) method(value string, pos Position) string {
	if value == "GET" || value == "POST" {
		return value
	}
	p.warn(codeMethod, pos, "method %.40q is read as POST; write GET or POST, in capitals", value)
	return "POST"
}

// url resolves a URL of the document. what names it in the warning; with a warning, the result is
// "".
func (p *parser) url(code int, what, ref string, pos Position) string {
	if ref == "" {
		p.warn(code, pos, "%s is empty; give a URL or leave it out", what)
		return ""
	}
	u, err := Resolve(p.base, ref)
	if err != nil {
		p.warn(code, pos, "%s is not a usable URL and is ignored: %v", what, err)
		return ""
	}
	return u
}

func (p *parser) warn(code int, pos Position, format string, args ...any) {
	p.doc.Warnings = append(p.doc.Warnings, Warning{code, fmt.Sprintf(format, args...), pos})
}
