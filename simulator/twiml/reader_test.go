package twiml

var encodingTests = []parseTest{
	{
		name: "declared ISO-8859-1",
		body: "<?xml version='1.0' encoding='ISO-8859-1' standalone='yes' " +
			"?>\n<Response><Message>caf\xe9</Message><Foo/></Response>",
		want: verbs(text("café", 2, 11)).
			with(Warning{12200, "<Foo> is ignored; <Response> takes <Message> and <Redirect>",
				at(2, 34)}),
	},
	{
		name: "charset ISO-8859-1", contentType: "text/xml; charset=iso-8859-1",
		body: "<Response><Message>caf\xe9</Message></Response>",
		want: verbs(text("café", 1, 11)),
	},
	{
		name:        "the declaration goes before the charset",
		contentType: "text/xml; charset=iso-8859-1",
		body:        `<?xml version="1.0" encoding="UTF-8"?><Response><Message>café</Message></Response>`,
		want:        verbs(text("café", 1, 49)),
	},
	{
		name: "byte order mark",
		body: "\uFEFF<?xml version='1.0' " +
			"encoding='ISO-8859-1'?><Response><Message>café</Message></Response>",
		want: verbs(text("café", 1, 54)),
	},
	{name: "declared US-ASCII", body: "<?xml version='1.0' encoding='US-ASCII'?>" + hello,
		want: verbs(text("hello", 1, 52))},
	{
		name: "declared US-ASCII and is not, 12100",
		body: "<?xml version='1.0' " +
			"encoding='US-ASCII'?><Response><Message>café</Message></Response>",
		err: &Error{12100,
			`the answer is not in encoding "US-ASCII", or that is not read here; send UTF-8`,
			at(1, 1)},
	},
	{
		name: "declared UTF-16, 12100",
		body: `<?xml version="1.0" encoding="utf-16"?>` + hello,
		err: &Error{12100,
			`the answer is not in encoding "utf-16", or that is not read here; send UTF-8`,
			at(1, 1)},
	},
	{
		name: "UTF-16, 12100",
		body: "\xff\xfe<\x00R\x00",
		err: &Error{12100, "the answer is in UTF-16, which is not read here; send UTF-8",
			at(1, 1)},
	},
	{
		name: "not UTF-8, 12100",
		body: "<Response>\n<Message>Gr\u00fc\xdfe</Message></Response>",
		err: &Error{12100, "byte 0xDF is not UTF-8; send UTF-8 without control characters",
			at(2, 13)},
	},
	{
		name: "NUL, 12100",
		body: "<Response><!-- \x00 --></Response>",
		err: &Error{12100, "character U+0000 is not allowed in XML; send UTF-8 without control " +
			"characters", at(1, 16)},
	},
	{
		name: "XML 1.1, 12101",
		body: `<?xml version="1.1" encoding="UTF-8"?>` + hello,
		err:  &Error{12101, `XML version "1.1" is not supported; write version="1.0"`, at(1, 1)},
	},
	{
		name: "no version, 12100",
		body: `<?xml encoding="UTF-8"?>` + hello,
		err: &Error{12100,
			`the XML declaration is malformed; write <?xml version="1.0" encoding="UTF-8"?>`,
			at(1, 1)},
	},
	{
		name: "blank line before the declaration, 12100",
		body: "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + hello,
		err: &Error{12100, "the XML declaration must be the very first thing in the answer; " +
			"drop what stands before it", at(2, 1)},
	},
	{name: "other instructions may stand first", body: "<?xml-stylesheet x?>\n<!-- c -->" + hello,
		want: verbs(text("hello", 2, 21))},
}

// malformedTests are 12100 and 12102 (F-096).
var malformedTests = []parseTest{
	malformed("bare ampersand", `<Response><Message>Tom & Jerry</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 24),
	malformed("bare ampersand in a URL",
		`<Response><Message action="/a?b=1&c=2">x</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 34),
	malformed("HTML entity", `<Response><Message>&nbsp;</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 20),
	malformed("emoji as surrogates", `<Response><Message>hi &#55357;&#56832;</Message></Response>`,
		"this is not the number of a character; write the character itself, in UTF-8", 23),
	malformed("surrogate in an attribute",
		`<Response><Message to="&#xD83D;">hi</Message></Response>`,
		"this is not the number of a character; write the character itself, in UTF-8", 24),
	malformed("reference to NUL", `<Response><Message>&#33;&#0;</Message></Response>`,
		"this is not the number of a character; write the character itself, in UTF-8", 25),
	malformed("quotation mark left open", `<Response><Message action="/a>x</Message></Response>`,
		"an attribute value holds < or is not closed; write < as &lt; and mind the quotation marks",
		11),
	malformed("no quotation marks", `<Response><Message action=/a>x</Message></Response>`,
		"not well-formed: unquoted or missing attribute value in element", 11),
	malformed("attribute twice", `<Response><Message to="+12" to="+12">x</Message></Response>`,
		"attribute to is given twice", 29),
	malformed("attributes without a space",
		`<Response><Message to="+12"from="+12">x</Message></Response>`,
		"attribute from needs a space before it", 28),
	malformed("wrong end tag", `<Response><Message>x</message></Response>`,
		"</message> cannot close <Message> of line 1, column 11", 21),
	malformed("end tag alone", `</Response>`, "</Response> closes nothing", 1),
	malformed("element left open", `<Response><Message>x`, "<Message> is never closed", 11),
	malformed("tag left open", `<Response><Message`, "the document ends inside what begins here",
		11),
	malformed("CDATA end in a text", `<Response><Message>a]]>b</Message></Response>`,
		`"]]>" stands outside CDATA; write > as &gt;`, 21),
	malformed("two roots", `<Response/><Response/>`, "<Response> follows the root element; a "+
		"document has one", 12),
	malformed("text before the root", `Hello`, "there is text before the root element; send "+
		"<Response>…</Response> alone", 1),
	malformed("text after the root", `<Response/> ok`, "there is text after the root element; "+
		"send <Response>…</Response> alone", 13),
	malformed("white space alone", ` `, "the document has no root element; send at least "+
		"<Response/>", 2),
	malformed("after a redirect too", `<Response><Redirect>/x</Redirect><b></Response>`,
		"</Response> cannot close <b> of line 1, column 34", 37),
	malformed("HTML that is not XML", `<!DOCTYPE html><html><body><p>Oops</body></html>`,
		"</body> cannot close <p> of line 1, column 28; the app answered an HTML page instead of "+
			"TwiML", 35),
	malformed("entity declarations",
		`<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>`,
		"the document declares entities, which are not expanded; write the text itself", 1),
	malformed("declarations in the wrong place", `<Response><!DOCTYPE Response></Response>`,
		"<!DOCTYPE is not allowed here", 11),
	{name: "document type", body: `<!DOCTYPE Response SYSTEM "http://example.com/r.dtd">` + hello,
		want: verbs(text("hello", 1, 64))},
	{name: "surrogate numbers in CDATA are text",
		body: "<Response><Message><![CDATA[\uFFFD&#xD83D;]]></Message></Response>",
		want: verbs(text("\uFFFD&#xD83D;", 1, 11))},
	{name: "replacement character", body: "<Response><Message>\uFFFD&#65;</Message></Response>",
		want: verbs(text("\uFFFDA", 1, 11))},
	{name: "root in small letters, 12102", body: `<response/>`,
		err: &Error{12102, "the root element is <response>; names are case-sensitive, write " +
			"<Response>", at(1, 1)}},
	{name: "another root, 12102", body: "<!-- c -->\n<Message>x</Message>",
		err: &Error{12102, "the root element is <Message>; it must be <Response>", at(2, 1)}},
	{name: "HTML that is XML, 12102", contentType: "text/html",
		body: `<!DOCTYPE html><html></html>`,
		err: &Error{12102, "the root element is <html>; the app answered an HTML page instead of " +
			"TwiML", at(1, 16)}},
}

// malformed is a row of one line that gives a 12100 at column.
func malformed(name, body, text string, column int) parseTest {
	return parseTest{name: name + ", 12100", body: body, err: &Error{12100, text, at(1, column)}}
}
