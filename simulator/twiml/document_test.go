package twiml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// base is the URL of the documents in the tests.
const base = "https://shop.example/hooks/sms?lang=en"

// parseTest is an answer and the result of parsing it. An empty contentType means text/xml, "none"
// means no header.
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

// text is a message that the sender of the inbound message gets, from a <Message> in the given line
// and column.
func text(body string, line, column int) *Message {
	return &Message{Method: "POST", Body: body, Pos: Position{line, column}}
}

func at(line, column int) Position { return Position{line, column} }

// parseTests has every row; FuzzParse starts from the same.
func parseTests() []parseTest {
	rows := [][]parseTest{verbTests, typeTests, schemaTests, attributeTests, bodyTests,
		encodingTests, malformedTests}
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
		want: verbs(&Message{Action: "https://shop.example/status", Method: "POST",
			Body: "Hello, World!", Pos: at(1, 11)}),
	},
	{
		name: "SDK builder, F-103",
		body: `<?xml version="1.0" encoding="UTF-8"?><Response><Message to="+12025550142" ` +
			`from="+12025550100" action="status" method="GET" ` +
			`statusCallback="https://b.example/sc#rc=2&amp;rp=all"><Body>Store &amp; pickup ` +
			`🧾</Body><Media>/receipt.png</Media></Message><Redirect ` +
			`method="GET">?next=1</Redirect></Response>`,
		want: verbs(
			&Message{
				To: "+12025550142", From: "+12025550100",
				Action: "https://shop.example/hooks/status", Method: "GET",
				StatusCallback: "https://b.example/sc#rc=2&rp=all", // F-049
				Body:           "Store & pickup 🧾",
				Media:          []string{"https://shop.example/receipt.png"},
				Pos:            at(1, 49),
			},
			&Redirect{URL: "https://shop.example/hooks/sms?next=1", Method: "GET",
				Pos: at(1, 249)}),
	},
	{
		name: "SDK builder with line breaks, F-103",
		body: "<?xml version=\"1.0\" " +
			"encoding=\"UTF-8\"?>\n<Response>\n<Message>\n<Body>Hi</Body>\n</Message>\n</Response>\n",
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
		body: "<Response><Message>a</Message><Redirect>\n  /next\n</Redirect>text<Message " +
			"to='x'>b</Message><Redirect/><Say/></Response>",
		want: verbs(text("a", 1, 11), &Redirect{URL: "https://shop.example/next", Method: "POST",
			Pos: at(1, 31)}),
	},
	{
		name: "nothing runs after a redirect to nowhere, 11100",
		body: "<Response><Redirect>ftp://x/</Redirect><Message>b</Message></Response>",
		want: verbs(&Redirect{Method: "POST", Pos: at(1, 11)}).
			with(Warning{11100,
				`<Redirect> is not a usable URL and is ignored: "ftp://x/" does not begin with http:// or ` +
					`https://`, at(1, 11)}),
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
			with(Warning{12200, "<Message> is ignored in <Redirect>; it belongs in <Response>",
				at(1, 23)}),
	},
}

var hello = `<Response><Message>hello</Message></Response>`

var typeTests = []parseTest{
	{name: "application/xml, F-097", contentType: "application/xml", body: hello,
		want: verbs(text("hello", 1, 11))},
	{name: "text/html, F-097", contentType: "text/html; charset=utf-8", body: hello,
		want: verbs(text("hello", 1, 11))},
	{name: "type in capitals", contentType: "Text/XML;Charset=UTF-8", body: hello,
		want: verbs(text("hello", 1, 11))},
	{name: "unknown and broken parameters", contentType: `text/xml; charset=; x=";`, body: hello,
		want: verbs(text("hello", 1, 11))},
	{name: "charset that is not read", contentType: "text/xml; charset=koi8-r", body: hello,
		want: verbs(text("hello", 1, 11))},
	{name: "text/plain, F-097", contentType: "text/plain", body: "Hi <b>&amp; you\n",
		want: verbs(text("Hi <b>&amp; you", 1, 1))},
	{
		name: "text/plain in ISO-8859-1", contentType: "text/plain; charset=ISO-8859-1",
		body: "caf\xe9",
		want: verbs(text("café", 1, 1)),
	},
	{name: "text/plain in no encoding", contentType: "text/plain", body: "caf\xe9",
		want: verbs(text("caf\uFFFD", 1, 1))},
	{
		name: "text/plain in another encoding", contentType: "text/plain; charset=koi8-r",
		body: "\uFEFFhi",
		want: verbs(text("hi", 1, 1)),
	},
	{
		name: "text/plain, blank, 14103", contentType: "text/plain", body: " \n",
		want: warnings(Warning{14103, "the message has neither text nor media and is not sent",
			at(1, 1)}),
	},
	{
		name: "JSON, 12300", contentType: "application/json", body: `{}`,
		err: &Error{12300,
			`Content-Type "application/json" is not accepted; send the answer as text/xml`,
			Position{}},
	},
	{
		name: "no type, 12300", contentType: "none", body: hello,
		err: &Error{12300, "the answer has no Content-Type; send it as text/xml", Position{}},
	},
	{
		name: "empty, 11770, F-058", contentType: "none",
		want: warnings(Warning{11770, "the answer is empty and nothing is sent; to send nothing " +
			"on purpose, answer <Response/>", Position{}}),
	},
	{
		name: "too large, 11750, F-057",
		body: "<Response>" + strings.Repeat(" ", maxBytes) + "</Response>",
		err: &Error{11750, "the answer has more than 65536 bytes; split it with <Redirect>",
			Position{}},
	},
	{name: "as large as may be, F-057", body: hello + strings.Repeat(" ", maxBytes-len(hello)),
		want: verbs(text("hello", 1, 11))},
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
		body: `<Response><Message>&lt;a&gt; &#38; &#x1F600;<!-- no --> <?php no ?><![CDATA[<b> & ` +
			`&amp;]]></Message></Response>`,
		want: verbs(text("<a> & 😀 <b> & &amp;", 1, 11)),
	},
	{
		name: "1600 characters, F-110",
		body: "<Response><Message>" + strings.Repeat("é", maxBody) + "</Message></Response>",
		want: verbs(text(strings.Repeat("é", maxBody), 1, 11)),
	},
	{
		name: "1601 characters, 14103",
		body: "<Response><Message>" + strings.Repeat("é", maxBody) +
			"<Body>.</Body></Message><Message>x</Message></Response>",
		want: verbs(text("x", 1, 1644)).
			with(Warning{14103, "the text has 1601 characters and may have 1600; the message is " +
				"not sent", at(1, 11)}),
	},
	{
		name: "empty, 14103",
		body: "<Response><Message/><Message> <Body/> " +
			"</Message><Message><Media>/%zz</Media></Message></Response>",
		want: warnings(
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 11)},
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 21)},
			Warning{11100,
				`<Media> is not a usable URL and is ignored: "https://shop.example/%zz" does not parse: ` +
					`invalid URL escape "%zz"`, at(1, 58)},
			Warning{14103, "the message has neither text nor media and is not sent", at(1, 49)}),
	},
	{
		name: "media alone",
		body: "<Response><Message><Media>https://a.example/b.gif</Media></Message></Response>",
		want: verbs(&Message{Method: "POST", Media: []string{"https://a.example/b.gif"},
			Pos: at(1, 11)}),
	},
	{
		name: "twelve media, 14103 inferred, F-111",
		body: "<Response><Message>" + strings.Repeat("<Media>a</Media>", maxMedia+2) +
			"</Message></Response>",
		want: verbs(&Message{
			Method: "POST", Media: strings.Fields(strings.Repeat("https://shop.example/hooks/a ",
				maxMedia)), Pos: at(1, 11),
		}).with(Warning{14103, "a message takes 10 <Media>; this one and those after it are left " +
			"out", at(1, 180)}),
	},
}

// TestParseHostile parses documents that are made to slow a parser down. Each takes a fraction of a
// second; a failure is a test that hangs.
func TestParseHostile(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE l [<!ENTITY l0 "lol">`)
	for i := range 9 {
		fmt.Fprintf(&laughs, `<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	laughs.WriteString(`]><Response><Message>&l9;</Message></Response>`)
	fill := func(unit string) string { return strings.Repeat(unit, (maxBytes-100)/len(unit)) }
	tests := []struct {
		name, body     string
		code, warnings int
	}{
		{"billion laughs", laughs.String(), 12100, 0},
		{"deep nesting", fill("<a>"), 12100, 0},
		{"deep nesting in a message", "<Response><Message>" + fill("<a>"), 12100, 0},
		{"closed deep nesting", "<Response>" + strings.Repeat("<a>", 9000) + strings.Repeat("</a>",
			9000) + "</Response>", 0, 1},
		{"many elements", "<Response>" + fill("<a/>") + "</Response>", 0, 16359},
		{"many lines", "<Response>" + fill("<a/>\n") + "</Response>", 0, 13087},
		{"many media", "<Response><Message>x" + fill("<Media><a/></Media>") +
			"</Message></Response>", 0, 3444 + 11},
		{"many messages", "<Response>" + fill("<Message><Media><a/></Media></Message>") +
			"</Response>", 0, 3 * 1722},
		{"many attributes", "<Response" + func() string {
			var b strings.Builder
			for i := range 6000 {
				fmt.Fprintf(&b, " a%d=''", i)
			}
			return b.String()
		}() + "/>", 0, 6000},
		{"one long attribute name", "<Response " + fill("x") + "=''/>", 0, 1},
		{"many bad references", "<Response>" + fill("&#xD800;") + "</Response>", 12100, 0},
		{"many good references", "<Response>" + fill("\uFFFD<!---->&#x41;") + "</Response>", 0,
			4090},
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
				t.Errorf("got code %d with %d warnings, want %d with %d", code, warnings, tt.code,
					tt.warnings)
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
