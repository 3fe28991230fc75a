package app

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestReply(t *testing.T) {
	xml := func(inner string) answer {
		return answer{textXML, xmlDoc + "<Response>" + inner + "</Response>"}
	}
	tests := []struct {
		body string
		want answer
	}{
		{"hello", xml(`<Message action="/status">You said: hello</Message>`)},
		{"", xml(`<Message action="/status">You said: </Message>`)},
		{
			`<a> & "b" 'c' 👍`,
			xml(
				`<Message action="/status">You said: &lt;a&gt; &amp; &#34;b&#34; &#39;c&#39; 👍</Message>`,
			),
		},
		{"bell\a", xml(`<Message action="/status">You said: bell` + "\ufffd" + `</Message>`)},
		{
			"absolute",
			xml(`<Message action="http://localhost:3000/status">You said: absolute</Message>`),
		},
		{
			"absolute zero",
			xml(`<Message action="http://localhost:3000/status">You said: absolute zero</Message>`),
		},
		{"absolutely", xml(`<Message action="/status">You said: absolutely</Message>`)},
		{"Absolute", xml(`<Message action="/status">You said: Absolute</Message>`)},
		{" absolute", xml(`<Message action="/status">You said:  absolute</Message>`)},
		{"callback", xml(`<Message statusCallback="/status">You said: callback</Message>`)},
		{"get", xml(`<Message action="/status" method="GET">You said: get</Message>`)},
		{"order", xml(`<Message action="/status/order/7">You said: order</Message>`)},
		{
			"several",
			xml(`<Message action="/status">one</Message><Message action="/status">two</Message>` +
				`<Message action="/status">three</Message>`),
		},
		{
			"media",
			xml(
				`<Message action="/status"><Body>a picture</Body><Media>/picture.png</Media></Message>`,
			),
		},
		{"redirect", xml(`<Redirect>/sms2</Redirect>`)},
		{"plain", answer{plainText, "plain text"}},
		{"quiet", answer{textXML, xmlDoc + "<Response/>"}},
		{
			"forward +12025550199",
			xml(`<Message to="+12025550199" action="/status">forwarded</Message>`),
		},
		{
			"forward +12025550199 please",
			xml(`<Message to="+12025550199" action="/status">forwarded</Message>`),
		},
		{"forward", xml(`<Message action="/status">You said: forward</Message>`)},
		{"forward ", xml(`<Message action="/status">You said: forward </Message>`)},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, reply(tt.body, publicURL),
				cmp.AllowUnexported(answer{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzReply holds the property that every text gets TwiML that parses, and that what is said back
// is the text.
func FuzzReply(f *testing.F) {
	for _, body := range []string{"hello", "", "several", "media", "redirect", "plain", "quiet",
		"forward +1", "forward <",
		"absolute ]]>", "a\r\nb", "\x00", "\xff", "&amp;", "get 👍"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := reply(body, publicURL)
		if got.contentType != textXML {
			return
		}
		var r response
		if err := xml.Unmarshal([]byte(got.body), &r); err != nil {
			t.Fatalf("%q: %v", got.body, err)
		}
		if len(r.Messages) != 1 || !strings.HasPrefix(r.Messages[0].Text, "You said: ") {
			return
		}
		if want := "You said: " + inXML(body); r.Messages[0].Text != want {
			t.Errorf("got %q, want %q", r.Messages[0].Text, want)
		}
	})
}

// inXML is s as XML 1.0 can hold it.
func inXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && !strings.ContainsRune("\t\n\r", r) || r == '\ufffe' || r == '\uffff' {
			return utf8.RuneError
		}
		return r
	}, s)
}
