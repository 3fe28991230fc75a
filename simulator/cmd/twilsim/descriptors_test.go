//go:build darwin || freebsd || linux || netbsd || openbsd

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"twilsim/simulator"
)

// TestFewDescriptors has 150 callbacks hang in a server that may have 64 file descriptors. It still
// answers, and makes all calls when they go on.
func TestFewDescriptors(t *testing.T) {
	const messages = 150
	var inFlight, most, done atomic.Int64
	release, all := make(chan bool), make(chan bool)
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		for now := inFlight.Add(1); ; {
			if old := most.Load(); old >= now || most.CompareAndSwap(old, now) {
				break
			}
		}
		<-release
		inFlight.Add(-1)
		if done.Add(1) == 2*messages { // sent and delivered
			close(all)
		}
	}))
	defer app.Close()
	l := startLoaded(t, []string{"sh", "-c", `ulimit -n 64 && exec "$@"`, "sh",
		"twilsim", "serve", "--json", "--port", "0", "--speed", "20x"})
	client := &http.Client{Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	form := url.Values{"To": {"+12025550142"}, "From": {simulator.DefaultPhoneNumber},
		"Body": {"hello"}, "StatusCallback": {app.URL + "/status"}}.Encode()
	for range messages {
		path := "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"
		r, err := http.NewRequest(http.MethodPost, l.url+path, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatalf("while %d callbacks hang: %v", inFlight.Load(), err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusCreated {
			t.Fatalf("while %d callbacks hang: %s", inFlight.Load(), resp.Status)
		}
	}
	// each on a connection of its own
	for range 30 {
		other := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
		resp, err := other.Get(l.url + "/readyz")
		if err != nil {
			t.Fatalf("while %d callbacks hang: %v", inFlight.Load(), err)
		}
		resp.Body.Close()
		defer other.CloseIdleConnections()
	}
	close(release)
	select {
	case <-all:
	case <-time.After(time.Minute):
		t.Errorf("%d of %d callbacks have come", done.Load(), 2*messages)
	}
	if most.Load() > 16 {
		t.Errorf("%d callbacks were in flight at once", most.Load())
	}
}

// TestManyWaiting has clients hold every connection of a server that may have 64 file descriptors:
// with event streams, with waits for what does not happen, and with bodies that do not come. The
// server still answers others, whose turn comes when the first of those have been ended.
func TestManyWaiting(t *testing.T) {
	const holders = 60
	for _, tt := range []struct{ name, request string }{
		{"streams", "GET /sim/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"},
		{"waits", "GET /sim/v1/await?kind=alert&timeout=5m HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"},
		{"bodies", "POST /sim/v1/texts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := startLoaded(t, []string{"sh", "-c", `ulimit -n 64 && exec "$@"`, "sh",
				"twilsim", "serve", "--json", "--port", "0"})
			for range holders {
				conn, err := net.Dial("tcp", strings.TrimPrefix(l.url, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := io.WriteString(conn, tt.request); err != nil {
					t.Fatal(err)
				}
			}
			client := &http.Client{Transport: &http.Transport{}, Timeout: 25 * time.Second}
			defer client.CloseIdleConnections()
			resp, err := client.Get(l.url + "/livez")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		})
	}
}
