package control

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func TestClientErrors(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	_, err := w.client.Message(t.Context(), "SM7/../x") // one part of the path, whatever is in it
	var e *Error
	want := &Error{Status: 404, Message: `there is no message "SM7/../x" among the 0 kept`,
		Try: "twilsim messages"}
	if errors.As(err, &e); cmp.Diff(want, e) != "" {
		t.Errorf("got %v", err)
	}
}

func TestClientUnreachable(t *testing.T) {
	answer := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	tests := []struct{ name, url string }{
		{"nobody listens", closed.URL},
		{"no URL", "127.0.0.1:2010"},
		{"bad URL", "http://[::1"},
		{"another program, 404", answer(404, "<html>not found</html>")},
		{"another program, 404 in JSON", answer(404, `{"message":"not found"}`)},
		{"another program, 200", answer(200, "<html>hello</html>")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := (&Client{URL: tt.url}).Server(t.Context()); !errors.Is(err,
				ErrUnreachable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClientStopsWithItsContext(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.client.Server(ctx); !errors.Is(err, context.Canceled) || errors.Is(err,
		ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

func TestClientToken(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	if _, err := (&Client{URL: server.URL + "/", Token: "secret"}).Clock(t.Context()); err != nil ||
		got != "Bearer secret" {
		t.Errorf("Authorization %q, %v", got, err)
	}
}

// TestClientReads reads each kind of thing through the client, and compares it with what the
// account has.
func TestClientReads(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	w.text(t, "fail")
	w.account.RecordRequest(&journal.Exchange{
		Purpose: journal.API, Attempt: 1, Method: "POST",
		URL: "/2010-04-01/Accounts/AC1/Messages.json", Status: 501,
		Header: "Accept: */*\r\nX-A: 1\r\nX-A: 2\r\n", Signature: "none",
	}, time.Millisecond)
	ctx := t.Context()
	webhooks, err := w.client.Webhooks(ctx, []string{"http=500"}, 1)
	w.compareAll(t, journal.Webhooks, webhooks.Webhooks, err)
	requests, err := w.client.Requests(ctx, []string{"method=POST"}, 1)
	w.compareAll(t, journal.Requests, requests.Requests, err)
	webhook, err := w.client.Webhook(ctx, "latest")
	w.compareAll(t, journal.Webhooks, []*journal.Exchange{webhook}, err)
	request, err := w.client.Request(ctx, "R1")
	w.compareAll(t, journal.Requests, []*journal.Exchange{request}, err)
	alerts, err := w.client.Alerts(ctx, []string{"level=error"}, 1)
	w.compareAll(t, journal.Alerts, alerts.Alerts, err)
	alert, err := w.client.Alert(ctx, "A")
	w.compareAll(t, journal.Alerts, []*journal.Alert{alert}, err)
}

// TestAcknowledge marks alerts: all that are named or none, and then all.
func TestAcknowledge(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for range 3 {
		w.text(t, "fail")
	}
	for _, tt := range []struct {
		in   Acknowledge
		want *Acknowledged // nil for an error
		err  string
	}{
		{Acknowledge{Alerts: []string{"A1", "A9"}}, nil, `there is no alert "A9" among the 3 kept`},
		{Acknowledge{}, nil, "write either alerts or all, not both"},
		{Acknowledge{Alerts: []string{"A1"}, All: true}, nil,
			"write either alerts or all, not both"},
		{Acknowledge{Alerts: []string{"latest", "A3"}},
			&Acknowledged{Acknowledged: []string{"A3"}, Left: 2}, ""},
		{Acknowledge{Alerts: []string{"A3"}}, &Acknowledged{Acknowledged: []string{}, Left: 2}, ""},
		{Acknowledge{All: true}, &Acknowledged{Acknowledged: []string{"A1", "A2"}}, ""},
	} {
		got, err := w.client.Acknowledge(t.Context(), tt.in)
		if tt.want == nil {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%+v: error %v, want %s", tt.in, err, tt.err)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%+v: %v (-want +got):\n%s", tt.in, err, diff)
		}
	}
	alerts, err := w.client.Alerts(t.Context(), []string{"acknowledged=true"}, 0)
	if err != nil || alerts.Matched != 3 || !alerts.Alerts[0].Acknowledged.Load() {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
}

// compareAll holds what the client read against all things of the kind.
func (w *world) compareAll(t *testing.T, kind journal.Kind, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(compact(t, w.account.Journal.Things(kind)), compact(t, got)); diff != "" {
		t.Errorf("%ss (-want +got):\n%s", kind, diff)
	}
}
