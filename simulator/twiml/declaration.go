package twiml

import (
	"bytes"

	"twilsim/simulator/lazy"
)

// sdkDeclaration is the declaration that the official SDKs write (F-103). Nearly all answers begin
// with it, so it is compared before the regular expression runs.
const sdkDeclaration = `<?xml version="1.0" encoding="UTF-8"?>`

// declaration is the production XMLDecl of XML 1.0.
var declaration = lazy.Regexp(`\A<\?xml\s+version\s*=\s*(?:"([^"<&]*)"|'([^'<&]*)')` +
	`(?:\s+encoding\s*=\s*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?` +
	`(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>`)

// readDeclaration reads the XML declaration at the start of text. It returns the encoding that it
// names, "" for none, and its length, 0 for a document without a declaration. encoding/xml does not
// get the declaration: it would refuse every encoding but UTF-8.
func readDeclaration(text []byte) (encoding string, length int, err error) {
	if bytes.HasPrefix(text, []byte(sdkDeclaration)) {
		return "UTF-8", len(sdkDeclaration), nil
	}
	if rest, ok := bytes.CutPrefix(text, []byte("<?xml")); !ok || len(rest) == 0 ||
		!isSpace(rest[0]) {
		return "", 0, nil
	}
	m := declaration().FindSubmatch(text)
	if m == nil {
		return "", 0, newError(
			codeParse,
			Position{1, 1},
			"the XML declaration is malformed; write %s",
			sdkDeclaration,
		)
	}
	if version := string(m[1]) + string(m[2]); version != "1.0" { // F-140
		return "", 0, newError(
			codeVersion,
			Position{1, 1},
			`XML version %.20q is not supported; write version="1.0"`,
			version,
		)
	}
	return string(m[3]) + string(m[4]), len(m[0]), nil
}

// decode returns the document in UTF-8, checked for characters that are not allowed in XML, and the
// length of its XML declaration. charset is that of the Content-Type, "" for none.
func decode(body []byte, charset string) (text []byte, length int, err error) {
	if isUTF16(body) {
		return nil, 0, newError(
			codeParse,
			Position{1, 1},
			"the answer is in UTF-16, which is not read here; send UTF-8",
		)
	}
	text, marked := bytes.CutPrefix(body, []byte(byteOrderMark))
	encoding, length, err := readDeclaration(text)
	if err != nil {
		return nil, 0, err
	}
	converted, err := convert(text, encoding, charset)
	if err != nil {
		return nil, 0, err
	}
	if !marked { // the mark says UTF-8, whatever else is said
		text = converted
	}
	if offset, what := illegal(text); offset >= 0 {
		l := locator{text: text}
		return nil, 0, newError(
			codeParse,
			l.at(offset),
			"%s; send UTF-8 without control characters",
			what,
		)
	}
	return text, length, nil
}

// convert prefers the declared encoding to the charset, and ignores a charset that it cannot read.
func convert(text []byte, encoding, charset string) ([]byte, error) {
	if encoding != "" {
		out, ok := toUTF8(text, encoding)
		if !ok {
			return nil, newError(
				codeParse,
				Position{1, 1},
				"the answer is not in encoding %.40q, or that is not read here; send UTF-8",
				encoding,
			)
		}
		return out, nil
	}
	if out, ok := toUTF8(text, charset); ok {
		return out, nil
	}
	return text, nil
}
