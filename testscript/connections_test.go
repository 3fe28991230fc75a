package testscript

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// TestAtRest checks that a server counts as at rest only when it has served what was sent before,
// even by clients that have closed the connection at once, as some faults of webhooks do.
func TestAtRest(t *testing.T) {
	var c connections
	var served atomic.Int64
	release := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(
		func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/work" {
				<-release
				served.Add(1)
			}
		}))
	server.Config.ConnState = c.note // before the test server's own, which calls it
	server.Start()
	defer server.Close()
	leave := func() {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(conn, "POST /work HTTP/1.1\r\nHost: app\r\nContent-Length: 0\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	leave()
	if c.atRest(t.Context(), server.URL) {
		t.Error("at rest while a request is served")
	}
	close(release)
	for n := range int64(200) {
		for !c.atRest(t.Context(), server.URL) { // a busy machine may need longer
			if t.Context().Err() != nil {
				t.Fatal("never at rest")
			}
		}
		if got := served.Load(); got != n+1 {
			t.Fatalf("at rest after %d of %d requests", got, n+1)
		}
		leave()
	}
}
