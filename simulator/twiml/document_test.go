package twiml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// base is where the documents of the tests come from.
const base = "https://shop.example/hooks/sms?lang=en"

// parseTest is an answer and what becomes of it. An empty contentType stands for text/xml, "none" for no header.
type parseTest struct {
	name        string
	contentType string
	body        string
	want        Document
	err         *Error
}

func (tt parseTest) header() string {
	switch tt.contentType {
	case "":
		return "text/xml"
	case "none":
		return ""
	}
	return tt.contentType
}

func verbs(v ...Verb) Document { return Document{Verbs: v} }

func warnings(w ...Warning) Document { return Document{Warnings: w} }

func (d Document) with(w ...Warning) Document {
	d.Warnings = w
	return d
}

// text is a message that the sender of the inbound message gets, from a <Message> in the given line and column.
func text(body string, line, column int) *Message {
	return &Message{Method: "POST", Body: body, Pos: Position{line, column}}
}

func at(line, column int) Position { return Position{line, column} }

// parseTests has every row; FuzzParse starts from the same.
func parseTests() []parseTest {
	rows := [][]parseTest{verbTests, typeTests, schemaTests, attributeTests, bodyTests, encodingTests, malformedTests}
	var all []parseTest
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

func TestParse(t *testing.T) {
	for _, tt := range parseTests() {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(base, tt.header(), []byte(tt.body))
			var gotErr *Error
			if err != nil && !errors.As(err, &gotErr) {
				t.Fatalf("Parse gave a %T: %v", err, err)
			}
			if diff := cmp.Diff(tt.err, gotErr); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			want := &tt.want
			if tt.err != nil {
				want = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

var verbTests = []parseTest{
	{
		name: "tutorial",
		body: `<Response><Message action="/status">Hello, World!</Message></Response>`,
		want: verbs(&Message{Action: "https://shop.example/status", Method: "POST", Body: "Hello, World!", Pos: at(1, 11)}),
	},
	{
		name: "SDK builder, F-103",
		body: `<?xml version="1.0" encoding="UTF-8"?><Response><Message to="+12025550142" from="+12025550100" ` +
			`action="status" method="GET" statusCallback="https://b.example/sc#rc=2&amp;rp=all">` +
			`<Body>Store &amp; pickup 🧾</Body><Media>/receipt.png</Media></Message>` +
			`<Redirect method="GET">?next=1</Redirect></Response>`,
		want: verbs(
			&Message{
				To: "+12025550142", From: "+12025550100",
				Action: "https://shop.example/hooks/status", Method: "GET",
				StatusCallback: "https://b.example/sc#rc=2&rp=all", // F-049
				Body:           "Store & pickup 🧾", Media: []string{"https://shop.example/receipt.png"},
				Pos: at(1, 49),
			},
			&Redirect{URL: "https://shop.example/hooks/sms?next=1", Method: "GET", Pos: at(1, 249)}),
	},
	{
		name: "SDK builder with line breaks, F-103",
		body: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n<Message>\n<Body>Hi</Body>\n</Message>\n</Response>\n",
		want: verbs(text("Hi", 3, 1)),
	},
	{name: "nothing to send, F-096", body: `<Response/>`},
	{name: "nothing to send, long form", body: "<Response>\n</Response>"},
	{
		name: "several messages keep their order, F-099",
		body: "<Response>\n  <Message>one</Message>\n  <Message>two</Message>\n</Response>",
		want: verbs(text("one", 2, 3), text("two", 3, 3)),
	},
	{
		name: "more than MaxMessages is for the caller to count, F-100",
		body: "<Response>" + strings.Repeat("<Message>x</Message>", MaxMessages+1) + "</Response>",
		want: func() (d Document) {
			for i := range MaxMessages + 1 {
				d.Verbs = append(d.Verbs, text("x", 1, 11+20*i))
			}
			return d
		}(),
	},
	{
		name: "nothing runs after a redirect, F-115",
		body: "<Response><Message>a</Message><Redirect>\n  /next\n</Redirect>text<Message to='x'>b</Message><Redirect/><Say/></Response>",
		want: verbs(text("a", 1, 11), &Redirect{URL: "https://shop.example/next", Method: "POST", Pos: at(1, 31)}),
	},
	{
		name: "nothing runs after a redirect to nowhere, 11100",
		body: "<Response><Redirect>ftp://x/</Redirect><Message>b</Message></Response>",
		want: verbs(&Redirect{Method: "POST", Pos: at(1, 11)}).
			with(Warning{11100, `<Redirect> is no usable URL and is ignored: "ftp://x/" does not begin with http:// or https://`, at(1, 11)}),
	},
	{
		name: "empty redirect, 11100",
		body: "<Response><Redirect/></Response>",
		want: verbs(&Redirect{Method: "POST", Pos: at(1, 11)}).
			with(Warning{11100, "<Redirect> is empty; give a URL or leave it out", at(1, 11)}),
	},
	{
		name: "a redirect takes no verbs, F-115",
		body: "<Response><Redirect>/a<Message>b</Message></Redirect></Response>",
		want: verbs(&Redirect{URL: "https://shop.example/a", Method: "POST", Pos: at(1, 11)}).
			with(Warning{12200, "<Message> is ignored in <Redirect>; it belongs in <Response>", at(1, 23)}),
	},
}

var hello = `<Response><Message>hello</Message></Response>`

var typeTests = []parseTest{
	{name: "application/xml, F-097", contentType: "application/xml", body: hello, want: verbs(text("hello", 1, 11))},
	{name: "text/html, F-097", contentType: "text/html; charset=utf-8", body: hello, want: verbs(text("hello", 1, 11))},
	{name: "type in capitals", contentType: "Text/XML;Charset=UTF-8", body: hello, want: verbs(text("hello", 1, 11))},
	{name: "unknown and broken parameters", contentType: `text/xml; charset=; x=";`, body: hello, want: verbs(text("hello", 1, 11))},
	{name: "charset that is not read", contentType: "text/xml; charset=koi8-r", body: hello, want: verbs(text("hello", 1, 11))},
	{name: "text/plain, F-097", contentType: "text/plain", body: "Hi <b>&amp; you\n", want: verbs(text("Hi <b>&amp; you", 1, 1))},
	{
		name: "text/plain in ISO-8859-1", contentType: "text/plain; charset=ISO-8859-1", body: "caf\xe9",
		want: verbs(text("café", 1, 1)),
	},
	{name: "text/plain in no encoding", contentType: "text/plain", body: "caf\xe9", want: verbs(text("caf\uFFFD", 1, 1))},
	{
		name: "text/plain in another encoding", contentType: "text/plain; charset=koi8-r", body: "\uFEFFhi",
		want: verbs(text("hi", 1, 1)),
	},
	{
		name: "text/plain, blank, 14103", contentType: "text/plain", body: " \n",
		want: warnings(Warning{14103, "the message has neither text nor media and is not sent", at(1, 1)}),
	},
	{
		name: "JSON, 12300", contentType: "application/json", body: `{}`,
		err: &Error{12300, `Content-Type "application/json" is not accepted; send the answer as text/xml`, Position{}},
	},
	{
		name: "no type, 12300", contentType: "none", body: hello,
		err: &Error{12300, "the answer has no Content-Type; send it as text/xml", Position{}},
	},
	{
		name: "empty, 11770, F-058", contentType: "none",
		want: warnings(Warning{11770, "the answer is empty and nothing is sent; to send nothing on purpose, answer <Response/>", Position{}}),
	},
	{
		name: "too large, 11750, F-057",
		body: "<Response>" + strings.Repeat(" ", MaxBytes) + "</Response>",
		err:  &Error{11750, "the answer has more than 65536 bytes; split it with <Redirect>", Position{}},
	},
	{name: "as large as may be, F-057", body: hello + strings.Repeat(" ", MaxBytes-len(hello)), want: verbs(text("hello", 1, 11))},
}

// schemaTests are 12200 and 14110 (F-098).
var schemaTests = []parseTest{
	{
		name: "voice verbs, 14110",
		body: "<Response>\n <Say>hi</Say>\n <Message>x</Message>\n <Gather><Play>a</Play></Gather>\n</Response>",
		want: verbs(text("x", 3, 2)).with(
			Warning{14110, "<Say> is a voice verb and is skipped; a message is answered with <Message> or <Redirect>", at(2, 2)},
			Warning{14110, "<Gather> is a voice verb and is skipped; a message is answered with <Message> or <Redirect>", at(4, 2)}),
	},
	{
		name: "unknown elements, 12200",
		body: "<Response><message>a</message><Mesage>b</Mesage><Banana/><Sms>c</Sms></Response>",
		want: warnings(
			Warning{12200, "<message> is ignored; names are case-sensitive, write <Message>", at(1, 11)},
			Warning{12200, "<Mesage> is ignored; did you mean <Message>?", at(1, 31)},
			Warning{12200, "<Banana> is ignored; <Response> takes <Message> and <Redirect>", at(1, 49)},
			Warning{12200, "<Sms> is the old name of <Message> and is not simulated; write <Message>", at(1, 58)}),
	},
	{
		name: "wrong nesting, 12200",
		body: "<Response><Body>a</Body><Response/><Message>b<Message>c</Message><Redirect>/x</Redirect><Say/></Message></Response>",
		want: verbs(text("b", 1, 36)).with(
			Warning{12200, "<Body> is ignored in <Response>; it belongs in <Message>", at(1, 11)},
			Warning{12200, "<Response> is the root element and is ignored anywhere else", at(1, 25)},
			Warning{12200, "<Message> is ignored in <Message>; it belongs in <Response>", at(1, 46)},
			Warning{12200, "<Redirect> is ignored in <Message>; it belongs in <Response>", at(1, 66)},
			Warning{12200, "<Say> is ignored; <Message> takes <Body> and <Media>", at(1, 89)}),
	},
	{
		name: "markup in a text, 12200",
		body: "<Response><Message>a <b>bold</b> c</Message><Message><Body>d<i/></Body></Message></Response>",
		want: verbs(text("a  c", 1, 11), text("d", 1, 45)).with(
			Warning{12200, "<b> is ignored; <Message> takes <Body> and <Media>", at(1, 22)},
			Warning{12200, "<i> is ignored; <Body> takes text alone", at(1, 61)}),
	},
	{
		name: "text outside verbs, 12200",
		body: "<Response>\n  Hello<Message>x</Message><![CDATA[you]]></Response>",
		want: verbs(text("x", 2, 8)).with(
			Warning{12200, "text in <Response> outside a verb is ignored; put it in <Message>", at(2, 3)},
			Warning{12200, "text in <Response> outside a verb is ignored; put it in <Message>", at(2, 28)}),
	},
	{
		name: "unknown attributes, 12200",
		body: "<Response version='1'><Message\n  Action='/a' statuscallback='/s'\n  acton='/b' colour='red'><Body a='b'>x</Body></Message></Response>",
		want: verbs(text("x", 1, 23)).with(
			Warning{12200, "attribute version is ignored; <Response> takes none", at(1, 11)},
			Warning{12200, "attribute Action of <Message> is ignored; names are case-sensitive, write action", at(2, 3)},
			Warning{12200, "attribute statuscallback of <Message> is ignored; names are case-sensitive, write statusCallback", at(2, 15)},
			Warning{12200, "attribute acton of <Message> is ignored; did you mean action?", at(3, 3)},
			Warning{12200, "attribute colour is ignored; <Message> takes to, from, action, method, statusCallback", at(3, 14)},
			Warning{12200, "attribute a is ignored; <Body> takes none", at(3, 33)}),
	},
	{
		name: "unknown attribute of a redirect, 12200",
		body: "<Response><Redirect metod='GET'>/x</Redirect></Response>",
		want: verbs(&Redirect{URL: "https://shop.example/x", Method: "POST", Pos: at(1, 11)}).
			with(Warning{12200, "attribute metod of <Redirect> is ignored; did you mean method?", at(1, 21)}),
	},
	{
		name: "namespaces",
		body: "<Response xmlns:xsi='urn:i' xmlns='urn:d' xsi:x='y'><Message>a</Message><t:Message>b</t:Message></Response>",
		want: verbs(text("a", 1, 53)).with(Warning{12200, "<t:Message> is ignored; did you mean <Message>?", at(1, 73)}),
	},
	{
		name: "long names are cut",
		body: "<Response><" + strings.Repeat("x", 30000) + "/></Response>",
		want: warnings(Warning{12200, "<" + strings.Repeat("x", 40) + "> is ignored; <Response> takes <Message> and <Redirect>", at(1, 11)}),
	},
	{
		name: "columns are characters",
		body: "<Response><Message>Grüße 🧾</Message><Foo/></Response>",
		want: verbs(text("Grüße 🧾", 1, 11)).
			with(Warning{12200, "<Foo> is ignored; <Response> takes <Message> and <Redirect>", at(1, 37)}),
	},
}

var attributeTests = []parseTest{
	{
		name: "possible addresses",
		body: `<Response><Message to="whatsapp:+14155238886" from="Shop 24">a</Message><Message to="12345" from="87654321">b</Message></Response>`,
		want: verbs(
			&Message{To: "whatsapp:+14155238886", From: "Shop 24", Method: "POST", Body: "a", Pos: at(1, 11)},
			&Message{To: "12345", From: "87654321", Method: "POST", Body: "b", Pos: at(1, 73)}),
	},
	{
		name: "bad to, 14101",
		body: `<Response><Message to=" 12025550142">a</Message><Message to="">b</Message><Message>c</Message></Response>`,
		want: verbs(text("c", 1, 75)).with(
			Warning{14101, `to " 12025550142" is no address and the message is not sent; write a number as in +12025550142`, at(1, 20)},
			Warning{14101, `to "" is no address and the message is not sent; write a number as in +12025550142`, at(1, 58)}),
	},
	{
		name: "bad from, 14102",
		body: `<Response><Message from="TwelveLetter">a</Message></Response>`,
		want: warnings(Warning{14102, `from "TwelveLetter" is no sender and the message is not sent; ` +
			`write a number as in +12025550142 or a name of 1 to 11 characters with a letter in it`, at(1, 20)}),
	},
	{
		name: "bad method, 14104",
		body: `<Response><Message method="get">a</Message><Redirect method="PUT">/x</Redirect></Response>`,
		want: verbs(text("a", 1, 11), &Redirect{URL: "https://shop.example/x", Method: "POST", Pos: at(1, 44)}).with(
			Warning{14104, `method "get" is read as POST; write GET or POST, in capitals`, at(1, 20)},
			Warning{14104, `method "PUT" is read as POST; write GET or POST, in capitals`, at(1, 54)}),
	},
	{
		name: "bad action, 11100",
		body: `<Response><Message action="localhost:3000/status">a</Message><Message action="">b</Message></Response>`,
		want: verbs(text("a", 1, 11), text("b", 1, 62)).with(
			Warning{11100, `action is no usable URL and is ignored: "localhost:3000/status" does not begin with http:// or https://`, at(1, 20)},
			Warning{11100, "action is empty; give a URL or leave it out", at(1, 71)}),
	},
	{
		name: "bad statusCallback, 14105",
		body: `<Response><Message statusCallback="http://my_host/s">a</Message></Response>`,
		want: verbs(text("a", 1, 11)).with(
			Warning{14105, `statusCallback is no usable URL and is ignored: "http://my_host/s" has an underscore in its host name`, at(1, 20)}),
	},
	{
		name: "bad media, 11100",
		body: `<Response><Message>a<Media>/my cat.jpg</Media><Media> ok.jpg </Media></Message></Response>`,
		want: verbs(&Message{Method: "POST", Body: "a", Media: []string{"https://shop.example/hooks/ok.jpg"}, Pos: at(1, 11)}).with(
			Warning{11100, `<Media> is no usable URL and is ignored: "https://shop.example/my cat.jpg" has white space in it; ` +
				`write a space as %20`, at(1, 21)}),
	},
}

var bodyTests = []parseTest{
	{
		name: "text in several places is one text, F-109, F-110",
		body: "<Response><Message>\n a <Body>b</Body>\n <Body> c</Body> d\n</Message></Response>",
		want: verbs(text("a b c d", 1, 11)),
	},
	{
		name: "line breaks inside stay",
		body: "<Response><Message>\n  one\r\n\r\n  two\u00a0\n</Message></Response>",
		want: verbs(text("one\n\n  two\u00a0", 1, 11)),
	},
	{
		name: "entities, references, CDATA, comments, instructions",
		body: `<Response><Message>&lt;a&gt; &#38; &#x1F600;<!-- no --> <?php no ?><![CDATA[<b> & &amp;]]></Message></Response>`,
		want: verbs(text("<a> & 😀 <b> & &amp;", 1, 11)),
	},
	{
		name: "1600 characters, F-110",
		body: "<Response><Message>" + strings.Repeat("é", MaxBody) + "</Message></Response>",
		want: verbs(text(strings.Repeat("é", MaxBody), 1, 11)),
	},
	{
		name: "1601 characters, 14103",
		body: "<Response><Message>" + strings.Repeat("é", MaxBody) + "<Body>.</Body></Message><Message>x</Message></Response>",
		want: verbs(text("x", 1, 1644)).
			with(Warning{14103, "the text has 1601 characters and may have 1600; the message is not sent", at(1, 11)}),
	},
	{
		name: "empty, 14103",
		body: "<Response><Message/><Message> <Body/> </Message><Message><Media>/%zz</Media></Message></Response>",
		want: warnings(
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 11)},
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 21)},
			Warning{11100, `<Media> is no usable URL and is ignored: "https://shop.example/%zz" does not parse: invalid URL escape "%zz"`, at(1, 58)},
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 49)}),
	},
	{
		name: "media alone",
		body: "<Response><Message><Media>https://a.example/b.gif</Media></Message></Response>",
		want: verbs(&Message{Method: "POST", Media: []string{"https://a.example/b.gif"}, Pos: at(1, 11)}),
	},
	{
		name: "twelve media, 14103 inferred, F-111",
		body: "<Response><Message>" + strings.Repeat("<Media>a</Media>", MaxMedia+2) + "</Message></Response>",
		want: verbs(&Message{
			Method: "POST", Media: strings.Fields(strings.Repeat("https://shop.example/hooks/a ", MaxMedia)), Pos: at(1, 11),
		}).with(Warning{14103, "a message takes 10 <Media>; this one and those after it are left out", at(1, 180)}),
	},
}

var encodingTests = []parseTest{
	{
		name: "declared ISO-8859-1",
		body: "<?xml version='1.0' encoding='ISO-8859-1' standalone='yes' ?>\n<Response><Message>caf\xe9</Message><Foo/></Response>",
		want: verbs(text("café", 2, 11)).
			with(Warning{12200, "<Foo> is ignored; <Response> takes <Message> and <Redirect>", at(2, 34)}),
	},
	{
		name: "charset ISO-8859-1", contentType: "text/xml; charset=iso-8859-1",
		body: "<Response><Message>caf\xe9</Message></Response>",
		want: verbs(text("café", 1, 11)),
	},
	{
		name: "the declaration goes before the charset", contentType: "text/xml; charset=iso-8859-1",
		body: `<?xml version="1.0" encoding="UTF-8"?><Response><Message>café</Message></Response>`,
		want: verbs(text("café", 1, 49)),
	},
	{
		name: "byte order mark",
		body: "\uFEFF<?xml version='1.0' encoding='ISO-8859-1'?><Response><Message>café</Message></Response>",
		want: verbs(text("café", 1, 54)),
	},
	{name: "declared US-ASCII", body: "<?xml version='1.0' encoding='US-ASCII'?>" + hello, want: verbs(text("hello", 1, 52))},
	{
		name: "declared US-ASCII and is not, 12100",
		body: "<?xml version='1.0' encoding='US-ASCII'?><Response><Message>café</Message></Response>",
		err:  &Error{12100, `the answer is not in encoding "US-ASCII", or that is not read here; send UTF-8`, at(1, 1)},
	},
	{
		name: "declared UTF-16, 12100",
		body: `<?xml version="1.0" encoding="utf-16"?>` + hello,
		err:  &Error{12100, `the answer is not in encoding "utf-16", or that is not read here; send UTF-8`, at(1, 1)},
	},
	{
		name: "UTF-16, 12100",
		body: "\xff\xfe<\x00R\x00",
		err:  &Error{12100, "the answer is in UTF-16, which is not read here; send UTF-8", at(1, 1)},
	},
	{
		name: "not UTF-8, 12100",
		body: "<Response>\n<Message>Gr\u00fc\xdfe</Message></Response>",
		err:  &Error{12100, "byte 0xDF is not UTF-8; send UTF-8 without control characters", at(2, 13)},
	},
	{
		name: "NUL, 12100",
		body: "<Response><!-- \x00 --></Response>",
		err:  &Error{12100, "character U+0000 is not allowed in XML; send UTF-8 without control characters", at(1, 16)},
	},
	{
		name: "XML 1.1, 12101",
		body: `<?xml version="1.1" encoding="UTF-8"?>` + hello,
		err:  &Error{12101, `XML version "1.1" is not supported; write version="1.0"`, at(1, 1)},
	},
	{
		name: "no version, 12100",
		body: `<?xml encoding="UTF-8"?>` + hello,
		err:  &Error{12100, `the XML declaration is malformed; write <?xml version="1.0" encoding="UTF-8"?>`, at(1, 1)},
	},
	{
		name: "blank line before the declaration, 12100",
		body: "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + hello,
		err:  &Error{12100, "the XML declaration must be the very first thing in the answer; drop what stands before it", at(2, 1)},
	},
	{name: "other instructions may stand first", body: "<?xml-stylesheet x?>\n<!-- c -->" + hello, want: verbs(text("hello", 2, 21))},
}

// malformedTests are 12100 and 12102 (F-096).
var malformedTests = []parseTest{
	malformed("bare ampersand", `<Response><Message>Tom & Jerry</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 24),
	malformed("bare ampersand in a URL", `<Response><Message action="/a?b=1&c=2">x</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 34),
	malformed("HTML entity", `<Response><Message>&nbsp;</Message></Response>`,
		`"&" stands alone or begins an entity that XML does not have; write & as &amp;`, 20),
	malformed("emoji as surrogates", `<Response><Message>hi &#55357;&#56832;</Message></Response>`,
		"this is the number of no character; write the character itself, in UTF-8", 23),
	malformed("surrogate in an attribute", `<Response><Message to="&#xD83D;">hi</Message></Response>`,
		"this is the number of no character; write the character itself, in UTF-8", 24),
	malformed("reference to NUL", `<Response><Message>&#33;&#0;</Message></Response>`,
		"this is the number of no character; write the character itself, in UTF-8", 25),
	malformed("quotation mark left open", `<Response><Message action="/a>x</Message></Response>`,
		"an attribute value holds < or is not closed; write < as &lt; and mind the quotation marks", 11),
	malformed("no quotation marks", `<Response><Message action=/a>x</Message></Response>`,
		"not well-formed: unquoted or missing attribute value in element", 11),
	malformed("attribute twice", `<Response><Message to="+12" to="+12">x</Message></Response>`,
		"attribute to is given twice", 29),
	malformed("attributes without a space", `<Response><Message to="+12"from="+12">x</Message></Response>`,
		"attribute from needs a space before it", 28),
	malformed("wrong end tag", `<Response><Message>x</message></Response>`,
		"</message> cannot close <Message> of line 1, column 11", 21),
	malformed("end tag alone", `</Response>`, "</Response> closes nothing", 1),
	malformed("element left open", `<Response><Message>x`, "<Message> is never closed", 11),
	malformed("tag left open", `<Response><Message`, "the document ends inside what begins here", 11),
	malformed("CDATA end in a text", `<Response><Message>a]]>b</Message></Response>`, `"]]>" stands outside CDATA; write > as &gt;`, 21),
	malformed("two roots", `<Response/><Response/>`, "<Response> follows the root element; a document has one", 12),
	malformed("text before the root", `Hello`, "there is text before the root element; send <Response>…</Response> alone", 1),
	malformed("text after the root", `<Response/> ok`, "there is text after the root element; send <Response>…</Response> alone", 13),
	malformed("white space alone", ` `, "the document has no root element; send at least <Response/>", 2),
	malformed("after a redirect too", `<Response><Redirect>/x</Redirect><b></Response>`,
		"</Response> cannot close <b> of line 1, column 34", 37),
	malformed("HTML that is not XML", `<!DOCTYPE html><html><body><p>Oops</body></html>`,
		"</body> cannot close <p> of line 1, column 28; the app answered an HTML page instead of TwiML", 35),
	malformed("entity declarations", `<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>`,
		"the document declares entities, and none is expanded; write the text itself", 1),
	malformed("declarations in the wrong place", `<Response><!DOCTYPE Response></Response>`, "<!DOCTYPE is not allowed here", 11),
	{name: "document type", body: `<!DOCTYPE Response SYSTEM "http://example.com/r.dtd">` + hello, want: verbs(text("hello", 1, 64))},
	{name: "surrogate numbers in CDATA are text", body: "<Response><Message><![CDATA[\uFFFD&#xD83D;]]></Message></Response>",
		want: verbs(text("\uFFFD&#xD83D;", 1, 11))},
	{name: "replacement character", body: "<Response><Message>\uFFFD&#65;</Message></Response>", want: verbs(text("\uFFFDA", 1, 11))},
	{name: "root in small letters, 12102", body: `<response/>`,
		err: &Error{12102, "the root element is <response>; names are case-sensitive, write <Response>", at(1, 1)}},
	{name: "another root, 12102", body: "<!-- c -->\n<Message>x</Message>",
		err: &Error{12102, "the root element is <Message>; it must be <Response>", at(2, 1)}},
	{name: "HTML that is XML, 12102", contentType: "text/html", body: `<!DOCTYPE html><html></html>`,
		err: &Error{12102, "the root element is <html>; the app answered an HTML page instead of TwiML", at(1, 16)}},
}

// malformed is a row of one line that gives a 12100 at column.
func malformed(name, body, text string, column int) parseTest {
	return parseTest{name: name + ", 12100", body: body, err: &Error{12100, text, at(1, column)}}
}

// TestParseHostile holds that documents made to hurt a parser come to the same end as honest ones. None takes more than a
// fraction of a second; a test that hangs is the failure.
func TestParseHostile(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE l [<!ENTITY l0 "lol">`)
	for i := range 9 {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	laughs.WriteString(`]><Response><Message>&l9;</Message></Response>`)
	fill := func(unit string) string { return strings.Repeat(unit, (MaxBytes-100)/len(unit)) }
	tests := []struct {
		name, body     string
		code, warnings int
	}{
		{"billion laughs", laughs.String(), 12100, 0},
		{"deep nesting", fill("<a>"), 12100, 0},
		{"deep nesting in a message", "<Response><Message>" + fill("<a>"), 12100, 0},
		{"closed deep nesting", "<Response>" + strings.Repeat("<a>", 9000) + strings.Repeat("</a>", 9000) + "</Response>", 0, 1},
		{"many elements", "<Response>" + fill("<a/>") + "</Response>", 0, 16359},
		{"many lines", "<Response>" + fill("<a/>\n") + "</Response>", 0, 13087},
		{"many media", "<Response><Message>x" + fill("<Media><a/></Media>") + "</Message></Response>", 0, 3444 + 11},
		{"many messages", "<Response>" + fill("<Message><Media><a/></Media></Message>") + "</Response>", 0, 3 * 1722},
		{"many attributes", "<Response" + func() string {
			var b strings.Builder
			for i := range 6000 {
				fmt.Fprintf(&b, " a%d=''", i)
			}
			return b.String()
		}() + "/>", 0, 6000},
		{"one long attribute name", "<Response " + fill("x") + "=''/>", 0, 1},
		{"many bad references", "<Response>" + fill("&#xD800;") + "</Response>", 12100, 0},
		{"many good references", "<Response>" + fill("\uFFFD<!---->&#x41;") + "</Response>", 0, 4090},
		{"NUL alone", fill("\x00"), 12100, 0},
		{"less-than alone", fill("<"), 12100, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse(base, "text/xml", []byte(tt.body))
			code, warnings := 0, 0
			if e := (*Error)(nil); errors.As(err, &e) {
				code = e.Code
			} else {
				warnings = len(d.Warnings)
			}
			if code != tt.code || warnings != tt.warnings {
				t.Errorf("got code %d with %d warnings, want %d with %d", code, warnings, tt.code, tt.warnings)
			}
		})
	}
}

func TestErrorError(t *testing.T) {
	for want, e := range map[string]*Error{
		"12100: it is bad (line 2, column 3)": {12100, "it is bad", Position{2, 3}},
		"12300: it is bad":                    {12300, "it is bad", Position{}},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := (Position{}).String(); got != "" {
		t.Errorf("the zero Position is %q, want an empty text", got)
	}
}
