package webhook

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// pack compresses a text.
func pack(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

// TestGzip checks that answers in gzip are decompressed, up to the limit.
func TestGzip(t *testing.T) {
	document := "<Response><Message>Hello</Message></Response>"
	bomb := pack(strings.Repeat("\x00", 8<<20))
	for _, tt := range []struct {
		name, coding string
		body         []byte
		want         string
		truncated    bool
		failure      string
	}{
		{"plain", "", []byte(document), document, false, ""},
		{"identity", "identity", []byte(document), document, false, ""},
		{"gzip", "gzip", pack(document), document, false, ""},
		{"in other words", "X-GZIP", pack(document), document, false, ""},
		{"two members", "gzip", append(pack("<Response>"), pack("</Response>")...),
			"<Response></Response>", false, ""},
		{"nothing", "gzip", nil, "", false, ""},
		{"a bomb", "gzip", bomb, strings.Repeat("\x00", maxBytes), true, ""}, // F-057
		{"no gzip", "gzip", []byte(document), document, false,
			"the answer is not gzip, as its Content-Encoding says: gzip: invalid header"},
		{"cut", "gzip", pack(document)[:20], string(pack(document)[:20]), false,
			"the answer is not gzip, as its Content-Encoding says: unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app, got := newApp(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/xml")
				if tt.coding != "" {
					w.Header().Set("Content-Encoding", tt.coding)
				}
				_, _ = w.Write(tt.body)
			})
			_, answer := story(t, &Client{}, request("POST", app.URL))
			x := answer.Exchange
			if string(answer.Body) != tt.want || x.ResponseBody != tt.want || x.Truncated != tt.truncated {
				t.Errorf("body of %d bytes, truncated %t; want %d bytes", len(answer.Body), x.Truncated,
					len(tt.want))
			}
			// F-118
			code := map[bool]string{true: "11200"}[tt.failure != ""]
			if x.Error != tt.failure || codeOf(answer.Failure) != code {
				t.Errorf("failure %v, want %q", answer.Failure, tt.failure)
			}
			if asked := (<-got).Header.Get("Accept-Encoding"); asked != "" { // F-034
				t.Errorf("Accept-Encoding: %s", asked)
			}
		})
	}
}

// TestReadAll checks that a body is read to its end, and not beyond its limit, whatever size was
// announced, and that an announcement alone takes no memory.
func TestReadAll(t *testing.T) {
	for _, tt := range []struct {
		body string
		size int64
		want int
	}{
		{"", 0, 0}, {"", -1, 0}, {"Hello", 5, 5}, {"Hello", -1, 5}, {"Hel", 5, 3},
		{"Hello", 1 << 40, 5}, {strings.Repeat("x", maxBytes), maxBytes, maxBytes},
		{strings.Repeat("x", 2*maxBytes), 2 * maxBytes, maxBytes},
		{strings.Repeat("x", 2*maxBytes), -1, maxBytes},
	} {
		got, err := readAll(iotest.OneByteReader(strings.NewReader(tt.body)), tt.size)
		if err != nil || string(got) != tt.body[:tt.want] {
			t.Errorf("%d bytes of %d announced: %d bytes, %v", len(tt.body), tt.size, len(got), err)
		}
	}
	if got, err := readAll(iotest.ErrReader(io.ErrUnexpectedEOF), 5); err != io.ErrUnexpectedEOF {
		t.Errorf("%q, %v", got, err)
	}
}
