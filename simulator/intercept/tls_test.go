package intercept

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestResumption checks that a client which comes again to a host goes on with its session, and
// that one which comes to another host does not.
func TestResumption(t *testing.T) {
	w := newWorld(t, &Proxy{})
	client := w.client(false)
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	transport.DisableKeepAlives = true
	for _, tt := range []struct {
		host    string
		resumes bool
	}{{"api", false}, {"api", true}, {"messaging", false}, {"messaging", true}, {"api", true}} {
		resp, err := client.Get("https://" + tt.host + ".twilio.com/x")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.TLS.DidResume != tt.resumes {
			t.Errorf("%s resumed: %v, want %v", tt.host, resp.TLS.DidResume, tt.resumes)
		}
	}
}

// TestAnswerIsOneRecord checks that the first answer of a connection is one record of TLS, also if
// it is longer than a packet.
func TestAnswerIsOneRecord(t *testing.T) {
	const size = 2000
	w := newWorld(t, &Proxy{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", size))
	})})
	var read received
	client := w.client(false)
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network,
		address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &recording{conn, &read}, err
	}
	if got := fetch(client, "GET", "https://api.twilio.com/x", ""); len(got) != len("200 ")+size {
		t.Fatal(got)
	}
	longest := 0
	read.mu.Lock()
	defer read.mu.Unlock()
	_, records, _ := bytes.Cut(read.bytes, []byte("\r\n\r\n")) // after the answer to CONNECT
	for len(records) >= 5 {
		n := int(records[3])<<8 | int(records[4])
		longest = max(longest, n)
		records = records[min(5+n, len(records)):]
	}
	if longest < size {
		t.Errorf("the longest record has %d bytes, and the answer more than %d", longest, size)
	}
}

// received are the bytes that a client has read.
type received struct {
	mu    sync.Mutex
	bytes []byte
}

type recording struct {
	net.Conn
	read *received
}

func (r *recording) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.read.mu.Lock()
	defer r.read.mu.Unlock()
	r.read.bytes = append(r.read.bytes, p[:n]...)
	return n, err
}
