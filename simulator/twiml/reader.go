package twiml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/lazy"
)

// reader reads a document token by token. It checks what XML requires of a well-formed document and
// encoding/xml does not. All its errors are 12100, except io.EOF at the end of the document.
type reader struct {
	locator
	d          *xml.Decoder
	source     bytes.Reader // of d
	begin      int          // offset where d begins: behind the XML declaration
	start, end int          // offsets of the token read last
	attrs      []int
	// the elements that have begun and not ended, outermost first
	open    []openElement
	root    bool // the root element has begun
	doctype bool
	// the usual document has no more
	fewOpen  [4]openElement
	fewAttrs [4]int
}

type openElement struct {
	name  xml.Name
	start int
}

func newReader(text []byte, begin int) *reader {
	r := &reader{locator: locator{text: text}, begin: begin, start: begin, end: begin}
	r.open, r.attrs = r.fewOpen[:0], r.fewAttrs[:0]
	r.source.Reset(text[begin:])
	r.d = xml.NewDecoder(&r.source)
	return r
}

// next returns the next start tag, end tag or text inside the root element, and io.EOF at the end
// of the document. The text and r.attrs, the offsets of a start tag's attributes, are valid until
// the following call.
func (r *reader) next() (xml.Token, error) {
	for {
		r.start = r.end
		token, err := r.d.RawToken()
		r.end = r.begin + int(r.d.InputOffset())
		switch {
		case err == io.EOF:
			return nil, r.atEnd()
		case err != nil:
			return nil, r.syntax(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t, r.push(t)
		case xml.EndElement:
			return t, r.pop(t)
		case xml.CharData:
			if len(r.open) > 0 {
				return t, r.checkReferences(bytes.ContainsRune(t, utf8.RuneError))
			}
			err = r.checkOutside()
		case xml.ProcInst:
			err = r.checkInstruction(t)
		case xml.Directive:
			err = r.checkDirective(t)
		}
		if err != nil {
			return nil, err
		}
	}
}

// skip reads to the end of the element opened last.
func (r *reader) skip() error {
	for depth := len(r.open); len(r.open) >= depth; {
		if _, err := r.next(); err != nil {
			return err
		}
	}
	return nil
}

// drain reads to the end of the document.
func (r *reader) drain() error {
	for {
		if _, err := r.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (r *reader) push(t xml.StartElement) error {
	if len(r.open) == 0 && r.root {
		return r.fail(r.start, "<%s> follows the root element; a document has one", display(t.Name))
	}
	r.root = true
	r.open = append(r.open, openElement{t.Name, r.start})
	return r.checkAttributes(t.Attr)
}

func (r *reader) pop(t xml.EndElement) error {
	if len(r.open) == 0 {
		return r.fail(r.start, "</%s> closes nothing", display(t.Name))
	}
	last := r.open[len(r.open)-1]
	if last.name != t.Name {
		where := r.start
		return r.fail(
			where,
			"</%s> cannot close <%s> of %v",
			display(t.Name),
			display(last.name),
			r.at(last.start),
		)
	}
	r.open = r.open[:len(r.open)-1]
	return nil
}

func (r *reader) atEnd() error {
	switch {
	case !r.root:
		return r.fail(r.end, "the document has no root element; send at least <Response/>")
	case len(r.open) > 0:
		last := r.open[len(r.open)-1]
		return r.fail(last.start, "<%s> is never closed", display(last.name))
	}
	return io.EOF
}

// checkAttributes sets r.attrs. It refuses what XML forbids and encoding/xml accepts: two
// attributes without a space between them, and an attribute given twice.
func (r *reader) checkAttributes(attrs []xml.Attr) error {
	r.attrs = r.attrs[:0]
	replaced := false
	var seen map[xml.Name]bool
	if len(attrs) > 1 { // most elements have one attribute, or none
		seen = make(map[xml.Name]bool, len(attrs))
	}
	raw := r.text[r.start:r.end]
	i := bytes.IndexAny(raw, " \t\r\n/>")
	for _, a := range attrs {
		space := i
		for isSpace(raw[i]) {
			i++
		}
		at := r.start + i
		switch {
		case i == space:
			return r.fail(at, "attribute %s needs a space before it", display(a.Name))
		case seen[a.Name]:
			return r.fail(at, "attribute %s is given twice", display(a.Name))
		}
		if seen != nil {
			seen[a.Name] = true
		}
		replaced = replaced || strings.ContainsRune(a.Value, utf8.RuneError)
		r.attrs = append(r.attrs, at)
		i += bytes.IndexAny(raw[i:], `"'`) + 1
		i += bytes.IndexByte(raw[i:], raw[i-1]) + 1
	}
	return r.checkReferences(replaced)
}

// checkOutside refuses anything but white space outside the root element.
func (r *reader) checkOutside() error {
	if i := firstNonSpace(r.text[r.start:r.end]); i >= 0 {
		side := "before"
		if r.root {
			side = "after"
		}
		return r.fail(
			r.start+i,
			"there is text %s the root element; send <Response>…</Response> alone",
			side,
		)
	}
	return nil
}

// checkInstruction refuses an XML declaration after a blank line or a space, which is the most
// common mistake of all.
func (r *reader) checkInstruction(t xml.ProcInst) error {
	if strings.EqualFold(t.Target, "xml") {
		return r.fail(
			r.start,
			"the XML declaration must be the very first thing in the answer; drop what stands "+
				"before it",
		)
	}
	return nil
}

// checkDirective accepts one plain document type declaration before the root element.
func (r *reader) checkDirective(t xml.Directive) error {
	switch {
	case !bytes.HasPrefix(t, []byte("DOCTYPE")) || r.doctype || r.root:
		return r.fail(r.start, "<!%.20s is not allowed here", firstWord(t))
	case bytes.Contains(t, []byte("<!ENTITY")):
		return r.fail(
			r.start,
			"the document declares entities, which are not expanded; write the text itself",
		)
	}
	r.doctype = true
	return nil
}

// characterReference is the production CharRef of XML 1.0.
var characterReference = lazy.Regexp(`&#(x[0-9A-Fa-f]+|[0-9]+);`)

// checkReferences refuses a reference to half a surrogate pair, which encoding/xml turns into
// U+FFFD. replaced says that such a character came out, without which it need not look. CDATA has
// no references.
func (r *reader) checkReferences(replaced bool) error {
	if !replaced || bytes.HasPrefix(r.text[r.start:r.end], []byte("<![CDATA[")) {
		return nil
	}
	if at := r.badReference(); at >= 0 {
		return r.failReference(at)
	}
	return nil
}

// badReference returns the offset of the first reference in the token to a character that is not
// allowed in XML, -1 for none.
func (r *reader) badReference() int {
	for _, m := range characterReference().FindAllSubmatchIndex(r.text[r.start:r.end], -1) {
		digits, base := string(r.text[r.start+m[2]:r.start+m[3]]), 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if err != nil || !isXMLCharacter(rune(n)) {
			return r.start + m[0]
		}
	}
	return -1
}

// syntax turns an error of encoding/xml into ours. Its texts are for people who write TwiML, so the
// usual mistakes have one of their own. A reference is looked at first, because encoding/xml blames
// another place for it.
func (r *reader) syntax(err error) error {
	raw := r.text[r.start:r.end]
	reason := err.Error()
	if e := (*xml.SyntaxError)(nil); errors.As(err, &e) {
		reason = e.Msg
	}
	if at := r.badReference(); at >= 0 {
		return r.failReference(at)
	}
	switch {
	case strings.HasPrefix(reason, "invalid character entity"):
		return r.fail(
			r.start+bytes.LastIndexByte(raw, '&'),
			`"&" stands alone or begins an entity that XML does not have; write & as &amp;`,
		)
	case strings.HasPrefix(reason, "unescaped <"):
		return r.fail(
			r.start,
			"an attribute value holds < or is not closed; write < as &lt; and mind the quotation "+
				"marks",
		)
	case bytes.HasSuffix(raw, []byte("]]>")):
		return r.fail(r.end-3, `"]]>" stands outside CDATA; write > as &gt;`)
	case reason == "unexpected EOF":
		return r.fail(r.start, "the document ends inside what begins here")
	}
	return r.fail(r.start, "not well-formed: %.200s", reason)
}

func (r *reader) failReference(at int) error {
	return r.fail(at, "this is not the number of a character; write the character itself, in UTF-8")
}

// fail returns a 12100 (F-139). Its text also says when the app answered an HTML page, which is
// usually an error page.
func (r *reader) fail(offset int, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if len(r.open) > 0 && strings.EqualFold(r.open[0].name.Local, "html") {
		text += "; the app answered an HTML page instead of TwiML"
	}
	return newError(codeParse, r.at(offset), "%s", text)
}

func newError(code int, pos Position, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...), pos}
}

// display returns a name as the document has it, shortened if it is too long for a sentence.
func display(n xml.Name) string {
	if n.Space != "" {
		return fmt.Sprintf("%.40s:%.40s", n.Space, n.Local)
	}
	return fmt.Sprintf("%.40s", n.Local)
}

func firstWord(b []byte) []byte {
	word, _, _ := bytes.Cut(b, []byte{' '})
	return word
}

// firstNonSpace returns the index of the first byte that is not white space, or -1.
func firstNonSpace(b []byte) int {
	for i, c := range b {
		if !isSpace(c) {
			return i
		}
	}
	return -1
}

// isSpace is the production S of XML 1.0. Other Unicode spaces, such as the no-break space, are
// text.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func trimSpace(s string) string { return strings.Trim(s, " \t\r\n") }
