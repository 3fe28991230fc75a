package rest

import (
	"encoding/json"
	"encoding/xml"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func sample() object {
	return object{
		aText("sid", "SM1"),
		anRFC2822("date_created", time.Date(2020, 7, 11, 12, 57, 5, 0, time.UTC)),
		anRFC2822("date_sent", time.Time{}),
		anISO8601("date_updated", time.Date(2015, 7, 30, 22, 12, 31, 5, time.FixedZone("", 7200))),
		aText("body", "a \"b\"\n<c> & \\ é\U0001f44d"), aNumber("page", 0),
		aNumberOrNull("error_code", 0), aBool("beta", false),
		aTextOrNull("from", ""), anObject("subresource_uris", aText("media", "/m")),
	}
}

func TestJSON(t *testing.T) {
	o := append(sample(), aList("messages", []object{{aText("a", "1")}, {}}),
		aListOfTexts("capabilities", []string{"SMS", "MMS"}), aList("none", nil),
		anObject("variables", aText("a \"name\"", "of the user's")))
	want := `{"sid": "SM1", "date_created": "Sat, 11 Jul 2020 12:57:05 +0000", ` + // F-352
		`"date_sent": null, "date_updated": "2015-07-30T20:12:31Z", ` + // F-421
		`"body": "a \"b\"\n<c> & \\ é👍", "page": 0, "error_code": null, "beta": false, ` +
		`"from": null, "subresource_uris": {"media": "/m"}, "messages": [{"a": "1"}, {}], ` +
		`"capabilities": ["SMS", "MMS"], "none": [], ` +
		`"variables": {"a \"name\"": "of the user's"}}`
	if diff := cmp.Diff(want, string(appendJSON(nil, o))); diff != "" { // F-366
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestXML(t *testing.T) {
	want := "<?xml version='1.0' encoding='UTF-8'?>\n" + // F-383
		"<TwilioResponse><Message><Sid>SM1</Sid>" +
		"<DateCreated>Sat, 11 Jul 2020 12:57:05 +0000</DateCreated><DateSent/>" +
		"<DateUpdated>2015-07-30T20:12:31Z</DateUpdated>" +
		"<Body>a &quot;b&quot;\n&lt;c&gt; &amp; \\ é👍</Body><Page>0</Page><ErrorCode/>" +
		"<Beta>false</Beta><From/><SubresourceUris><Media>/m</Media></SubresourceUris>" +
		"</Message></TwilioResponse>"
	if diff := cmp.Diff(want, string(appendXML(nil, "Message", sample()))); diff != "" {
		t.Errorf("XML (-want +got):\n%s", diff)
	}
}

func TestXMLList(t *testing.T) {
	p := &page{
		listNames: messageList, items: []object{{aText("sid", "SM1")}, {aText("sid", "SM2")}},
		number: 1, size: 2, first: "/M?PageSize=2&Page=0", this: "/M?PageSize=2&Page=1",
		previous: "/M?PB",
	}
	want := "<?xml version='1.0' encoding='UTF-8'?>\n" + // F-385
		`<TwilioResponse><Messages page="1" pagesize="2" start="2" end="3" ` +
		`uri="/M?PageSize=2&amp;Page=1" firstpageuri="/M?PageSize=2&amp;Page=0" ` +
		`previouspageuri="/M?PB" nextpageuri="">` +
		`<Message><Sid>SM1</Sid></Message><Message><Sid>SM2</Sid></Message>` +
		`</Messages></TwilioResponse>`
	if diff := cmp.Diff(want, string(appendXMLList(nil, p))); diff != "" {
		t.Errorf("XML (-want +got):\n%s", diff)
	}
}

// FuzzText: with any text, JSON and XML are valid, and JSON decodes to the same text.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "hi", "\"\\\x00\x1f\x7f\r\n\t", "\xff\xc3\x28é", "]]>&amp;<a>",
		"\u2028\ufffe\U0001f44d", "\xed\xa0\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got map[string]string
		if err := json.Unmarshal(appendJSON(nil, object{aText("body", s)}), &got); err != nil {
			t.Fatalf("%v for %q", err, s)
		}
		if utf8.ValidString(s) && got["body"] != s {
			t.Errorf("got %q, want %q", got["body"], s)
		}
		if err := xml.Unmarshal(appendXML(nil, "Message",
			object{aText("body", s)})[len(xmlProlog):], new(struct{})); err != nil {
			t.Errorf("XML of %q: %v", s, err)
		}
	})
}
