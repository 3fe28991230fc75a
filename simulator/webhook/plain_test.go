package webhook

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// plainAnswers are answers of servers that are plain.
var plainAnswers = []string{
	"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nDate: Fri, 27 Nov 2026 05:00:00 GMT\r\n" +
		"Content-Length: 11\r\n\r\n<Response/>", // Go
	"HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: text/xml; charset=utf-8\r\n" +
		"Content-Length: 2\r\nETag: W/\"2\"\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\nOK",
	"HTTP/1.1 200 OK\r\nServer: gunicorn\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 204 No Content\r\nVary: a\r\nDate: b\r\nVary: c\r\n\r\n",
	"HTTP/1.1 200 OK\r\ndate: today\r\nserver: uvicorn\r\ncontent-length: 0\r\n\r\n",
	"HTTP/1.1 201 \r\nContent-Length: 000\r\nX-Empty:\r\n\r\n",
}

// otherAnswers are answers that are not plain.
var otherAnswers = []string{
	"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n",
	"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
	"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\na",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nPragma: no-cache\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nEtag : a\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Type:\r\nContent-Type: text/xml\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: " + strings.Repeat("a", maxPlainSize) + "\r\n\r\n",
	"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n",
	"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n",
	"HTTP/1.1 200 OK\r\n: b\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\n", "220 mail.example\r\n\r\n",
	"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", maxPlain) + "Content-Length: 0\r\n\r\n",
}

func TestPlain(t *testing.T) {
	for _, answer := range plainAnswers {
		if _, ok := parsePlain([]byte(answer), new([maxPlainSize]byte)); !ok {
			t.Errorf("%q is not plain", answer)
		}
		comparePlain(t, answer)
	}
	for _, answer := range otherAnswers {
		if h, ok := parsePlain([]byte(answer), new([maxPlainSize]byte)); ok {
			t.Errorf("%q is plain: %+v", answer, h)
		}
	}
}

// FuzzPlain checks that a plain answer is what net/http makes of it.
func FuzzPlain(f *testing.F) {
	for _, answer := range append(plainAnswers, otherAnswers...) {
		f.Add(answer)
	}
	f.Fuzz(comparePlain)
}

// comparePlain compares what is read of a plain answer with what net/http reads.
func comparePlain(t *testing.T, answer string) {
	h, ok := parsePlain([]byte(answer), new([maxPlainSize]byte))
	if !ok {
		return
	}
	source := bufio.NewReader(strings.NewReader(answer))
	resp, err := http.ReadResponse(source, nil)
	if err != nil {
		t.Fatalf("%q is an error of net/http: %v", answer, err)
	}
	want := receivedFrom(resp)
	if h.status != want.StatusCode || h.length != want.ContentLength || h.header != want.header ||
		h.contentType != want.contentType {
		t.Errorf("%q is read as %+v, and by net/http as %+v", answer, h, want)
	}
	for _, name := range []string{"Content-Encoding", "Set-Cookie", "Location", "Www-Authenticate"} {
		if value, has := want.Header[name]; has {
			t.Errorf("%q is plain, and has %s %q", answer, name, value)
		}
	}
	if want.Close || len(want.TransferEncoding) > 0 || len(want.Trailer) > 0 || want.Uncompressed {
		t.Errorf("%q is plain, and %+v", answer, resp)
	}
	body := answer[h.size:]
	body = body[:min(int64(len(body)), h.length)]
	if got, _ := io.ReadAll(resp.Body); string(got) != body {
		t.Errorf("%q has the body %q, and by net/http %q", answer, body, got)
	}
}

// BenchmarkPlain reads the head of an answer of Express, and has net/http read it.
func BenchmarkPlain(b *testing.B) {
	answer := plainAnswers[1]
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		var scratch [maxPlainSize]byte
		for b.Loop() {
			if _, ok := parsePlain([]byte(answer), &scratch); !ok {
				b.Fatal("it is not plain")
			}
		}
	})
	b.Run("net/http", func(b *testing.B) {
		b.ReportAllocs()
		text := strings.NewReader("")
		source := bufio.NewReader(text)
		for b.Loop() {
			text.Reset(answer)
			source.Reset(text)
			resp, err := http.ReadResponse(source, nil)
			if err != nil {
				b.Fatal(err)
			}
			receivedFrom(resp)
		}
	})
}
